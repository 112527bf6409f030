// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_traits.h"
#include "core/model/run_config.h"

namespace latentscape {

/// The same with another architecture. Where it changes, the hidden layers become what is usual for the new one (mlp: 400; conv: channels
/// 32, 64; gru: a state of 64), because widths, channels and states are no numbers of one kind; settings that the new one has not are off.
[[nodiscard]] RunConfig withArchitecture(RunConfig config, Architecture architecture);

/// fittedTo(config, traits) where that works with the data (validateFor). Otherwise the configuration nearest to it that does: with the
/// fewest settings changed, up to four, and among these the one that gives up least (the likelihood before the architecture, the
/// architecture before the objective, batch size and latent dimensions as close as they can be). Where not even four changes help, the
/// default configuration, fitted, its batch no larger than the set. Pure; may take some ten milliseconds where the data fit badly.
[[nodiscard]] RunConfig nearestWorking(const RunConfig& config, const DataTraits& traits);

} // namespace latentscape
