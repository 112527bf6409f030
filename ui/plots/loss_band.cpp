// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_band.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kTallest = 64; // device pixels of one rectangle: below the height from which Qt shares it among threads

/// Where the line through points stands at x, which lies between the points i and i + 1.
double heightAt(const QVector<QPointF>& points, qsizetype i, double x)
{
    const QPointF &a = points[i], &b = points[i + 1];
    return b.x() > a.x() ? a.y() + (b.y() - a.y()) * std::clamp((x - a.x()) / (b.x() - a.x()), 0.0, 1.0) : a.y();
}

class LossBand final : public QCPGraph {
public:
    using QCPGraph::QCPGraph;

private:
    void drawFill(QCPPainter* painter, QVector<QPointF>* lines) const override;
};

void LossBand::drawFill(QCPPainter* painter, QVector<QPointF>* lines) const
{
    const QCPGraph* below = channelFillGraph();
    const bool raster = painter->paintEngine() && painter->paintEngine()->type() == QPaintEngine::Raster;
    if (!below || !raster || below->dataCount() != lines->size()) {
        QCPGraph::drawFill(painter, lines);
        return;
    }
    if (lines->size() < 2)
        return;
    QVector<QPointF> low;
    low.reserve(lines->size());
    for (const QCPGraphData& point : *below->data())
        low.append(coordsToPixels(point.key, point.value));
    painter->save();
    const double ratio = painter->deviceTransform().m11();
    painter->scale(1.0 / ratio, 1.0 / ratio);
    painter->setAntialiasing(false);
    const QRectF area = clipRect();
    const int top = static_cast<int>(std::floor(area.top() * ratio)), bottom = static_cast<int>(std::ceil(area.bottom() * ratio));
    const int first = static_cast<int>(std::lround(std::max(lines->first().x(), area.left()) * ratio));
    const int end = static_cast<int>(std::lround(std::min(lines->last().x(), area.right()) * ratio));
    QVector<QRect> strips; // given to the painter at once instead of in as many calls
    strips.reserve(2 * static_cast<qsizetype>(std::max(0, end - first)));
    qsizetype i = 0;
    for (int column = first; column < end; ++column) {
        const double x = (column + 0.5) / ratio;
        while (i + 2 < lines->size() && (*lines)[i + 1].x() < x)
            ++i;
        const double upper = heightAt(*lines, i, x) * ratio, lower = heightAt(low, i, x) * ratio;
        if (!std::isfinite(upper) || !std::isfinite(lower))
            continue;
        const int from = static_cast<int>(std::lround(std::clamp<double>(std::min(upper, lower), top, bottom)));
        const int to = static_cast<int>(std::lround(std::clamp<double>(std::max(upper, lower), top, bottom)));
        for (int y = from; y < to; y += kTallest)
            strips.append(QRect(column, y, 1, std::min(kTallest, to - y)));
    }
    painter->setPen(Qt::NoPen);
    painter->setBrush(brush());
    painter->drawRects(strips);
    painter->restore();
}

} // namespace

QCPGraph* addLossBand(QCPAxis* keyAxis, QCPAxis* valueAxis)
{
    return new LossBand(keyAxis, valueAxis); // it registers with the plot, which owns it from then on
}

} // namespace latentscape::ui
