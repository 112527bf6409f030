// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/train/decode_service.h"

#include <QImage>
#include <QVector>

#include <cstddef>
#include <span>

namespace latentscape::app {

/// One sample of a part as a picture.
[[nodiscard]] QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index);

/// The mean of count samples whose values [C·H·W] were summed.
[[nodiscard]] QImage meanPicture(const Dataset& data, std::span<const double> sum, std::size_t count);

/// All pictures of a decode, in the order of its codes.
[[nodiscard]] QVector<QImage> decodedPictures(const DecodeResult& result);

} // namespace latentscape::app
