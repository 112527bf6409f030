// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/attribute_direction.h"
#include "core/model/metrics.h"
#include "core/model/run_config.h"
#include "core/model/tensor_blob.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latentscape {

/// Sums over the steps done of the epoch under way, in nats: an epoch that goes on from a file still reports the mean of all its images.
struct EpochSums {
    std::int64_t images = 0;
    double reconstruction = 0.0;
    double kl = 0.0;
    double objective = 0.0;
    double gradientNorm = 0.0;      ///< summed over the steps that measured it
    std::int64_t measuredSteps = 0; ///< how many those were
    friend bool operator==(const EpochSums&, const EpochSums&) = default;
};

/// Where a run stands, in counters: all random streams follow from these and the seed.
struct RunProgress {
    std::int64_t step = 0;      ///< optimiser steps done
    int epochsDone = 0;         ///< whole epochs
    std::int64_t stepInEpoch = 0; ///< steps done of the epoch under way
    EpochSums sums;               ///< all zero between two epochs
    int rollBacks = 0;            ///< after losses that were not finite; only so many are tried
    friend bool operator==(const RunProgress&, const RunProgress&) = default;
};

/// Where in the epoch under way the last kept state lies, the one that a roll-back goes to; the state itself is in Checkpoint::trainState
/// (core/train/carried_state.h).
struct KeptProgress {
    std::int64_t stepInEpoch = 0; ///< below RunProgress::stepInEpoch, which counts from the same place
    EpochSums sums;
    friend bool operator==(const KeptProgress&, const KeptProgress&) = default;
};

/// Everything a file holds. A value.
struct Checkpoint {
    RunConfig config;
    DataProvenance data;
    std::vector<std::string> classNames;
    History history;
    RunProgress progress;
    std::optional<KeptProgress> kept; ///< within an epoch, where the last kept state is not the file's own
    std::vector<AttributeDirection> directions; ///< named by a person
    std::vector<TensorBlob> weights;
    /// May be empty (weights only). In the middle of a run with patience also its best state (core/train/early_stopping.h), within an
    /// epoch also the last kept one.
    std::vector<TensorBlob> trainState;
};

} // namespace latentscape
