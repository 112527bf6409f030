// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"

#include <QImage>
#include <QSize>

#include <cstdint>
#include <span>

namespace latentscape::ui {

/// How vectors are drawn; images ignore it.
struct VectorLook {
    bool standardized = false; ///< the bytes span −3 … 3 standard deviations
    QSize size{96, 64};        ///< of the picture; cut to 16 … 4096 a side
};
/// Of a view that shows one sample large.
[[nodiscard]] VectorLook largeVector(bool standardized);

/// The picture of one sample. pixels: [C, H, W] as bytes 0–255, planar. One channel becomes grey, three become RGB (two and more than
/// three show the first channel); a vector (one row) becomes a grey curve or bars of the look's size (drawVector()). A null image when
/// pixels.size() differs from shape.size() or the shape is empty. Any thread.
[[nodiscard]] QImage sampleImage(const ItemShape& shape, std::span<const std::uint8_t> pixels, const VectorLook& look = {});

} // namespace latentscape::ui
