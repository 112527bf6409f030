// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_canvas.h"

#include "ui/chrome/text_runs.h"
#include "ui/plots/loss_band.h"
#include "ui/plots/loss_canvas_parts.h"
#include "ui/plots/loss_history.h"
#include "ui/plots/loss_readout.h"

#include <QEvent>
#include <QMouseEvent>
#include <QWindow>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr double kLine = 1.6;
constexpr int kSide = 14;         ///< the panel's margin; labels are aligned to it
constexpr double kBeginning = 0.03; ///< share of the left curves' values that may lie above the axis
constexpr double kSpikes = 0.005;   ///< and below it
constexpr int kPixelsAPoint = 3;
constexpr double kKlHeadroom = 1.25; ///< keeps the KL curve below the texts of the marks
constexpr int kDotsUpToEpochs = 80;

QVector<QCPGraphData> graphData(const std::vector<QPointF>& points, double stretch)
{
    QVector<QCPGraphData> data;
    data.reserve(static_cast<qsizetype>(points.size()));
    for (const QPointF& point : points)
        data.append(QCPGraphData(point.x() * stretch, point.y()));
    return data;
}

void setTicks(QCPAxis* axis, const AxisTicks& ticks)
{
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (const double at : ticks.at)
        ticker->addTick(at, ticks.label(at));
    axis->setTicker(ticker);
    axis->setRange(ticks.lower, ticks.upper);
}

int labelWidth(const AxisTicks& ticks, const QFontMetricsF& metrics)
{
    double widest = 0;
    for (const double at : ticks.at)
        widest = std::max(widest, metrics.horizontalAdvance(ticks.label(at)));
    return static_cast<int>(std::ceil(widest));
}

/// The end of the axis in epochs: the first epochs get the whole width, then it grows by tidy jumps to the end of the run.
double horizontalReach(double last, int total)
{
    double reach = 1;
    for (int factor = 0; reach < last; ++factor)
        reach *= factor % 3 == 1 ? 2.5 : 2.0;
    return total > 0 ? std::max(last, std::min<double>(reach, total)) : std::max(last, 1e-9);
}

} // namespace

LossCanvas::LossCanvas(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>())
{
    auto* plot = new QCustomPlot(this);
    m_parts->plot = plot;
    plot->setAttribute(Qt::WA_OpaquePaintEvent);
    plot->setMouseTracking(true);
    plot->installEventFilter(this);
    plot->setFocusPolicy(Qt::NoFocus);
    // One wide antialiased path through hundreds of points costs the painter many times what its segments cost.
    plot->setPlottingHint(QCP::phFastPolylines, true);
    m_parts->losses = plot->axisRect();
    m_parts->losses->setAutoMargins(QCP::msNone);
    plot->yAxis2->setVisible(true);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis, plot->yAxis2}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLength(0, 0);
        axis->setTickLabelPadding(8);
        axis->grid()->setVisible(false);
    }
    plot->xAxis->setTickLabelPadding(6);
    plot->yAxis->grid()->setVisible(true);
    plot->yAxis->grid()->setAntialiased(false);
    plot->yAxis->grid()->setZeroLinePen(Qt::NoPen);
    for (Parts::Band* band : {&m_parts->klBand, &m_parts->reconstructionBand, &m_parts->nelboBand}) {
        QCPAxis* axis = band == &m_parts->klBand ? plot->yAxis2 : plot->yAxis;
        band->low = plot->addGraph(plot->xAxis, axis);
        band->high = addLossBand(plot->xAxis, axis);
        band->high->setChannelFillGraph(band->low);
        for (QCPGraph* edge : {band->low, band->high}) {
            edge->setPen(Qt::NoPen);
            edge->setAdaptiveSampling(false);
            edge->setAntialiasedFill(false);
        }
    }
    // Later graphs lie above earlier ones: the evaluated curve must not disappear under the noise of the steps.
    m_parts->kl = plot->addGraph(plot->xAxis, plot->yAxis2);
    m_parts->reconstruction = plot->addGraph();
    m_parts->nelbo = plot->addGraph();
    m_parts->held = plot->addGraph();
    for (QCPGraph* graph : {m_parts->kl, m_parts->reconstruction, m_parts->nelbo, m_parts->held})
        graph->setAdaptiveSampling(false); // the points come thinned
    m_parts->unit = new QCPItemText(plot);
    m_parts->unit->setClipToAxisRect(false);
    m_parts->unit->position->setTypeX(QCPItemPosition::ptAbsolute);
    m_parts->unit->position->setTypeY(QCPItemPosition::ptAbsolute);
    m_parts->unit->setPadding(QMargins());
    addStrip();
    m_readout = new LossReadout(this);
    m_readout->raise();
    applyTheme();
}

