// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <QImage>

#include <cstddef>

namespace latentscape::app {

/// One sample of a part as a picture.
[[nodiscard]] QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index);

} // namespace latentscape::app
