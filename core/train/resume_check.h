// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/checkpoint.h"
#include "core/model/run_config.h"

namespace latentscape {

/// Whether a run of this configuration on this data can go on from a checkpoint. Everything that decides weights, order and noise must
/// be the same; epochs, stop-after, learning rate, momentum, β and warm-up may have been changed. Error Mismatch names the first difference.
[[nodiscard]] Result<void> checkResumable(const Checkpoint& checkpoint, const RunConfig& config, const Dataset& data);

} // namespace latentscape
