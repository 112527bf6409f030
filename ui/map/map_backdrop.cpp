// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_decor.h"

#include <QPaintEngine>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

/// The part of an image that a view shows, with a margin for interpolation: QPainter's fixed-point numbers overflow for a whole image that
/// is magnified a thousandfold.
QRect visiblePart(const MapBackdrop& backdrop, const MapView& view)
{
    constexpr int kMargin = 2;
    const double columns = backdrop.image.width() / backdrop.range.width(), rows = backdrop.image.height() / backdrop.range.height();
    const double left = (view.range.x() - backdrop.range.x()) * columns;
    const double right = (view.range.x() + view.range.width() - backdrop.range.x()) * columns;
    const double top = (backdrop.range.y() + backdrop.range.height() - view.range.y() - view.range.height()) * rows;
    const double bottom = (backdrop.range.y() + backdrop.range.height() - view.range.y()) * rows;
    const auto within = [](double value, int limit) { return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(limit))); };
    const QPoint from(within(std::floor(left) - kMargin, backdrop.image.width()), within(std::floor(top) - kMargin, backdrop.image.height()));
    const QPoint to(within(std::ceil(right) + kMargin, backdrop.image.width()), within(std::ceil(bottom) + kMargin, backdrop.image.height()));
    return {from, QSize(to.x() - from.x(), to.y() - from.y())};
}

/// Each visible pixel as a rectangle: exact at any magnification, for few of them.
void drawCells(QPainter& painter, const MapBackdrop& backdrop, const MapView& view, const QRect& part, double cellX, double cellY)
{
    const QRectF window(QPointF(0, 0), view.size);
    for (int y = part.top(); y <= part.bottom(); ++y) {
        for (int x = part.left(); x <= part.right(); ++x) {
            const double left = backdrop.range.x() + x * cellX, top = backdrop.range.y() + backdrop.range.height() - y * cellY;
            const QRectF cell(view.toPixel({left, top}), view.toPixel({left + cellX, top - cellY}));
            painter.fillRect(cell.intersected(window), backdrop.image.pixelColor(x, y));
        }
    }
}

void drawPixels(QPainter& painter, const MapBackdrop& backdrop, const MapView& view)
{
    constexpr double kLargeCell = 96.0; // pixels
    const QRect part = visiblePart(backdrop, view);
    if (part.isEmpty())
        return;
    const double cellX = backdrop.range.width() / backdrop.image.width(), cellY = backdrop.range.height() / backdrop.image.height();
    if (!backdrop.smooth && std::min(cellX * view.pixelsPerUnitX(), cellY * view.pixelsPerUnitY()) > kLargeCell) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        drawCells(painter, backdrop, view, part, cellX, cellY);
        return;
    }
    const QPointF corner = view.toPixel({backdrop.range.x() + part.x() * cellX, backdrop.range.y() + backdrop.range.height() - part.y() * cellY});
    const QRectF target(corner, QSizeF(part.width() * cellX * view.pixelsPerUnitX(), part.height() * cellY * view.pixelsPerUnitY()));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, backdrop.smooth);
    painter.setClipRect(QRectF(QPointF(0, 0), view.size), Qt::IntersectClip);
    painter.drawImage(target, backdrop.image, QRectF(part));
}

} // namespace

void drawBackdrop(QPainter& painter, const MapDecor& decor, const MapView& view, double ratio)
{
    const MapBackdrop& backdrop = decor.backdrop;
    if (backdrop.isNull() || !(backdrop.opacity > 0.0))
        return;
    painter.save();
    painter.setOpacity(std::min(backdrop.opacity, 1.0));
    if (painter.paintEngine()->type() == QPaintEngine::Raster) {
        drawPixels(painter, backdrop, view);
    } else {
        // Programs that show vector files smooth what is magnified; the cells of a manifold must stay sharp.
        QImage image(static_cast<int>(std::ceil(view.size.width() * ratio)), static_cast<int>(std::ceil(view.size.height() * ratio)),
                     QImage::Format_ARGB32_Premultiplied);
        if (!image.isNull()) {
            image.fill(Qt::transparent);
            QPainter pixels(&image);
            pixels.scale(ratio, ratio);
            drawPixels(pixels, backdrop, view);
            pixels.end();
            painter.drawImage(QRectF(QPointF(0, 0), QSizeF(image.size()) / ratio), image);
        }
    }
    painter.restore();
}

} // namespace latentscape::ui
