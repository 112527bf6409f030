// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/samples_view.h"

#include "ui/panels/image_grid.h"
#include "ui/panels/view_header.h"

#include <QComboBox>
#include <QPaintEvent>
#include <QPainter>

#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kCounts[] = {25, 64, 100};
constexpr int kFirstCount = 64;
} // namespace

SamplesView::SamplesView(QWidget* parent)
    : QWidget(parent)
    , m_prior(makeViewAction(tr("Sample the prior"), tr("Draw codes from the standard normal distribution and decode them."), this))
    , m_aggregate(makeViewAction(tr("Sample the aggregate posterior"),
                                 tr("Pick real samples, draw a code from the posterior of each, and decode it."), this))
    , m_count(new QComboBox(this))
    , m_caption(new TextCell(this))
    , m_export(makeViewButton(tr("Export…"), tr("Save the samples as a picture."), this))
    , m_grid(new ImageGrid(this))
{
    for (const int count : kCounts)
        m_count->addItem(QString::number(count), count);
    m_count->setCurrentIndex(m_count->findData(kFirstCount));
    m_count->setAccessibleName(tr("Number of samples"));
    m_count->setToolTip(tr("How many images are drawn."));
    m_grid->setAccessibleName(tr("Samples"));
    m_grid->setEmptyText(tr("Images decoded from drawn codes appear here. Train for a moment, then press one of the two buttons above."));
    layOutView(this, {m_prior, m_aggregate, m_count}, m_caption, m_export, m_grid);
    m_export->setEnabled(false);
    connect(m_prior, &QPushButton::clicked, this, [this] { requestSamples(Source::Prior); });
    connect(m_aggregate, &QPushButton::clicked, this, [this] { requestSamples(Source::Aggregate); });
    connect(m_count, &QComboBox::activated, this, [this] {
        if (m_grid->count() > 0)
            requestSamples(m_source);
    });
    connect(m_export, &QToolButton::clicked, this, &SamplesView::exportRequested);
    connect(m_grid, &ImageGrid::activated, this, &SamplesView::activated);
}

void SamplesView::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_caption->setTheme(theme);
    m_grid->setTheme(theme);
    update();
}

int SamplesView::sampleCount() const { return m_count->currentData().toInt(); }

void SamplesView::setImages(const QVector<QImage>& images)
{
    m_grid->setImages(images, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(images.size())))));
    m_export->setEnabled(!images.isEmpty());
    describe();
}

QImage SamplesView::rendered(double scale) const { return m_grid->rendered(scale); }

void SamplesView::requestSamples(Source source)
{
    m_source = source;
    if (source == Source::Prior)
        Q_EMIT samplePriorRequested();
    else
        Q_EMIT sampleAggregateRequested();
}

void SamplesView::describe()
{
    if (m_grid->count() == 0) {
        m_caption->setText({});
        return;
    }
    const QString count = QString::number(m_grid->count());
    m_caption->setText(m_source == Source::Prior ? tr("%1 images from the prior, z ~ N(0, 1)").arg(count)
                                                 : tr("%1 images from the aggregate posterior, z ~ q(z)").arg(count));
    m_caption->setShortText(m_source == Source::Prior ? tr("from the prior") : tr("from the aggregate posterior"));
}

void SamplesView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
