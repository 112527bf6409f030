// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/latent_cloud.h"
#include "ui/theme/theme.h"

#include <cstdint>
#include <vector>

namespace latentscape::ui {

/// Points of one colour: classes that share a colour share a group, and all dimmed classes are one.
struct ColourGroup {
    std::uint32_t rgb = 0;   ///< 0xRRGGBB
    double emphasis = 1.0;   ///< factor on the opacity
    friend bool operator==(const ColourGroup&, const ColourGroup&) = default;
};

/// How labels become colours. A value that crosses to the raster thread. At most kMaxGroups groups.
struct ScatterStyle {
    static constexpr std::size_t kMaxGroups = 16;
    static constexpr std::uint8_t kHidden = 255;

    std::vector<ColourGroup> groups;
    std::vector<std::uint8_t> groupOfLabel; ///< [max(1, classes)], kHidden for classes that are not drawn
    friend bool operator==(const ScatterStyle&, const ScatterStyle&) = default;
};

/// classCount 0: one group in the accent. hidden [classCount] or empty. emphasised: the class that stands out, −1 for none.
[[nodiscard]] ScatterStyle makeScatterStyle(const Theme& theme, int classCount, const std::vector<bool>& hidden, int emphasised);

/// The part of the plane a canvas shows, in device pixels. Point (x, y) stands at ((x − left)·scaleX, (top − y)·scaleY).
struct RasterView {
    double left = 0.0, top = 0.0;
    double scaleX = 1.0, scaleY = 1.0; ///< device pixels a latent unit
    int width = 0, height = 0;         ///< of the canvas
    double ratio = 1.0;                ///< device pixels a logical pixel; sizes of marks follow it
    friend bool operator==(const RasterView&, const RasterView&) = default;
};

/// What marks a view gets: discs, or a density picture where discs would only hide each other.
struct DrawingRule {
    bool density = false;
    double radius = 0.0;  ///< of a disc, in device pixels
    double opacity = 1.0; ///< of one disc
};

/// Opacity 0.85 up to 10 000 codes, 0.5 from 60 000; discs grow a little when zoomed in; density when more than 250 000 codes are in view.
[[nodiscard]] DrawingRule drawingRule(const LatentCloud& cloud, const RasterView& view);

} // namespace latentscape::ui
