// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QRectF>
#include <QString>

namespace latentscape::ui {

/// A picture that lies in the plane under grid and points: decoded images, a class map, a density. A value.
struct MapBackdrop {
    QImage image;              ///< null: none
    QRectF range;              ///< latent units that the image covers: x(), y() are the least coordinates (bottom-left)
    bool smooth = false;       ///< interpolate between pixels (density); otherwise nearest (decoded images)
    double opacity = 1.0;      ///< of the picture, 0 … 1
    double pointOpacity = 1.0; ///< factor on the points' opacity while the picture is shown; 0 hides them, and then none can be picked
    QString caption;           ///< "density of codes": joins the caption at the bottom left; may be empty

    [[nodiscard]] bool isNull() const { return image.isNull() || !(range.width() > 0.0) || !(range.height() > 0.0); }
    friend bool operator==(const MapBackdrop& a, const MapBackdrop& b)
    {
        return a.image.cacheKey() == b.image.cacheKey() && a.range == b.range && a.smooth == b.smooth && a.opacity == b.opacity
               && a.pointOpacity == b.pointOpacity && a.caption == b.caption;
    }
};

} // namespace latentscape::ui
