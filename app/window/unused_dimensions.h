// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/snapshot.h"

#include <vector>

namespace latentscape::app {

/// By dimension [L]: whether the model leaves it unused. Before the first step nothing is used yet, and none is called so.
[[nodiscard]] inline std::vector<bool> unusedDimensions(const Snapshot& snapshot)
{
    std::vector<bool> unused;
    for (const double variance : snapshot.diagnostics.meanVariance)
        unused.push_back(snapshot.epoch > 0.0 && variance <= kActiveVariance);
    return unused;
}

} // namespace latentscape::app
