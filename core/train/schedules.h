// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

// What changes by itself while a run goes on. Pure functions of the configuration and of where the run stands: a run that is resumed, or
// whose controls are moved by hand, needs no other memory.

/// β of the step that begins at epoch (fractional): 0 for an autoencoder; warm-up linear or cyclic.
[[nodiscard]] double scheduledBeta(const ObjectiveConfig& objective, double epoch) noexcept;
/// C(t) in nats: capacity · min(1, t/T), T = warmupEpochs, or all epochs of the run when that is 0. Where gamma > 0 the warm-up is of C alone.
[[nodiscard]] double scheduledCapacity(const ObjectiveConfig& objective, double epoch, int epochs) noexcept;
/// Learning rate of the step number step (from 0) of totalSteps = epochs · steps per epoch:
///  constant; cosine: base·½(1 + cos πs); step: base, ×0.1 from half of the run on, ×0.01 from three quarters on;
///  one-cycle (Smith & Topin, arXiv:1708.07120; PyTorch's OneCycleLR with its defaults): from base/25 up to base in the first 30 %, then
///  down to base/25e4, both along a cosine.
[[nodiscard]] double scheduledLearningRate(const TrainConfig& training, std::int64_t step, std::int64_t totalSteps) noexcept;

/// The order of an epoch (from 0): a permutation of training, or, when classes are balanced, as many draws in which every class that occurs
/// has the same number (±1), the samples of a class equally often (±1). labels: of the whole train part. Depends on (seed, epoch) alone.
[[nodiscard]] std::vector<std::int32_t> epochOrder(std::span<const std::int32_t> training, std::span<const std::int32_t> labels, bool balance,
                                                   std::uint64_t seed, int epoch);

} // namespace latentscape
