// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/network_parts.h"

#include <vector>

namespace latentscape {

/// Gated recurrent units (Cho et al., arXiv:1406.1078, in the form of nn.GRU) over sequences C × 1 × W. Encoder: W steps of C numbers, the
/// last state of the last layer goes to the heads. Decoder: z at each of W steps, each state of the last layer goes to C numbers. Classes
/// join each step's input, and z. Dropout falls on what leaves the recurrent layers, not between them. Immutable; any thread.
class GruNetwork final : public VaeNetwork {
public:
    GruNetwork(const ModelConfig& model, const ParameterLayout& layout);

    [[nodiscard]] at::Tensor encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;
    [[nodiscard]] at::Tensor decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;

private:
    /// Stacked layers of one direction.
    struct Recurrent {
        std::int64_t state = 0;         ///< H
        std::vector<std::size_t> slots; ///< weight_ih, weight_hh, bias_ih, bias_hh of each layer
    };
    [[nodiscard]] static Recurrent recurrentNamed(const ParameterLayout& layout, const std::string& group, const std::vector<int>& widths);
    /// steps: [n, W, in] → the last layer's states [n, W, H].
    [[nodiscard]] static at::Tensor states(const Recurrent& recurrent, std::span<const at::Tensor> weights, const at::Tensor& steps);

    ModelConfig m_model;
    Recurrent m_encoder, m_decoder;
    HeadSlots m_heads;
    LayerSlots m_output;
};

} // namespace latentscape
