// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/item_shape.h"
#include "core/store/picture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// How items are set side by side.
struct MontageStyle {
    int gap = 2;                  ///< pixels between two items; none around the whole
    std::uint8_t background = 128; ///< of gaps and empty cells, on every channel
    int scale = 1;                ///< each pixel of an item becomes scale × scale pixels; a vector is drawn at that many times its size
    bool standardized = false;    ///< of vectors: see VectorStyle
};

/// Whether samples of this shape can be drawn: vectors of any channels, images of 1 or 3. Error: Unsupported, with what to write instead.
[[nodiscard]] Result<void> checkDrawable(const ItemShape& shape);

/// The picture that a sample becomes at scale 1: an image is itself, a vector a grey one of 32 × 48 pixels (drawVector()).
[[nodiscard]] ItemShape drawnShape(const ItemShape& shape) noexcept;

/// Means in [0, 1] as bytes 0 … 255, rounded to nearest; values outside are clamped. Standardised means: −3 … 3, as Dataset::copyBytes().
[[nodiscard]] std::vector<std::uint8_t> toBytes(std::span<const float> means, bool standardized = false);

/// One sample [C, H, W] as a picture.
[[nodiscard]] Picture itemPicture(const ItemShape& shape, std::span<const std::uint8_t> item, int scale = 1, bool standardized = false);

/// The numbers of [C, H, W] as pixels, those of a single row too. C is 1 or 3.
[[nodiscard]] Picture pixelPicture(const ItemShape& shape, std::span<const std::uint8_t> item, int scale = 1);

/// Samples [N, C, H, W] from the top left, row by row, columns in a row; cells after the last sample are background.
/// columns ≥ 1, N ≥ 1, shape drawable (asserted).
[[nodiscard]] Picture gridMontage(const ItemShape& shape, std::span<const std::uint8_t> items, int columns, const MontageStyle& style = {});

/// Two sets of N samples: originals in the odd rows, the reconstruction of each below it. At most columns pairs in a row of pairs.
[[nodiscard]] Picture pairMontage(const ItemShape& shape, std::span<const std::uint8_t> originals, std::span<const std::uint8_t> reconstructions,
                                  int columns, const MontageStyle& style = {});

/// Columns for a grid of count samples that is about as wide as high: ⌈√count⌉.
[[nodiscard]] int squareColumns(std::size_t count);

} // namespace latentscape
