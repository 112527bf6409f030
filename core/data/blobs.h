// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <memory>
#include <stop_token>

namespace latentscape {

/// Makes the built-in table: 16 columns of invented measurements in units of their own, standardised by the train part, from five Gaussian
/// classes that differ in place, spread and direction. The classes themselves are the same for every seed; the seed draws the samples.
/// In its own units sample i depends on (seed, part, i) alone; mean and scale of the columns depend on the train part's count as well.
/// Factor columns: growth (0 … 1, moves a sample along a curve of its class), wear (0 … 1, moves all classes the same way).
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeBlobs(const GeneratorRequest& request, std::stop_token stop = {});

} // namespace latentscape
