// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace latentscape {

/// The samples of a part at these indices, in that order, with labels and columns. sampleSize: numbers a sample.
[[nodiscard]] DataPart pickSamples(const DataPart& part, std::span<const std::int32_t> indices, std::size_t sampleSize);

/// Makes a stratified tenth of the train part (at least one sample) the test part, and says so in the source. Train: two samples or more.
void splitOffTest(Dataset::Parts& parts, std::uint64_t seed);

} // namespace latentscape
