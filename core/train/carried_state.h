// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/tensor_blob.h"

#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

/// The last kept state of an epoch under way (Checkpoint::kept) lies in Checkpoint::trainState as kKeptPrefix + name.
inline constexpr std::string_view kKeptPrefix = "train_state.kept.";

/// Weights and optimiser of another moment than a checkpoint's own: the best epoch's, or the one that a roll-back goes to.
struct CarriedState {
    std::vector<TensorBlob> weights;
    std::vector<TensorBlob> trainState;
};

/// A checkpoint that contradicts itself or the run: Mismatch.
[[nodiscard]] Error misfit(std::string what, std::string expected, std::string found);
/// Appends the state's tensors to a checkpoint's training state, as prefix + name.
void addCarried(std::vector<TensorBlob>& trainState, CarriedState state, std::string_view prefix);
/// The reverse: takes the tensors of that prefix out of trainState. Empty where there are none.
[[nodiscard]] CarriedState takeCarried(std::vector<TensorBlob>& trainState, std::string_view prefix);
/// Whether the state has tensors of the same names, types and shapes as the current one, in any order. Error Mismatch names the first that differs;
/// what: "best", "kept".
[[nodiscard]] Result<void> checkCarried(const CarriedState& state, const CarriedState& current, std::string_view what);

} // namespace latentscape
