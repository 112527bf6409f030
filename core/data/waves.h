// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <memory>
#include <stop_token>

namespace latentscape {

/// Makes the built-in sequences: 128 numbers in [0, 1] around 1/2, of five families: sine, triangle, square, sawtooth, and a chirp whose
/// frequency doubles on the way. Each number is the wave's mean over its step, so that jumps keep their place between two steps.
/// Factor columns: frequency (1 … 4 periods in the sequence; of a chirp at its start), phase (0 … 360 degrees), amplitude (0.2 … 0.45),
/// noise (standard deviation, 0 … 0.03).
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeWaves(const GeneratorRequest& request, std::stop_token stop = {});

} // namespace latentscape
