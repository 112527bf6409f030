// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/tensor_blob.h"
#include "core/torch/vae_engine.h"

#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// A flat buffer as tensors under prefix + state_dict names.
[[nodiscard]] std::vector<TensorBlob> blobsOf(const ParameterLayout& layout, std::span<const float> flat, const std::string& prefix);

/// Optimiser state of a run: train_state.adam.exp_avg.<name>, train_state.adam.exp_avg_sq.<name>, train_state.rmsprop.square_avg.<name>,
/// train_state.sgd.momentum_buffer.<name>, and train_state.step (I64 [1]).
[[nodiscard]] std::vector<TensorBlob> trainStateOf(const VaeEngine& engine, OptimizerKind optimizer);

/// The reverse of blobsOf(): exact names, shapes and type F32, nothing missing and nothing extra; flat is written only when all fit.
/// Error Mismatch names the first tensor that does not.
[[nodiscard]] Result<void> readWeights(const ParameterLayout& layout, std::span<const TensorBlob> blobs, std::span<float> flat);

/// An optimiser's state read from a file, checked whole before anything uses it.
struct TrainState {
    std::vector<float> first;  ///< empty when the optimiser has none
    std::vector<float> second; ///< likewise
    std::int64_t step = 0;
};
[[nodiscard]] Result<TrainState> readTrainState(const ParameterLayout& layout, OptimizerKind optimizer, std::span<const TensorBlob> blobs);

} // namespace latentscape
