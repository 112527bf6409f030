// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <memory>
#include <stop_token>

namespace latentscape {

/// Makes the built-in set: ten classes, 28 × 28 grey, drawn from vector skeletons with a random hand. Sample i of a part depends
/// on (seed, part, i) alone, whatever the counts; each run of ten samples from a multiple of ten holds each class once.
/// Factor columns: slant, rotation (degrees), scale, aspect, thickness, shift x, shift y, waviness (pixels), pressure.
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeDigits(const GeneratorRequest& request, std::stop_token stop = {});

} // namespace latentscape
