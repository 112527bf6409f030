// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstddef>

namespace latentscape {

/// Microseconds for one update of all parameters.
struct OptimizerTimes {
    double own = 0.0;      ///< as the CPU's engine does it, on its pool
    double libTorch = 0.0; ///< LibTorch's fused kernel for Adam and AdamW, its operations on whole tensors for the others, on as many threads
};

/// Medians of alternating repeats of 50 updates over parameters floats, on a thread of its own and threads − 1 more. Zeros when memory runs out.
[[nodiscard]] OptimizerTimes measureOptimizer(OptimizerKind kind, std::size_t parameters, int threads, int repeats);

} // namespace latentscape
