// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/objective.h"
#include "core/torch/torch_process_group.h"

#include <ATen/core/Tensor.h>

namespace latentscape {

// What a step of tensor operations does otherwise in a group of processes: it computes a slice of the batch, and gradients are sums over the
// processes of shares, the derivatives of what each adds to the batch's mean.

/// A process's part of the step on a batch.
struct StepShare {
    BatchSlice slice;       ///< of the batch
    std::size_t batch = 0;  ///< samples of the batch
    TorchProcessGroup* group = nullptr; ///< null: alone, slice is the batch
};
[[nodiscard]] StepShare shareOf(TorchProcessGroup* group, std::size_t batch) noexcept;

/// Whether a batch's regulariser is more than the mean of its rows' own: it then takes the codes of all processes.
[[nodiscard]] bool couplesRows(const ObjectiveConfig& config) noexcept;

/// The share's part of mean(nats) + regulariser of the batch, scalar. nats: [n] of the slice; codes: of the slice, with their graph, n ≥ 0. The sum
/// over the processes of its gradients is the gradient of the whole, and so is the sum of its values. Where rows are coupled the codes of
/// the others are gathered without graph: each process differentiates by its own, which together is the whole derivative. Every process
/// of a group must call it in the same step. Throws PeerLostError.
[[nodiscard]] at::Tensor sharedObjective(const ObjectiveConfig& config, const ObjectiveControls& controls, const at::Tensor& nats, const Codes& codes,
                                         std::int64_t datasetSize, const StepShare& share);

/// [batch, C] from the rows [n, C] of each process's slice; the own rows keep their graph. Throws PeerLostError.
[[nodiscard]] at::Tensor wholeBatch(const at::Tensor& rows, const StepShare& share);

} // namespace latentscape