LossCanvas::~LossCanvas()
{
    disconnect(m_parts->screen);
}

void LossCanvas::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_readout->setTheme(theme);
    applyTheme();
    refresh(m_view);
}

void LossCanvas::applyTheme()
{
    QCustomPlot* plot = m_parts->plot;
    const QFont font = captionFont(this->font());
    plot->setBackground(m_theme.surface);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis, plot->yAxis2}) {
        axis->setTickLabelFont(font);
        axis->setTickLabelColor(m_theme.muted);
    }
    plot->yAxis2->setTickLabelColor(m_theme.klText);
    styleStrip();
    plot->yAxis->grid()->setPen(QPen(m_theme.grid, 1));
    m_parts->unit->setFont(font);
    m_parts->unit->setColor(m_theme.muted);
    m_parts->kl->setPen(QPen(m_theme.kl, kLine));
    m_parts->reconstruction->setPen(QPen(m_theme.reconstruction, kLine));
    m_parts->nelbo->setPen(QPen(m_theme.text, kLine));
    const auto tint = [this](QCPGraph* graph, QColor color) {
        color.setAlphaF(m_theme.dark ? 0.20F : 0.16F);
        graph->setBrush(color);
    };
    tint(m_parts->klBand.high, m_theme.kl);
    tint(m_parts->reconstructionBand.high, m_theme.reconstruction);
    tint(m_parts->nelboBand.high, m_theme.text);
    QPen dashed(m_theme.text, kLine);
    dashed.setDashPattern({3.0, 2.5});
    m_parts->held->setPen(dashed);
}

void LossCanvas::refresh(const View& view)
{
    m_view = view;
    if (!view.history)
        return;
    const LossHistory& history = *view.history;
    Parts& p = *m_parts;
    followRatio();
    const double upTo = horizontalReach(history.lastEpoch(), view.epochs);
    p.stretch = view.againstSteps ? history.stepsPerEpoch() : 1.0;
    const int columns = std::max(60, (width() - 80) / kPixelsAPoint);
    const auto nelbo = history.thinned(LossHistory::Curve::Nelbo, upTo, columns);
    const auto reconstruction = history.thinned(LossHistory::Curve::Reconstruction, upTo, columns);
    const auto kl = history.thinned(LossHistory::Curve::Kl, upTo, columns);
    const auto held = history.held(LossHistory::Curve::Nelbo);
    const auto fill = [&p](QCPGraph* line, const Parts::Band& band, const ThinnedCurve& curve) {
        line->data()->set(graphData(curve.mean, p.stretch), true);
        band.low->data()->set(graphData(curve.low, p.stretch), true);
        band.high->data()->set(graphData(curve.high, p.stretch), true);
    };
    fill(p.nelbo, p.nelboBand, nelbo);
    fill(p.reconstruction, p.reconstructionBand, reconstruction);
    fill(p.kl, p.klBand, kl);
    p.held->data()->set(graphData(held, p.stretch), true);
    const bool dots = held.size() <= kDotsUpToEpochs;
    p.held->setScatterStyle(dots ? QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(m_theme.text, 1), m_theme.text, 3.5) : QCPScatterStyle());

    std::vector<double> left, right;
    for (const auto* points : {&nelbo.low, &nelbo.high, &reconstruction.low, &reconstruction.high}) {
        for (const QPointF& point : *points)
            left.push_back(point.y());
    }
    for (const QPointF& point : kl.high)
        right.push_back(point.y());
    const int rows = std::max(1, (height() - 34 - stripRoom()) / 38);
    auto range = legibleRange(std::move(left), kSpikes, kBeginning);
    for (const QPointF& point : held) // evaluated losses are few and are the ones that count: always in sight
        range = range ? std::pair(std::min(range->first, point.y()), std::max(range->second, point.y())) : std::pair(point.y(), point.y());
    p.y = range ? ticksAround(range->first, range->second, rows) : ticksAround(0, 1, rows);
    const auto klRange = legibleRange(std::move(right), 0, 0.02);
    p.klAxis = ticksAround(0, klRange && klRange->second > 0 ? klRange->second * kKlHeadroom : 1.0, rows == 1 ? 1 : std::max(2, rows / 2 + 1));
    p.klAxis.lower = 0;
    fillStrip(upTo, columns);
    const double xUpper = upTo * p.stretch;
    p.x = ticksWithin(0, xUpper, std::max(2, (width() - 80) / 110), /*wholeNumbers=*/true);
    const bool logarithmic = view.logarithmic && p.y.lower > 0;
    p.plot->yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    setTicks(p.plot->xAxis, p.x);
    setTicks(p.plot->yAxis, p.y);
    setTicks(p.plot->yAxis2, p.klAxis);
    layOutAxes();
    drawMarks();
    p.plot->replot(QCustomPlot::rpQueuedRefresh);
    if (m_readout->isActive())
        read(QPointF(m_readout->reading().x, 0));
}

