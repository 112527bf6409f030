// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/paint_image.h"

#include "ui/theme/kept_shapes.h"

#include <QPainter>
#include <QPainterPath>
#include <QTransform>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace latentscape::ui {

namespace {
constexpr double kEvenBelow = 4.0;
constexpr double kLineWidth = 1.0; // logical pixels

void drawFrame(QPainter& painter, const QRectF& rect, const FrameStyle& style)
{
    painter.setRenderHint(QPainter::Antialiasing);
    if (style.radius > 0) {
        QPainterPath corners;
        corners.setFillRule(Qt::OddEvenFill);
        corners.addRect(rect);
        corners.addRoundedRect(rect, style.radius, style.radius);
        painter.fillPath(corners, style.ground);
    }
    if (style.line.isValid()) {
        painter.setPen(QPen(style.line, kLineWidth));
        painter.setBrush(Qt::NoBrush);
        const double half = kLineWidth / 2;
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), style.radius - half, style.radius - half);
    }
}

bool onWholePixels(const QRectF& device)
{
    const auto whole = [](double value) { return std::abs(value - std::round(value)) < 1e-3; };
    return device.width() > 0.5 && device.height() > 0.5 && whole(device.left()) && whole(device.top()) && whole(device.width()) && whole(device.height());
}

/// image (RGB32) over size with each pixel as a rectangle, what QPainter would draw, by copies of rows.
class Magnifier {
public:
    Magnifier(const QImage& image, const QSize& size) : m_image(image), m_size(size), m_ends(static_cast<std::size_t>(image.width()), size.width())
    {
        for (int x = size.width() - 1; x > 0; --x) {
            if (const int column = source(x, image.width(), size.width()); column != source(x - 1, image.width(), size.width()))
                m_ends[static_cast<std::size_t>(column) - 1] = x;
        }
    }

    /// `rows` lines from y on to the top of result, which is as wide as size.
    void copyRows(int y, int rows, QImage& result) const
    {
        for (int i = 0, before = -1; i < rows; ++i) {
            const int row = source(y + i, m_image.height(), m_size.height());
            auto* line = reinterpret_cast<QRgb*>(result.scanLine(i));
            if (row == before) {
                std::memcpy(line, result.constScanLine(i - 1), static_cast<std::size_t>(m_size.width()) * sizeof(QRgb));
                continue;
            }
            before = row;
            const auto* pixels = reinterpret_cast<const QRgb*>(m_image.constScanLine(row));
            for (int column = 0, x = 0; column < m_image.width(); x = m_ends[static_cast<std::size_t>(column++)])
                std::fill(line + x, line + m_ends[static_cast<std::size_t>(column)], pixels[column]);
        }
    }

private:
    static int source(int i, int from, int to) { return static_cast<int>(((2 * static_cast<qint64>(i) + 1) * from - 1) / (2 * static_cast<qint64>(to))); }
    const QImage& m_image;
    QSize m_size;
    std::vector<int> m_ends; // where the next column begins
};

/// At `to` in the painter's device pixels, the part inside visible (of size): strip by strip, which stay in the processor's nearest cache.
void drawMagnified(QPainter& painter, const QPointF& to, const QImage& image, const QSize& size, const QRect& visible)
{
    constexpr int kStripBytes = 32 * 1024;
    const int height = std::clamp(kStripBytes / (size.width() * static_cast<int>(sizeof(QRgb))), 1, size.height());
    static QImage strip; // kept: fresh memory costs more than the copies
    if (strip.width() != size.width() || strip.height() != height || !strip.isDetached())
        strip = QImage(size.width(), height, QImage::Format_RGB32);
    if (strip.isNull())
        return;
    const Magnifier magnifier(image, size);
    for (int y = visible.top(); y <= visible.bottom(); y += height) {
        const int rows = std::min(height, visible.bottom() + 1 - y);
        magnifier.copyRows(y, rows, strip);
        painter.drawImage(to + QPointF(visible.left(), y), strip, QRect(visible.left(), 0, visible.width(), rows));
    }
}

/// The whole of it as an image of its own, to be evened out.
QImage magnified(const QImage& image, const QSize& size)
{
    QImage result(size, QImage::Format_RGB32);
    if (!result.isNull())
        Magnifier(image, size).copyRows(0, size.height(), result);
    return result;
}

/// Copies the parts of a kept frame that are not transparent; false where rect is not on whole device pixels of a raster.
bool copyFrame(QPainter& painter, const QRectF& rect, const FrameStyle& style)
{
    if (!takesCopies(painter))
        return false;
    const QTransform device = painter.deviceTransform();
    const QRectF exact = device.mapRect(rect);
    if (!onWholePixels(exact))
        return false;
    const QRect whole = exact.toRect();
    const double ratio = device.m11();
    ShapeKey key{ShapeKey::Frame, {style.radius}, style.ground.rgba(), style.line.isValid() ? style.line.rgba() : 0, ratio};
    key.sizes[1] = whole.width(), key.sizes[2] = whole.height();
    const QImage frame = keptImage(key, whole.size(), [&](QPainter& pixels) {
        pixels.scale(ratio, ratio);
        drawFrame(pixels, QRectF(QPointF(), QSizeF(whole.size()) / ratio), style);
    });
    const int corner = std::min(static_cast<int>(std::ceil(std::max(style.radius, kLineWidth) * ratio)) + 1, whole.height() / 2);
    const int side = std::min(static_cast<int>(std::ceil(kLineWidth * ratio)), whole.width() / 2);
    const int width = whole.width(), height = whole.height();
    painter.scale(1.0 / ratio, 1.0 / ratio);
    const QPointF origin = rect.topLeft() * ratio;
    for (const QRect& part : {QRect(0, 0, width, corner), QRect(0, height - corner, width, corner), QRect(0, corner, side, height - 2 * corner),
                              QRect(width - side, corner, side, height - 2 * corner)})
        painter.drawImage(origin + part.topLeft(), frame, part);
    return true;
}

} // namespace

