// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <memory>
#include <stop_token>

namespace latentscape {

/// Makes the built-in set "counts": 16 whole numbers 0 … 255 a sample, Poisson draws whose rates over the columns rise, fall, have a peak in the
/// middle or one at each end: four classes. The few draws above 255 are cut.
/// Factor columns: exposure (0.5 … 1.5, multiplies all rates), background (0 … 12, added to all of them before).
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeCountRows(const GeneratorRequest& request, std::stop_token stop = {});

} // namespace latentscape