void LossCanvas::layOutAxes()
{
    Parts& p = *m_parts;
    const QFontMetricsF metrics(captionFont(font()));
    const int bottom = static_cast<int>(metrics.height()) + 9;
    const int strip = m_view.gradientNorm ? labelWidth(p.gradientAxis, metrics) : 0;
    const int left = kSide + std::max(strip, labelWidth(p.y, metrics)) + 8;
    const int right = kSide + std::max(18, labelWidth(p.klAxis, metrics)) + 8;
    const int above = static_cast<int>(metrics.height() / 2) + 4;
    p.losses->setMargins(QMargins(left, above, right, bottom));
    p.strip->setMargins(m_view.gradientNorm ? QMargins(left, above, right, 4) : QMargins());

    // The unit stands among the numbers of the axis, where there is room, instead of taking a row of its own.
    const QString unit = m_view.againstSteps ? tr("step") : tr("epoch");
    const double wide = metrics.horizontalAdvance(unit);
    const double plotWidth = width() - left - right;
    const auto pixel = [&](double x) { return left + plotWidth * (x - p.x.lower) / std::max(1e-9, p.x.upper - p.x.lower); };
    const double last = p.x.at.empty() ? left : pixel(p.x.at.back());
    const double lastHalf = p.x.at.empty() ? 0 : metrics.horizontalAdvance(p.x.label(p.x.at.back())) / 2;
    double at = left + plotWidth - wide / 2;
    bool fits = at - wide / 2 > last + lastHalf + 10;
    if (!fits && p.x.at.size() > 1) {
        const double before = pixel(p.x.at[p.x.at.size() - 2]);
        at = last - lastHalf - 24 - wide / 2;
        fits = at - wide / 2 > before + lastHalf + 10;
    }
    p.unit->setVisible(fits);
    p.unit->setText(unit);
    p.unit->setPositionAlignment(Qt::AlignHCenter | Qt::AlignTop);
    p.unit->position->setCoords(at, height() - bottom + 5);
}

LossCanvas::Drawn LossCanvas::drawn() const
{
    const Parts& p = *m_parts;
    return {p.nelbo->dataCount(), p.held->dataCount(), p.kl->dataCount(), p.gradient->dataCount(), p.gradientAxis.upper, p.x.upper, p.y.lower, p.y.upper, p.klAxis.upper,
            p.plot->yAxis->scaleType() == QCPAxis::stLogarithmic, p.markTexts};
}

void LossCanvas::paintTo(QPaintDevice& device, const QSize& size, int headerHeight, const std::function<void(QPainter&)>& header)
{
    QCPPainter painter;
    if (!painter.begin(&device))
        return;
    painter.setMode(QCPPainter::pmVectorized);
    painter.fillRect(QRect(QPoint(), size), m_theme.surface);
    painter.save();
    header(painter);
    painter.restore();
    painter.translate(0, headerHeight);
    m_parts->plot->toPainter(&painter, size.width(), size.height() - headerHeight);
    painter.end();
    m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

bool LossCanvas::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseMove)
        read(static_cast<QMouseEvent*>(event)->position());
    else if (event->type() == QEvent::Leave)
        m_readout->clear();
    return QWidget::eventFilter(watched, event);
}

void LossCanvas::followRatio()
{
    // QCustomPlot reads the device pixel ratio once, when it is made; a window moved to another screen would be blurred.
    if (m_parts->plot->bufferDevicePixelRatio() != devicePixelRatioF())
        m_parts->plot->setBufferDevicePixelRatio(devicePixelRatioF());
}

void LossCanvas::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    disconnect(m_parts->screen); // a dock that was torn off lives in another window now
    if (QWindow* handle = window()->windowHandle())
        m_parts->screen = connect(handle, &QWindow::screenChanged, this, [this] { refresh(m_view); });
    refresh(m_view);
}

void LossCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_parts->plot->setGeometry(rect());
    m_readout->setGeometry(rect());
    m_readout->clear();
    refresh(m_view);
}

void LossCanvas::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) {
        applyTheme();
        refresh(m_view);
    }
    QWidget::changeEvent(event);
}

} // namespace latentscape::ui
