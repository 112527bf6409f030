// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/cli/opened_model.h"

#include <nlohmann/json.hpp>

namespace latentscape::app {

/// Runs the probes on μ (fitted on the training part, measured on the test part), prints them, and answers the object "probe" of eval:
/// knn_accuracy and linear_accuracy where there are labels, r2 by column where there are numeric columns (null for a constant one).
/// Errors: InvalidArgument (nothing to probe, an empty part), Cancelled.
[[nodiscard]] Result<nlohmann::ordered_json> probeReport(Context& context, const OpenedModel& opened);

} // namespace latentscape::app
