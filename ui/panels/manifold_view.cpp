// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/manifold_view.h"

#include "ui/panels/image_grid.h"
#include "ui/panels/view_header.h"

#include <QComboBox>
#include <QPaintEvent>
#include <QPainter>

namespace latentscape::ui {

namespace {
constexpr int kSizes[] = {10, 15, 20, 30};
constexpr int kFirstSize = 20;
} // namespace

ManifoldView::ManifoldView(QWidget* parent)
    : QWidget(parent)
    , m_mode(new QComboBox(this))
    , m_size(new QComboBox(this))
    , m_caption(new TextCell(this))
    , m_export(makeViewButton(tr("Export…"), tr("Save the grid as a picture."), this))
    , m_grid(new ImageGrid(this))
{
    m_mode->addItem(tr("Prior quantiles"), true);
    m_mode->addItem(tr("Visible window"), false);
    m_mode->setAccessibleName(tr("Manifold range"));
    m_mode->setToolTip(tr("Prior quantiles: every image stands for an equal share of the prior. Visible window: evenly over the part of "
                          "the plane that the map shows."));
    for (const int size : kSizes)
        m_size->addItem(tr("%1 × %1").arg(size), size);
    m_size->setCurrentIndex(m_size->findData(kFirstSize));
    m_size->setAccessibleName(tr("Manifold size"));
    m_size->setToolTip(tr("How many codes are decoded along each axis."));
    m_grid->setAccessibleName(tr("Manifold"));
    m_grid->setEmptyText(tr("Decoded images from a grid of codes appear here as soon as there is a network. Press Train."));
    layOutView(this, {m_mode, m_size}, m_caption, m_export, m_grid);
    m_export->setEnabled(false);
    describe();
    connect(m_mode, &QComboBox::currentIndexChanged, this, [this] {
        describe();
        Q_EMIT requestChanged();
    });
    connect(m_size, &QComboBox::currentIndexChanged, this, &ManifoldView::requestChanged);
    connect(m_export, &QToolButton::clicked, this, &ManifoldView::exportRequested);
    connect(m_grid, &ImageGrid::activated, this, &ManifoldView::activated);
}

void ManifoldView::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_caption->setTheme(theme);
    m_grid->setTheme(theme);
    update();
}

void ManifoldView::setImages(const QVector<QImage>& images)
{
    m_grid->setImages(images, columns());
    m_export->setEnabled(!images.isEmpty());
}

int ManifoldView::columns() const { return m_size->currentData().toInt(); }

bool ManifoldView::priorQuantiles() const { return m_mode->currentData().toBool(); }

QImage ManifoldView::rendered(double scale) const { return m_grid->rendered(scale); }

void ManifoldView::setBeyondPlane(bool beyond)
{
    if (beyond == m_beyondPlane)
        return;
    m_beyondPlane = beyond;
    describe();
}

void ManifoldView::describe()
{
    if (m_beyondPlane) {
        m_caption->setShortText(tr("Off the plane as at the probe"));
        m_caption->setText(priorQuantiles() ? tr("Equal shares of the prior in this plane; off the plane as at the probe.")
                                            : tr("Evenly spaced over the plane on the map; off the plane as at the probe."));
        return;
    }
    m_caption->setShortText(priorQuantiles() ? tr("Equal shares of the prior") : tr("Evenly spaced"));
    m_caption->setText(priorQuantiles() ? tr("Each image stands for an equal share of the prior.")
                                        : tr("Evenly spaced over the part of the plane on the map."));
}

void ManifoldView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
