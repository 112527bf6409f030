// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/samples_view.h"

#include "ui/panels/image_grid.h"
#include "ui/panels/number_text.h"
#include "ui/panels/view_header.h"

#include <QComboBox>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <array>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kCounts[] = {25, 64, 100};
constexpr int kFirstCount = 64;
constexpr int kStepsPerUnit = 20; // of the temperature
constexpr int kHottest = 2;
constexpr int kControlHeight = 28;
} // namespace

SamplesView::SamplesView(QWidget* parent)
    : QWidget(parent)
    , m_prior(makeViewAction(tr("Sample the prior"), tr("Draw codes from the standard normal distribution and decode them."), this))
    , m_aggregate(makeViewAction(tr("Sample the aggregate posterior"),
                                 tr("Pick real samples, draw a code from the posterior of each, and decode it."), this))
    , m_posterior(makeViewAction(tr("Picked image's posterior"), {}, this))
    , m_countLabel(new QLabel(tr("Images"), this))
    , m_count(new QComboBox(this))
    , m_temperatureLabel(new QLabel(tr("Temperature"), this))
    , m_temperature(new QSlider(Qt::Horizontal, this))
    , m_value(new TextCell(this))
    , m_caption(new TextCell(this))
    , m_export(makeViewButton(tr("Export…"), tr("Save the samples as a picture."), this))
    , m_grid(new ImageGrid(this))
{
    build();
    setPosteriorAvailable(false);
    connect(m_prior, &QPushButton::clicked, this, [this] { requestSamples(Source::Prior); });
    connect(m_aggregate, &QPushButton::clicked, this, [this] { requestSamples(Source::Aggregate); });
    connect(m_posterior, &QPushButton::clicked, this, [this] { requestSamples(Source::Posterior); });
    connect(m_count, &QComboBox::activated, this, [this] {
        if (m_grid->count() > 0)
            requestSamples(m_source);
    });
    connect(m_temperature, &QSlider::valueChanged, this, [this] {
        m_value->setText(signedText(temperature()));
        Q_EMIT temperatureChanged(temperature());
    });
    connect(m_export, &QToolButton::clicked, this, &SamplesView::exportRequested);
    connect(m_grid, &ImageGrid::activated, this, &SamplesView::activated);
}

void SamplesView::build()
{
    for (const int count : kCounts)
        m_count->addItem(QString::number(count), count);
    m_count->setCurrentIndex(m_count->findData(kFirstCount));
    m_count->setAccessibleName(tr("Number of samples"));
    m_count->setToolTip(tr("How many images are drawn from the prior or the aggregate posterior."));
    m_temperature->setRange(0, kHottest * kStepsPerUnit);
    m_temperature->setValue(kStepsPerUnit);
    m_temperature->setPageStep(kStepsPerUnit / 4);
    m_temperature->setAccessibleName(tr("Temperature"));
    m_temperature->setToolTip(
        tr("Factor on the standard deviation of what is drawn: below 1 the images become more typical, above 1 more varied."));
    m_temperature->setMinimumWidth(60);
    m_temperature->setMaximumWidth(140);
    m_temperatureLabel->setToolTip(m_temperature->toolTip());
    m_value->setReserve(QStringLiteral("0.00"));
    m_value->setText(signedText(1.0));
    m_value->setAlignment(Qt::AlignRight);
    m_value->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_caption->setTone(TextCell::Tone::Muted);
    m_caption->setAlignment(Qt::AlignRight);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_grid->setAccessibleName(tr("Samples"));
    m_grid->setEmptyText(tr("Images decoded from drawn codes appear here. Train for a moment, then press one of the buttons above."));
    m_export->setEnabled(false);
    for (QLabel* label : {m_countLabel, m_temperatureLabel})
        label->setProperty("role", QStringLiteral("muted"));
    m_countLabel->setBuddy(m_count);
    m_temperatureLabel->setBuddy(m_temperature);

    constexpr int kPillPadding = 12; // of the flat button that ends the row
    auto* sources = new QHBoxLayout;
    sources->setContentsMargins(kViewMargin, 0, kViewMargin - kPillPadding, 0);
    sources->setSpacing(8);
    auto* settings = new QHBoxLayout;
    settings->setContentsMargins(kViewMargin, 0, kViewMargin, 0);
    settings->setSpacing(8);
    for (QPushButton* button : {m_prior, m_aggregate, m_posterior})
        sources->addWidget(button);
    sources->addStretch(1);
    sources->addWidget(m_export);
    settings->addWidget(m_countLabel);
    settings->addWidget(m_count);
    settings->addSpacing(8);
    settings->addWidget(m_temperatureLabel);
    settings->addWidget(m_temperature, 2);
    settings->addWidget(m_value);
    settings->addSpacing(8);
    settings->addWidget(m_caption, 3);
    for (QWidget* control : {static_cast<QWidget*>(m_prior), static_cast<QWidget*>(m_aggregate), static_cast<QWidget*>(m_posterior),
                             static_cast<QWidget*>(m_export), static_cast<QWidget*>(m_count), static_cast<QWidget*>(m_temperature)})
        control->setFixedHeight(kControlHeight);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 8, 0, kViewMargin);
    outer->setSpacing(8);
    outer->addLayout(sources);
    outer->addLayout(settings);
    auto* padded = new QHBoxLayout;
    padded->setContentsMargins(kViewMargin, 0, kViewMargin, 0);
    padded->addWidget(m_grid);
    outer->addLayout(padded, 1);
    QWidget* const order[] = {m_prior, m_aggregate, m_posterior, m_count, m_temperature, m_grid, m_export};
    for (std::size_t i = 1; i < std::size(order); ++i)
        QWidget::setTabOrder(order[i - 1], order[i]);
}

