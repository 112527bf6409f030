// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// How a vector (a sample of one row) becomes a picture.
struct VectorStyle {
    bool standardized = false; ///< bytes span −3 … 3 standard deviations (Dataset::copyBytes()) and the zero line lies in the middle
    int width = 96;            ///< pixels, ≥ 16
    int height = 64;           ///< pixels, ≥ 16
};
/// For views of one sample: lines stay smooth up to twice this size on screen.
inline constexpr int kLargeVectorWidth = 480;
inline constexpr int kLargeVectorHeight = 320;

/// Numbers a channel from which a vector is taken for a sequence and drawn as a curve; fewer are a table, drawn as bars.
inline constexpr int kLeastSequence = 32;

/// The picture of one vector [C, 1, W] given as bytes 0 … 255: light on dark, a curve a channel (later ones darker) or a bar a number, over
/// the line where the value is 0. Standardised bars that go down are darker than those that go up. Returns grey [height, width]; empty when
/// bytes.size() differs from shape.size() or the shape is not a vector. Deterministic; any thread; about 0.03 ms at the default size.
[[nodiscard]] std::vector<std::uint8_t> drawVector(const ItemShape& shape, std::span<const std::uint8_t> bytes, const VectorStyle& style = {});

} // namespace latentscape
