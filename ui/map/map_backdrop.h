// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QList>
#include <QRectF>
#include <QString>

namespace latentscape::ui {

/// What the colours of a picture stand for: a short strip of them between the words of its two ends. A value.
struct ColourKey {
    QList<QColor> colours; ///< from low to high, evenly spaced; empty: no key
    QString low, high;     ///< "100× fewer", "100× more"
    friend bool operator==(const ColourKey&, const ColourKey&) = default;
};

/// A picture that lies in the plane under grid and points: decoded images, a class map, a density. A value.
struct MapBackdrop {
    QImage image;              ///< null: none
    QRectF range;              ///< latent units that the image covers: x(), y() are the least coordinates (bottom-left)
    bool smooth = false;       ///< interpolate between pixels (density); otherwise nearest (decoded images)
    double opacity = 1.0;      ///< of the picture, 0 … 1
    double pointOpacity = 1.0; ///< factor on the points' opacity while the picture is shown; 0 hides them, and then none can be picked
    QString caption;           ///< "density of codes": joins the caption at the bottom left; may be empty
    ColourKey key;             ///< stands behind the caption

    [[nodiscard]] bool isNull() const { return image.isNull() || !(range.width() > 0.0) || !(range.height() > 0.0); }
    friend bool operator==(const MapBackdrop& a, const MapBackdrop& b)
    {
        return a.image.cacheKey() == b.image.cacheKey() && a.range == b.range && a.smooth == b.smooth && a.opacity == b.opacity
               && a.pointOpacity == b.pointOpacity && a.caption == b.caption && a.key == b.key;
    }
};

} // namespace latentscape::ui
