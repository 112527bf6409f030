// SPDX-License-Identifier: GPL-3.0-or-later
// The strip of the gradient norm above the losses: axes of its own, because it is not measured in nats.
#include "ui/chrome/text_runs.h"
#include "ui/plots/loss_canvas_parts.h"
#include "ui/plots/loss_history.h"

#include <qcustomplot.h>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr double kLine = 1.2;
constexpr int kHeight = 40, kLowHeight = 22; ///< of its axes; in a low panel most of the room stays with the losses
constexpr int kLowPanel = 150;
constexpr int kMargins = 16;
constexpr double kBeginning = 0.03; ///< share of the values that may lie above the axis: the first steps

} // namespace

void LossCanvas::addStrip()
{
    Parts& p = *m_parts;
    p.strip = new QCPAxisRect(p.plot, /*setupDefaultAxes=*/false);
    p.strip->addAxes(QCPAxis::atLeft | QCPAxis::atBottom);
    p.strip->setAutoMargins(QCP::msNone);
    p.strip->setMinimumMargins(QMargins());
    p.strip->setMinimumSize(0, 0);
    p.plot->plotLayout()->insertRow(0);
    p.plot->plotLayout()->addElement(0, 0, p.strip);
    p.plot->plotLayout()->setRowSpacing(0);
    QCPAxis* x = p.strip->axis(QCPAxis::atBottom);
    QCPAxis* y = p.strip->axis(QCPAxis::atLeft);
    for (QCPAxis* axis : {x, y}) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLength(0, 0);
        axis->setTickLabelPadding(8);
    }
    x->setTickLabels(false);
    x->grid()->setVisible(false);
    y->grid()->setAntialiased(false);
    y->grid()->setZeroLinePen(Qt::NoPen);
    p.gradient = p.plot->addGraph(x, y);
    p.gradient->setAdaptiveSampling(false);
}

void LossCanvas::styleStrip()
{
    Parts& p = *m_parts;
    const QFont font = captionFont(this->font());
    QCPAxis* y = p.strip->axis(QCPAxis::atLeft);
    y->setTickLabelFont(font);
    y->setTickLabelColor(m_theme.muted);
    y->grid()->setPen(QPen(m_theme.grid, 1));
    p.gradient->setPen(QPen(m_theme.muted, kLine));
}

int LossCanvas::stripHeight() const { return !m_view.gradientNorm ? 0 : height() < kLowPanel ? kLowHeight : kHeight; }

int LossCanvas::stripRoom() const { return m_view.gradientNorm ? stripHeight() + kMargins : 0; }

void LossCanvas::fillStrip(double upTo, int columns)
{
    Parts& p = *m_parts;
    const bool shown = m_view.gradientNorm;
    p.strip->setVisible(shown);
    p.strip->setMaximumSize(QWIDGETSIZE_MAX, stripHeight());
    p.strip->setMinimumSize(0, stripHeight());
    const auto curve = shown ? m_view.history->thinned(LossHistory::Curve::GradientNorm, upTo, columns) : ThinnedCurve{};
    QVector<QCPGraphData> points;
    std::vector<double> values;
    for (const QPointF& point : curve.mean) {
        points.append(QCPGraphData(point.x() * p.stretch, point.y()));
        values.push_back(point.y());
    }
    p.gradient->data()->set(points, /*alreadySorted=*/true);
    const auto range = legibleRange(std::move(values), 0, kBeginning);
    p.gradientAxis = ticksAround(0, range && range->second > 0 ? range->second : 1.0, stripHeight() / 20);
    p.gradientAxis.lower = 0;
    if (stripHeight() == kLowHeight)
        p.gradientAxis.at = {0, p.gradientAxis.upper}; // three labels would stand in one another
    QCPAxis* y = p.strip->axis(QCPAxis::atLeft);
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (const double at : p.gradientAxis.at)
        ticker->addTick(at, p.gradientAxis.label(at));
    y->setTicker(ticker);
    y->setRange(0, p.gradientAxis.upper);
    p.strip->axis(QCPAxis::atBottom)->setRange(0, upTo * p.stretch);
}

} // namespace latentscape::ui
