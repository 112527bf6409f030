// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/plane.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <algorithm>

namespace latentscape::ui {

/// Which part of the plane a widget of a given size shows. A value; y grows upwards on the plane and downwards on the screen.
struct MapView {
    QRectF range{-4.0, -3.0, 8.0, 6.0}; ///< in latent units: x() and y() are the least coordinates (left and bottom)
    QSizeF size{1.0, 1.0};              ///< in logical pixels

    [[nodiscard]] double pixelsPerUnitX() const noexcept { return size.width() / range.width(); }
    [[nodiscard]] double pixelsPerUnitY() const noexcept { return size.height() / range.height(); }
    [[nodiscard]] QPointF toPixel(PlanePoint p) const noexcept
    {
        return {(p.x - range.x()) * pixelsPerUnitX(), size.height() - (p.y - range.y()) * pixelsPerUnitY()};
    }
    [[nodiscard]] PlanePoint toPlane(QPointF pixel) const noexcept
    {
        return {range.x() + pixel.x() / pixelsPerUnitX(), range.y() + (size.height() - pixel.y()) / pixelsPerUnitY()};
    }
    /// The smallest view of this size that holds wanted in its middle, with one scale on both axes.
    [[nodiscard]] MapView showing(const QRectF& wanted) const noexcept
    {
        const double unitsPerPixel = std::max(wanted.width() / size.width(), wanted.height() / size.height());
        MapView view = *this;
        const QSizeF extent(unitsPerPixel * size.width(), unitsPerPixel * size.height());
        view.range = QRectF(wanted.center().x() - extent.width() / 2, wanted.center().y() - extent.height() / 2, extent.width(), extent.height());
        return view;
    }
    friend bool operator==(const MapView&, const MapView&) = default;
};

} // namespace latentscape::ui
