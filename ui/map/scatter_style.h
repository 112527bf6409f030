// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/latent_cloud.h"
#include "ui/theme/theme.h"

#include <cstdint>
#include <vector>

namespace latentscape::ui {

/// Points that look the same: keys that share a mark share a group.
struct ColourGroup {
    std::uint32_t rgb = 0;   ///< 0xRRGGBB
    double emphasis = 1.0;   ///< factor on the opacity, in [0, 1]
    double size = 1.0;       ///< factor on the disc's radius
    bool hollow = false;     ///< a ring: tells the eleventh to twentieth class from the first ten
    friend bool operator==(const ColourGroup&, const ColourGroup&) = default;
};

/// How the keys of a cloud become marks. A value that crosses to the raster thread.
struct ScatterStyle {
    static constexpr std::size_t kMostGroups = 250;       ///< of discs
    static constexpr std::size_t kMostFoldedGroups = 16;  ///< of a density picture, which has one counter a group
    static constexpr std::uint8_t kHidden = 255;

    std::vector<ColourGroup> groups;
    std::vector<std::uint8_t> groupOfKey;  ///< [KeyLayout::count()], kHidden for points that are not drawn
    std::vector<ColourGroup> foldedGroups; ///< for density pictures; empty: groups and groupOfKey serve both
    std::vector<std::uint8_t> foldedOfKey;
    double opacity = 1.0; ///< of all points
    friend bool operator==(const ScatterStyle&, const ScatterStyle&) = default;

    [[nodiscard]] bool draws(std::uint16_t key) const noexcept
    {
        return opacity > 0.0 && key < groupOfKey.size() && groupOfKey[key] != kHidden;
    }
};

/// What a style is made of.
struct StyleSource {
    KeyLayout layout;
    ColourScaleName scale = ColourScaleName::Viridis; ///< of Kind::Values
    std::vector<bool> hidden;                         ///< [classes] or empty
    int emphasised = -1;                              ///< the class that stands out, −1 for none
    double opacity = 1.0;
};
[[nodiscard]] ScatterStyle makeScatterStyle(const Theme& theme, const StyleSource& source);
/// The style of plain labels. classCount 0: one group in the accent.
[[nodiscard]] ScatterStyle makeScatterStyle(const Theme& theme, int classCount, const std::vector<bool>& hidden, int emphasised);

/// The colour of a value at t in [0, 1] of a scale, 0xRRGGBB.
[[nodiscard]] std::uint32_t scaleColour(ColourScaleName scale, double t);

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
