// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/data/dataset.h"
#include "core/model/run_config.h"
#include "core/model/vae_backend.h"

#include <memory>
#include <string>

namespace latentscape::app {

/// Medians of a training benchmark.
struct TrainTimes {
    double epochSeconds = 0.0;
    double productsSeconds = 0.0; ///< the same images' matrix products alone; 0 where they cannot be measured (not on the CPU)
    int threads = 0;
    std::string device;
    StepMode stepMode;
};

/// One epoch and its products alone, alternating, after one unmeasured round of each. graphs: as BackendRequest::graphs. Errors: as VaeBackendFactory::create(), Cancelled.
[[nodiscard]] Result<TrainTimes> measureTraining(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int repeats,
                                                 bool graphs);

/// Microseconds.
struct Percentiles {
    double p50 = 0.0;
    double p99 = 0.0;
};
struct DecodeTimes {
    Percentiles alone;
    Percentiles underTraining;
};

/// count single decodes on a thread of their own, one a millisecond (as fast as a hand can drag, with the caches as cold as they are then):
/// first alone, then while a Trainer trains on the CPU with all threads at the window's priority.
[[nodiscard]] Result<DecodeTimes> measureDecoding(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int count);

/// Seconds for a grid of side × side decodes.
struct ManifoldTimes {
    double together = 0.0; ///< all in one call, on context.usedThreads() compute threads
    double oneByOne = 0.0; ///< one call each, on one thread, as a drag decodes
};
/// Medians of alternating repeats. Errors: as VaeBackendFactory::create(), Cancelled.
[[nodiscard]] Result<ManifoldTimes> measureManifold(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int side, int repeats);

} // namespace latentscape::app
