// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/gru_network.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kTensorsOfLayer = 4;

/// cuDNN says at every step that it gathers the weights into a buffer of its own order. Ours is one buffer already, shared with the optimiser.
class SilentWarnings final : public c10::WarningHandler {
public:
    void process(const c10::Warning&) override {}
};

} // namespace

GruNetwork::GruNetwork(const ModelConfig& model, const ParameterLayout& layout)
    : m_model(model), m_encoder(recurrentNamed(layout, "encoder_rnn", model.encoderHidden)),
      m_decoder(recurrentNamed(layout, "decoder_rnn", model.decoderWidths())), m_heads(headsOf(layout)), m_output(layerNamed(layout, "decoder_out"))
{
}

GruNetwork::Recurrent GruNetwork::recurrentNamed(const ParameterLayout& layout, const std::string& group, const std::vector<int>& widths)
{
    Recurrent recurrent{widths.front(), {}};
    for (std::size_t i = 0; i < widths.size(); ++i)
        for (const char* part : {".weight_ih_l", ".weight_hh_l", ".bias_ih_l", ".bias_hh_l"})
            recurrent.slots.push_back(layout.indexOf(group + part + std::to_string(i)));
    return recurrent;
}

at::Tensor GruNetwork::states(const Recurrent& recurrent, std::span<const at::Tensor> weights, const at::Tensor& steps)
{
    std::vector<at::Tensor> parameters;
    for (const std::size_t slot : recurrent.slots)
        parameters.push_back(weights[slot]);
    const auto layers = static_cast<std::int64_t>(recurrent.slots.size() / kTensorsOfLayer);
    const at::Tensor start = at::zeros({layers, steps.size(0), recurrent.state}, steps.options());
    SilentWarnings silent;
    const c10::WarningUtils::WarningHandlerGuard guard(&silent);
    // cuDNN can go backward only through what was computed for training.
    return std::get<0>(at::gru(steps, start, parameters, /*has_biases=*/true, layers, /*dropout=*/0.0, /*train=*/c10::GradMode::is_enabled(),
                               /*bidirectional=*/false, /*batch_first=*/true));
}

at::Tensor GruNetwork::encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    const std::int64_t width = m_model.inputShape.width;
    at::Tensor steps = x.reshape({x.size(0), m_model.inputShape.channels, width}).transpose(1, 2);
    if (oneHot.defined())
        steps = at::cat({steps, oneHot.unsqueeze(1).expand({x.size(0), width, m_model.classes})}, 2);
    const at::Tensor last = states(m_encoder, weights, steps.contiguous()).select(1, width - 1);
    return applyHeads(m_heads, weights, dropped(m_model, mode, last));
}

at::Tensor GruNetwork::decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    const at::Tensor code = joined(z, oneHot);
    const at::Tensor steps = code.unsqueeze(1).expand({z.size(0), m_model.inputShape.width, code.size(1)}).contiguous();
    const at::Tensor outputs = applyLinear(m_output, weights, dropped(m_model, mode, states(m_decoder, weights, steps)));
    return outputs.transpose(1, 2).flatten(1); // [n, W, C] → the data's own order, [n, C·W]
}

} // namespace latentscape
