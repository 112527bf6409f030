// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"
#include "core/model/parameter_layout.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <span>

namespace latentscape {

/// What a forward pass is for.
struct ForwardMode {
    std::optional<at::Generator> dropout; ///< training: where its masks come from; empty: no dropout
    /// Where the rows are a part of a batch of so many, from this one on: masks are those of the batch. 0: they are all.
    std::int64_t firstRow = 0;
    std::int64_t batchRows = 0;
};

/// The forward functions of an architecture in tensor operations: differentiable where gradients are on, for any device and any floating
/// type (double for oracles). Stateless: weights come as tensors in the order of ParameterLayout::tensors() (log_sigma may be among
/// them). Immutable; any thread. Functions throw what LibTorch throws.
class VaeNetwork {
public:
    virtual ~VaeNetwork() = default;

    /// x: [n, D] with values as the data's; oneHot: [n, K], undefined without classes. Returns [n, 2L]: μ, then log σ² (not cut).
    [[nodiscard]] virtual at::Tensor encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot,
                                            const ForwardMode& mode) const = 0;
    /// z: [n, L]. Returns the likelihood's outputs [n, D]: logits, means, or log rates.
    [[nodiscard]] virtual at::Tensor decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot,
                                            const ForwardMode& mode) const = 0;
};

/// config and layout (made from it) are copied from.
[[nodiscard]] std::unique_ptr<const VaeNetwork> makeNetwork(const RunConfig& config, const ParameterLayout& layout);

/// Views of a flat buffer [layout.size()], one a tensor of layout.tensors(), sharing its memory.
[[nodiscard]] std::vector<at::Tensor> viewsOf(const ParameterLayout& layout, const at::Tensor& flat);

/// One-hot rows [n, classes] of labels [n] (int64), of type and device of like.
[[nodiscard]] at::Tensor oneHotOf(const at::Tensor& labels, int classes, const at::Tensor& like);

} // namespace latentscape
