// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/common_options.h"
#include "app/cli/context.h"
#include "app/cli/outputs.h"
#include "app/cli/train_options.h"
#include "core/data/dataset.h"
#include "core/model/checkpoint.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace latentscape::app {

/// What train was told.
struct TrainArguments {
    DataOptions data;
    TrainOptions options;
    std::string out;    ///< empty: nothing is saved
    std::string resume; ///< empty: a fresh run
    int folds = 0;      ///< 0: one run
    int joinTimeout = 60; ///< seconds
};

/// Everything that must be right before the first step.
struct Prepared {
    std::optional<Output> out;
    RunConfig config;
    std::shared_ptr<const Checkpoint> resumeFrom;
    std::shared_ptr<const Dataset> data;
    std::size_t validation = 0; ///< samples held out of the training part
};

/// Refuses what cross-validation cannot be combined with. Error InvalidArgument.
[[nodiscard]] Result<void> checkFolds(const TrainArguments& arguments);

/// Reads configuration, checkpoint and data, and holds them against each other. Errors: of the output, of the configuration, of the file to
/// go on with (also where it is of another run, or has no epochs left), of the data, of validateFor().
[[nodiscard]] Result<Prepared> prepare(Context& context, const TrainArguments& arguments);

} // namespace latentscape::app
