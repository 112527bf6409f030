// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/kept_shapes.h"

#include <QCache>
#include <QPaintEngine>
#include <QPainter>
#include <QTransform>

#include <cmath>

namespace latentscape::ui {

namespace {

constexpr qsizetype kBytes = 12 << 20; // of all shapes together
constexpr double kPhases = 4.0;        // a pixel

} // namespace

size_t qHash(const ShapeKey& key, size_t seed = 0)
{
    const size_t sizes = qHashRange(key.sizes.begin(), key.sizes.end(), seed);
    return qHashMulti(sizes, static_cast<int>(key.kind), key.inner, key.outer, key.ratio, key.phaseX, key.phaseY);
}

QImage keptImage(const ShapeKey& key, const QSize& size, const std::function<void(QPainter&)>& paint)
{
    static QCache<ShapeKey, QImage> images(kBytes);
    if (const QImage* known = images.object(key); known && known->size() == size)
        return *known;
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter);
    painter.end();
    images.insert(key, new QImage(image), image.sizeInBytes());
    return image;
}

bool takesCopies(const QPainter& painter)
{
    const QTransform device = painter.deviceTransform();
    return painter.paintEngine() && painter.paintEngine()->type() == QPaintEngine::Raster && device.type() <= QTransform::TxScale &&
           device.m11() == device.m22() && device.m11() > 0.0;
}

void drawKept(QPainter& painter, const QRectF& bounds, ShapeKey key, const std::function<void(QPainter&)>& paint)
{
    if (!takesCopies(painter)) {
        paint(painter);
        return;
    }
    const QTransform device = painter.deviceTransform();
    const double ratio = device.m11();
    const QPointF corner = device.map(bounds.topLeft());
    const QPointF quarters(std::round(corner.x() * kPhases), std::round(corner.y() * kPhases));
    const QPointF whole(std::floor(quarters.x() / kPhases), std::floor(quarters.y() / kPhases));
    key.ratio = ratio;
    key.phaseX = static_cast<int>(quarters.x() - whole.x() * kPhases);
    key.phaseY = static_cast<int>(quarters.y() - whole.y() * kPhases);
    const QSize size(static_cast<int>(std::ceil(bounds.width() * ratio)) + 2, static_cast<int>(std::ceil(bounds.height() * ratio)) + 2);
    const QImage image = keptImage(key, size, [&](QPainter& pixels) {
        pixels.translate(key.phaseX / kPhases, key.phaseY / kPhases);
        pixels.scale(ratio, ratio);
        pixels.translate(-bounds.topLeft());
        paint(pixels);
    });
    painter.save();
    painter.scale(1.0 / ratio, 1.0 / ratio);
    painter.drawImage(whole - device.map(QPointF()), image); // the painter's own origin may lie anywhere
    painter.restore();
}

} // namespace latentscape::ui
