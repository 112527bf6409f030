// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/vae_network.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

// What the architectures have in common. Private to core/torch.

/// Where the parts of a layer lie among the weights.
struct LayerSlots {
    std::size_t weight = 0;
    std::size_t bias = 0;
    std::optional<std::size_t> normWeight; ///< of the layer norm behind it
    std::optional<std::size_t> normBias;
};

/// name.weight and name.bias.
[[nodiscard]] LayerSlots layerNamed(const ParameterLayout& layout, const std::string& name);
/// Layer number stage of an nn.Sequential group ("encoder"), with its norm where the model has norms and the stage is a hidden one.
[[nodiscard]] LayerSlots stageOf(const ParameterLayout& layout, const ModelConfig& model, const std::string& group, std::size_t stage, bool isHidden);
/// All hidden stages of a group.
[[nodiscard]] std::vector<LayerSlots> hiddenStagesOf(const ParameterLayout& layout, const ModelConfig& model, const std::string& group,
                                                     std::size_t count);

/// The slots of both heads; [n, H] → [n, 2L]: μ, then log σ².
struct HeadSlots {
    LayerSlots mu, logvar;
};
[[nodiscard]] HeadSlots headsOf(const ParameterLayout& layout);
[[nodiscard]] at::Tensor applyHeads(const HeadSlots& heads, std::span<const at::Tensor> weights, const at::Tensor& hidden);

/// x·Wᵀ + b, [n, in] → [n, out].
[[nodiscard]] at::Tensor applyLinear(const LayerSlots& layer, std::span<const at::Tensor> weights, const at::Tensor& x);
[[nodiscard]] at::Tensor activate(Activation activation, const at::Tensor& x);
/// Zeroes each number with the model's probability p and divides the others by 1 − p (Srivastava et al., JMLR 2014); x itself without masks.
[[nodiscard]] at::Tensor dropped(const ModelConfig& model, const ForwardMode& mode, const at::Tensor& x);
/// Activation, then dropout.
[[nodiscard]] at::Tensor hiddenOutput(const ModelConfig& model, const ForwardMode& mode, const at::Tensor& x);
/// The columns of x, then those of oneHot where it is defined: [n, a] → [n, a + K].
[[nodiscard]] at::Tensor joined(const at::Tensor& x, const at::Tensor& oneHot);

/// PyTorch's default for layer and group norms.
inline constexpr double kNormEpsilon = 1e-5;

} // namespace latentscape
