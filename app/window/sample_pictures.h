// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/train/decode_service.h"

#include <QImage>
#include <QVector>

#include <cstddef>

namespace latentscape::app {

/// One sample of a part as a picture.
[[nodiscard]] QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index);

/// All pictures of a decode, in the order of its codes.
[[nodiscard]] QVector<QImage> decodedPictures(const DecodeResult& result);

} // namespace latentscape::app
