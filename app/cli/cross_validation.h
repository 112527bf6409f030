// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/run_config.h"
#include "core/train/trainer.h"

#include <functional>
#include <memory>

namespace latentscape::app {

/// Cross-validation of a configuration: the train part is cut into folds (each class spread evenly, by the run's seed), and each fold once
/// validates a run on the others. Reports each fold's validation losses (of the best epoch where there is a patience, else of the last), then
/// mean and standard deviation over the folds, in nats per image. The test part is not looked at. started is called once, when the first run
/// is about to begin. Blocking; answers the exit code. Errors: InvalidArgument (more folds than samples), Cancelled, and those of a run.
[[nodiscard]] Result<int> crossValidate(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int folds,
                                        const std::function<void(const TrainerStatus&)>& started);

} // namespace latentscape::app
