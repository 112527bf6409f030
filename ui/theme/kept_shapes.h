// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QRectF>
#include <QSize>

#include <array>
#include <functional>

class QPainter;

namespace latentscape::ui {

/// Small antialiased shapes that are drawn at every frame of a drag or of training – rings, pills, frames of images – are drawn once and
/// copied from then on: a copy costs a tenth of the path, which Qt's painter hands to a pool of threads from 96 spans on, to wait for it
/// beside a training that has all cores. GUI thread.

/// Says what a shape looks like, but not where it stands. Shapes of different kinds must not look alike, so each kind has its number.
struct ShapeKey {
    enum Kind { Pill, Ring, Frame };
    Kind kind = Pill;
    std::array<double, 4> sizes{}; ///< logical pixels
    QRgb inner = 0, outer = 0;
    double ratio = 1.0;            ///< device pixels a logical one
    int phaseX = 0, phaseY = 0;    ///< quarters of a device pixel
    friend bool operator==(const ShapeKey&, const ShapeKey&) = default;
};

/// The picture of a shape, [size] device pixels; paint draws it in device pixels at the first use.
[[nodiscard]] QImage keptImage(const ShapeKey& key, const QSize& size, const std::function<void(QPainter&)>& paint);

/// Draws the shape that paint paints inside bounds (logical pixels), to a quarter of a device pixel where it was kept. Vector formats and
/// turned painters get the shape itself. key's ratio and phase are set here.
void drawKept(QPainter& painter, const QRectF& bounds, ShapeKey key, const std::function<void(QPainter&)>& paint);

/// Whether painter draws on a raster, unturned, with square pixels: only then can copies stand for shapes.
[[nodiscard]] bool takesCopies(const QPainter& painter);

} // namespace latentscape::ui
