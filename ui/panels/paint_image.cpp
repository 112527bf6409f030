// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/paint_image.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kEvenBelow = 4.0;
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

void paintFramed(QPainter& painter, const QRectF& rect, const QImage& image, const FrameStyle& style)
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
        const QImage blown = image.scaled(image.size() * static_cast<int>(std::ceil(scale)), Qt::IgnoreAspectRatio, Qt::FastTransformation);
        const QSize target = (rect.size() * ratio).toSize();
        painter.drawImage(rect, blown.scaled(target, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    } else {
        painter.drawImage(rect, image);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (style.radius > 0) {
        QPainterPath corners;
        corners.setFillRule(Qt::OddEvenFill);
        corners.addRect(rect);
        corners.addRoundedRect(rect, style.radius, style.radius);
        painter.fillPath(corners, style.ground);
    }
    if (style.line.isValid()) {
        const double width = 1.0;
        painter.setPen(QPen(style.line, width));
        painter.setBrush(Qt::NoBrush);
        const double half = width / 2;
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), style.radius - half, style.radius - half);
    }
    painter.restore();
}

} // namespace latentscape::ui
