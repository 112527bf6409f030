// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/mlp_network.h"

#include <ATen/ATen.h>

namespace latentscape {

MlpNetwork::MlpNetwork(const ModelConfig& model, const ParameterLayout& layout)
    : m_model(model), m_encoder(hiddenStagesOf(layout, model, "encoder", model.encoderHidden.size())),
      m_decoder(hiddenStagesOf(layout, model, "decoder", model.decoderWidths().size())), m_heads(headsOf(layout)),
      m_output(stageOf(layout, model, "decoder", m_decoder.size(), /*isHidden=*/false))
{
}

at::Tensor MlpNetwork::hidden(const std::vector<LayerSlots>& layers, std::span<const at::Tensor> weights, at::Tensor x,
                              const ForwardMode& mode) const
{
    for (const LayerSlots& layer : layers) {
        x = applyLinear(layer, weights, x);
        if (layer.normWeight)
            x = at::layer_norm(x, {x.size(1)}, weights[*layer.normWeight], weights[*layer.normBias], kNormEpsilon);
        x = hiddenOutput(m_model, mode, x);
    }
    return x;
}

at::Tensor MlpNetwork::encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    return applyHeads(m_heads, weights, hidden(m_encoder, weights, joined(x, oneHot), mode));
}

at::Tensor MlpNetwork::decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    return applyLinear(m_output, weights, hidden(m_decoder, weights, joined(z, oneHot), mode));
}

} // namespace latentscape
