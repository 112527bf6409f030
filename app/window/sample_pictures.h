// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/train/decode_service.h"
#include "ui/panels/sample_image.h"

#include <QImage>
#include <QVector>

#include <cstddef>
#include <span>

namespace latentscape::app {

/// How large a picture of a vector is; images have their own size.
enum class PictureSize { Thumbnail, Large };

/// One sample of a part as a picture.
[[nodiscard]] QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index, PictureSize size = PictureSize::Thumbnail);

/// The mean of count samples whose values [C·H·W] were summed.
[[nodiscard]] QImage meanPicture(const Dataset& data, std::span<const double> sum, std::size_t count);

/// One picture of a decode. index < result.count.
[[nodiscard]] QImage decodedPicture(const DecodeResult& result, std::size_t index, const ui::VectorLook& look);
/// All pictures of a decode as thumbnails, in the order of its codes.
[[nodiscard]] QVector<QImage> decodedPictures(const DecodeResult& result);

} // namespace latentscape::app