QSizeF displayProportions(const QSize& image)
{
    if (image.isEmpty())
        return {1.0, 1.0};
    constexpr double kFlattest = 4.0;
    return {std::clamp(static_cast<double>(image.width()) / image.height(), 1.0 / kFlattest, kFlattest), 1.0};
}

QRectF fitted(const QSizeF& proportions, const QRectF& area)
{
    const QSizeF size = proportions.scaled(area.size(), Qt::KeepAspectRatio);
    return {area.x() + (area.width() - size.width()) / 2, area.y() + (area.height() - size.height()) / 2, size.width(), size.height()};
}

QRectF onDevicePixels(const QRectF& rect, double ratio, const QPointF& origin)
{
    const auto snap = [&](const QPointF& p) {
        return QPointF(std::round((p.x() + origin.x()) * ratio) / ratio, std::round((p.y() + origin.y()) * ratio) / ratio) - origin;
    };
    return {snap(rect.topLeft()), snap(rect.bottomRight())};
}

QImage paintable(const QImage& image)
{
    return image.isNull() || image.format() == QImage::Format_RGB32 ? image : image.convertToFormat(QImage::Format_RGB32);
}

void paintFramed(QPainter& painter, const QRectF& rect, const QImage& image, const FrameStyle& style, const QRectF& visible)
{
    const double ratio = painter.device()->devicePixelRatioF();
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    if (image.isNull()) {
        painter.fillRect(rect, style.ground);
    } else if (rect.width() * ratio < image.width()) {
        const QSize target = (rect.size() * ratio).toSize().expandedTo(QSize(1, 1));
        painter.drawImage(rect, image.scaled(target, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    } else if (const double scale = rect.width() * ratio / image.width();
               style.even && scale < kEvenBelow && std::abs(scale - std::round(scale)) > 1e-3) {
        const QSize blownSize = image.size() * static_cast<int>(std::ceil(scale));
        const QImage blown = image.format() == QImage::Format_RGB32
                                 ? magnified(image, blownSize)
                                 : image.scaled(blownSize, Qt::IgnoreAspectRatio, Qt::FastTransformation);
        const QSize target = (rect.size() * ratio).toSize();
        painter.drawImage(rect, blown.scaled(target, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    } else if (const QRectF exact = painter.deviceTransform().mapRect(rect);
               image.format() == QImage::Format_RGB32 && takesCopies(painter) && onWholePixels(exact)) {
        const double devicePixels = painter.deviceTransform().m11();
        const QRect all(QPoint(), exact.toRect().size());
        const QRect part = visible.isNull() ? all : painter.deviceTransform().mapRect(visible).translated(-exact.topLeft()).toAlignedRect() & all;
        painter.scale(1.0 / devicePixels, 1.0 / devicePixels);
        drawMagnified(painter, rect.topLeft() * devicePixels, image, all.size(), part);
        painter.scale(devicePixels, devicePixels);
    } else {
        painter.drawImage(rect, image);
    }
    if (!copyFrame(painter, rect, style))
        drawFrame(painter, rect, style);
    painter.restore();
}

QRect differingPixels(const QImage& a, const QImage& b)
{
    if (a.size() != b.size() || a.format() != QImage::Format_RGB32 || b.format() != QImage::Format_RGB32)
        return b.rect();
    QRect differing;
    for (int y = 0; y < b.height(); ++y) {
        const auto* first = reinterpret_cast<const QRgb*>(a.constScanLine(y));
        const auto* second = reinterpret_cast<const QRgb*>(b.constScanLine(y));
        int left = 0, right = b.width() - 1;
        while (left <= right && first[left] == second[left])
            ++left;
        while (right > left && first[right] == second[right])
            --right;
        if (left <= right)
            differing |= QRect(QPoint(left, y), QPoint(right, y));
    }
    return differing;
}

QRectF paintedPart(const QRectF& rect, double ratio, const QSize& image, const QRect& pixels)
{
    if (image.isEmpty() || rect.width() * ratio / image.width() < kEvenBelow)
        return rect;
    const double scale = rect.width() / image.width();
    const double rowScale = rect.height() / image.height();
    const QRectF part(rect.left() + pixels.left() * scale, rect.top() + pixels.top() * rowScale, pixels.width() * scale, pixels.height() * rowScale);
    const double margin = 1.0 / ratio;
    return part.adjusted(-margin, -margin, margin, margin) & rect;
}

} // namespace latentscape::ui
