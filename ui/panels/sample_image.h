// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"

#include <QImage>

#include <cstdint>
#include <span>

namespace latentscape::ui {

/// The picture of one sample. pixels: [C, H, W] as bytes 0–255, planar. One channel becomes grey, three become RGB (two and more than
/// three show the first channel); a plain vector of n numbers (1 × 1 × n) becomes a grey strip of one row. A null image when
/// pixels.size() differs from shape.size() or the shape is empty. Any thread.
[[nodiscard]] QImage sampleImage(const ItemShape& shape, std::span<const std::uint8_t> pixels);

} // namespace latentscape::ui
