// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QRect>
#include <QSizeF>

class QPainter;

namespace latentscape::ui {

/// How samples are put on screen. Pure functions of their arguments; GUI thread (they paint).

/// Proportions of a sample on screen: its own, but never flatter than 4 : 1 nor narrower than 1 : 4, so that a strip of one row can be
/// seen.
[[nodiscard]] QSizeF displayProportions(const QSize& image);

/// The largest rectangle of these proportions inside area, centred.
[[nodiscard]] QRectF fitted(const QSizeF& proportions, const QRectF& area);

/// rect (logical pixels of a widget) with its edges moved to whole device pixels. origin: the widget's place in its window, which at a
/// fractional ratio need not be a whole device pixel itself.
[[nodiscard]] QRectF onDevicePixels(const QRectF& rect, double ratio, const QPointF& origin = {});

/// image as Format_RGB32, the format that Qt scales without a generic (slow) transformation.
[[nodiscard]] QImage paintable(const QImage& image);

struct FrameStyle {
    QColor ground;       ///< outside the rounded corners
    QColor line;         ///< the 1-px frame; invalid: none
    double radius = 6.0; ///< logical pixels
    /// Small images at an uneven scale are evened out, because their pixels would differ in width by half; false: always whole pixels.
    bool even = false;
};

/// image (see paintable()) over the whole of rect with nearest-neighbour scaling, its corners rounded by painting the ground over them.
/// Smaller than the image's own pixels it is averaged instead, because dropped rows would break strokes. What lies outside visible need not
/// be painted; null: all is.
void paintFramed(QPainter& painter, const QRectF& rect, const QImage& image, const FrameStyle& style, const QRectF& visible = {});

/// Where the pixels of two images of one size lie that differ; null where none does.
[[nodiscard]] QRect differingPixels(const QImage& a, const QImage& b);

/// The part of rect that shows these pixels of an image painted by paintFramed, and a device pixel around it. All of rect where an image
/// pixel has less than four device pixels, as neighbours are evened out then.
[[nodiscard]] QRectF paintedPart(const QRectF& rect, double ratio, const QSize& image, const QRect& pixels);

} // namespace latentscape::ui
