// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/network_parts.h"

#include <vector>

namespace latentscape {

/// Fully connected layers: layer, layer norm (nn.LayerNorm) if any, activation, dropout if any. Classes join x and z. Immutable; any thread.
class MlpNetwork final : public VaeNetwork {
public:
    MlpNetwork(const ModelConfig& model, const ParameterLayout& layout);

    [[nodiscard]] at::Tensor encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;
    [[nodiscard]] at::Tensor decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;

private:
    [[nodiscard]] at::Tensor hidden(const std::vector<LayerSlots>& layers, std::span<const at::Tensor> weights, at::Tensor x,
                                    const ForwardMode& mode) const;

    ModelConfig m_model;
    std::vector<LayerSlots> m_encoder, m_decoder; ///< the hidden ones
    HeadSlots m_heads;
    LayerSlots m_output;
};

} // namespace latentscape