void SamplesView::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_value->setTheme(theme);
    m_caption->setTheme(theme);
    m_grid->setTheme(theme);
    update();
}

int SamplesView::sampleCount() const { return m_source == Source::Posterior ? kPosteriorSamples : m_count->currentData().toInt(); }

double SamplesView::temperature() const { return static_cast<double>(m_temperature->value()) / kStepsPerUnit; }

void SamplesView::setTemperature(double temperature)
{
    const QSignalBlocker quiet(m_temperature);
    m_temperature->setValue(static_cast<int>(std::lround(std::clamp(temperature, 0.0, static_cast<double>(kHottest)) * kStepsPerUnit)));
    m_value->setText(signedText(this->temperature()));
}

void SamplesView::setPosteriorAvailable(bool available)
{
    m_posterior->setEnabled(available);
    m_posterior->setToolTip(available ? tr("Draw %1 codes from the posterior of the picked image and decode them.").arg(kPosteriorSamples)
                                      : tr("Pick an image on the map first: click one of its points."));
}

void SamplesView::setImages(const QVector<QImage>& images)
{
    m_grid->setImages(images, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(images.size())))));
    m_export->setEnabled(!images.isEmpty());
    m_shownTemperature = temperature();
    describe();
}

QImage SamplesView::rendered(double scale) const { return m_grid->rendered(scale); }

QSize SamplesView::minimumSizeHint() const
{
    // The layout's own minimum would count the long words and keep the view from ever becoming narrow enough to drop them.
    return {400, 160};
}

void SamplesView::requestSamples(Source source)
{
    if (source == Source::Posterior && !m_posterior->isEnabled())
        return;
    m_source = source;
    m_count->setEnabled(source != Source::Posterior);
    m_count->setToolTip(source == Source::Posterior ? tr("A posterior is shown by %1 draws; the prior and the aggregate posterior by as many as you choose.").arg(kPosteriorSamples)
                                                    : tr("How many images are drawn from the prior or the aggregate posterior."));
    switch (source) {
    case Source::Prior:
        Q_EMIT samplePriorRequested();
        break;
    case Source::Aggregate:
        Q_EMIT sampleAggregateRequested();
        break;
    case Source::Posterior:
        Q_EMIT samplePosteriorRequested();
        break;
    }
}

void SamplesView::describe()
{
    if (m_grid->count() == 0) {
        m_caption->setText({});
        return;
    }
    const QString count = QString::number(m_grid->count());
    const QString temperature = signedText(m_shownTemperature);
    switch (m_source) {
    case Source::Prior:
        m_caption->setText(tr("%1 images from the prior, z ~ N(0, 1), T = %2").arg(count, temperature));
        m_caption->setShortText(tr("prior, T = %1").arg(temperature));
        break;
    case Source::Aggregate:
        m_caption->setText(tr("%1 images from the aggregate posterior, z ~ q(z), T = %2").arg(count, temperature));
        m_caption->setShortText(tr("aggregate posterior, T = %1").arg(temperature));
        break;
    case Source::Posterior:
        m_caption->setText(tr("%1 images from the picked image's posterior, z ~ q(z|x), T = %2").arg(count, temperature));
        m_caption->setShortText(tr("image's posterior, T = %1").arg(temperature));
        break;
    }
}

void SamplesView::fitWidth()
{
    // Buttons are as wide as their words; where three of them do not fit, the words become fewer and the names stay.
    const auto wanted = [](const QPushButton* button, const QString& text) { return button->fontMetrics().horizontalAdvance(text) + 32; };
    const int room = width() - 2 * kViewMargin - m_export->sizeHint().width() - 3 * 8;
    const std::array<QString, 3> wordings[] = {
        {m_prior->accessibleName(), m_aggregate->accessibleName(), m_posterior->accessibleName()},
        {tr("Prior"), tr("Aggregate posterior"), tr("Picked posterior")},
        {tr("Prior"), tr("Aggregate"), tr("Picked")},
    };
    for (const auto& [prior, aggregate, posterior] : wordings) {
        m_prior->setText(prior);
        m_aggregate->setText(aggregate);
        m_posterior->setText(posterior);
        if (wanted(m_prior, prior) + wanted(m_aggregate, aggregate) + wanted(m_posterior, posterior) <= room)
            break;
    }
    m_countLabel->setVisible(width() >= 420);
}

void SamplesView::resizeEvent(QResizeEvent* event)
{
    fitWidth();
    QWidget::resizeEvent(event);
}

void SamplesView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitWidth();
}

void SamplesView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), m_theme.surface);
}

} // namespace latentscape::ui
