// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/network_parts.h"

#include <vector>

namespace latentscape {

/// The convolutional VAE of Keras' examples (with {32, 64} and 16 on 28 × 28), for any sides. Encoder: convolutions 3 × 3 of stride 2 (norm,
/// activation, dropout behind each), one fully connected layer, the heads. Decoder: one fully connected layer, transposed convolutions
/// 3 × 3 of stride 2 back through the encoder's sides, one of stride 1. The norm is nn.GroupNorm of one group: over channels and places of one
/// sample. Classes are constant planes of the input, and join z. Immutable; any thread.
class ConvNetwork final : public VaeNetwork {
public:
    ConvNetwork(const ModelConfig& model, const ParameterLayout& layout);

    [[nodiscard]] at::Tensor encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;
    [[nodiscard]] at::Tensor decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot,
                                    const ForwardMode& mode) const override;

private:
    /// What stands behind a convolution: norm, activation, dropout.
    [[nodiscard]] at::Tensor finished(const LayerSlots& layer, std::span<const at::Tensor> weights, at::Tensor x, const ForwardMode& mode) const;

    ModelConfig m_model;
    std::vector<Sides> m_sides; ///< before the first convolution and after each
    std::vector<LayerSlots> m_encoder, m_decoder;
    LayerSlots m_encoderOut, m_decoderIn, m_output;
    HeadSlots m_heads;
};

} // namespace latentscape
