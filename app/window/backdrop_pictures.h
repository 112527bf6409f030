// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/class_map.h"
#include "core/explore/latent_density.h"
#include "core/train/decode_service.h"
#include "ui/map/map_backdrop.h"
#include "ui/theme/colour_scale_name.h"
#include "ui/theme/theme.h"

#include <QImage>

#include <span>
#include <vector>

namespace latentscape::app {

/// Pictures that lie behind the map's points. Pure; any thread.

/// The decoded items of a grid side by side without gaps, columns in a row, row-major from the top left.
[[nodiscard]] QImage gridPicture(const DecodeResult& result, int columns);
/// The decoded items of priorGrid(), each filling the part of the plane that holds its share of the prior: cells grow outwards, the
/// outermost are cut at ±kQuantileReach.
inline constexpr double kQuantileReach = 2.6;
[[nodiscard]] QImage quantilePicture(const DecodeResult& result, int columns);
/// One pixel a cell in its class's colour; the more the votes agree the more opaque.
[[nodiscard]] QImage classPicture(std::span<const PictureClassifier::Answer> answers, int columns, const ui::Theme& theme);
/// A picture whose colours are numbers, and what they stand for.
struct ScaledPicture {
    QImage image;
    ui::ColourKey key;
};
/// One pixel a cell: from transparent at 0 to the scale's end at the 99th percentile. The key is in 1/unit², on a line (L = 1) in 1/unit.
[[nodiscard]] ScaledPicture densityPicture(std::span<const float> density, int columns, bool line, ui::ColourScaleName scale);
/// One pixel a cell: holes (too few codes for the prior's mass) in the error colour, crowded places in the reconstruction's, agreement
/// transparent; nothing where the prior has no mass. The key goes from a hundredth of the prior's density to a hundredfold.
[[nodiscard]] ScaledPicture holesPicture(std::span<const float> logRatio, int columns, const ui::Theme& theme);

} // namespace latentscape::app
