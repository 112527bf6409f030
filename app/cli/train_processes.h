// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/cli/train_preparation.h"
#include "core/model/checkpoint.h"
#include "core/model/process_group.h"

#include <memory>

namespace latentscape::app {

// What train does when torchrun, or somebody by hand, started it in many processes.

/// Meets the other processes that the environment speaks of and fits the context to them: all but process 0 report errors only, the cores of a
/// computer are shared out where --threads is not given, and each process takes the graphics card of its number where NCCL can add over
/// them. Null: this process is alone. What is known to be wrong without the others is refused before they are waited for: folds, and a batch
/// that cannot be cut into equal shares. Other errors: those of readProcessSettings() and VaeBackendFactory::join().
[[nodiscard]] Result<std::shared_ptr<ProcessGroup>> joinProcesses(Context& context, const TrainArguments& arguments);

/// Compares program, configuration, data, threads and the resumed state over all processes. Errors as ProcessGroup::agreeOn().
[[nodiscard]] Result<void> agreeOnRun(const Context& context, ProcessGroup& group, const RunConfig& config, const Dataset& data,
                                      const Checkpoint* resumeFrom);

/// Says on stderr that a command other than train takes no notice of the other processes.
void noteIgnoredProcesses(Context& context);

} // namespace latentscape::app
