// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

namespace latentscape {

inline constexpr std::size_t kDigitsTrainDefault = 20'000;
inline constexpr std::size_t kDigitsTestDefault = 2'000;

/// What to make of the built-in set of stroke-drawn digits.
struct DigitsRequest {
    std::uint64_t seed = 1;
    std::size_t trainCount = kDigitsTrainDefault; ///< 1 … 1 000 000
    std::size_t testCount = kDigitsTestDefault;   ///< 1 … 1 000 000
    std::function<void(double)> progress;         ///< finished fraction in [0, 1], on the calling thread; may be empty
};

/// Makes the built-in set: ten classes, 28 × 28 grey, drawn from vector skeletons with a random hand. Sample i of a part depends
/// on (seed, part, i) alone, whatever the counts; each run of ten samples from a multiple of ten holds each class once.
/// Factor columns: slant, rotation (degrees), scale, aspect, thickness, shift x, shift y, waviness (pixels), pressure.
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeDigits(const DigitsRequest& request, std::stop_token stop = {});

} // namespace latentscape
