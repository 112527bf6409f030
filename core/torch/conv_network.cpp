// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/conv_network.h"

#include <ATen/ATen.h>

#include <utility>

namespace latentscape {

namespace {

constexpr std::int64_t kStride = 2;
constexpr std::int64_t kPadding = 1;

/// What a transposed convolution of stride 2 adds at the lower and right border, so that ⌈side / 2⌉ becomes side again: (s' − 1)·2 − 2 + 3 + added.
std::int64_t addedTo(int halved, int side)
{
    return side - (2 * halved - 1);
}

/// Channels side by side: on a CPU convolutions and their gradients then take two thirds of the time. What follows keeps the layout.
at::Tensor laidOut(const at::Tensor& picture)
{
    return picture.contiguous(at::MemoryFormat::ChannelsLast);
}

} // namespace

ConvNetwork::ConvNetwork(const ModelConfig& model, const ParameterLayout& layout)
    : m_model(model), m_sides(convolutionSides(model)), m_encoder(hiddenStagesOf(layout, model, "encoder", model.encoderHidden.size())),
      m_decoder(hiddenStagesOf(layout, model, "decoder", model.decoderWidths().size())), m_encoderOut(layerNamed(layout, "encoder_out")),
      m_decoderIn(layerNamed(layout, "decoder_in")), m_output(stageOf(layout, model, "decoder", m_decoder.size(), /*isHidden=*/false)),
      m_heads(headsOf(layout))
{
}

at::Tensor ConvNetwork::finished(const LayerSlots& layer, std::span<const at::Tensor> weights, at::Tensor x, const ForwardMode& mode) const
{
    if (layer.normWeight)
        x = at::group_norm(x, /*num_groups=*/1, weights[*layer.normWeight], weights[*layer.normBias], kNormEpsilon);
    return hiddenOutput(m_model, mode, x);
}

at::Tensor ConvNetwork::encode(std::span<const at::Tensor> weights, const at::Tensor& x, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    const auto [height, width] = m_sides.front();
    at::Tensor picture = x.reshape({x.size(0), m_model.inputShape.channels, height, width});
    if (oneHot.defined())
        picture = at::cat({picture, oneHot.view({x.size(0), m_model.classes, 1, 1}).expand({x.size(0), m_model.classes, height, width})}, 1);
    picture = laidOut(picture);
    for (const LayerSlots& layer : m_encoder)
        picture = finished(layer, weights, at::conv2d(picture, weights[layer.weight], weights[layer.bias], kStride, kPadding), mode);
    return applyHeads(m_heads, weights, hiddenOutput(m_model, mode, applyLinear(m_encoderOut, weights, picture.flatten(1))));
}

at::Tensor ConvNetwork::decode(std::span<const at::Tensor> weights, const at::Tensor& z, const at::Tensor& oneHot, const ForwardMode& mode) const
{
    const auto [lowest, narrowest] = m_sides.back();
    at::Tensor picture = hiddenOutput(m_model, mode, applyLinear(m_decoderIn, weights, joined(z, oneHot)));
    picture = laidOut(picture.view({z.size(0), picture.size(1) / (std::int64_t{lowest} * narrowest), lowest, narrowest}));
    for (std::size_t i = 0; i < m_decoder.size(); ++i) {
        const LayerSlots& layer = m_decoder[i];
        const Sides& from = m_sides[m_decoder.size() - i];
        const Sides& to = m_sides[m_decoder.size() - i - 1];
        // The biases by themselves: the library's gradient of a transposed convolution's takes a tenth of the layer's time.
        picture = at::conv_transpose2d(picture, weights[layer.weight], /*bias=*/{}, kStride, kPadding,
                                       {addedTo(from.height, to.height), addedTo(from.width, to.width)});
        picture.add_(weights[layer.bias].view({-1, 1, 1}));
        picture = finished(layer, weights, picture, mode);
    }
    return at::conv_transpose2d(picture, weights[m_output.weight], weights[m_output.bias], /*stride=*/1, kPadding).flatten(1);
}

} // namespace latentscape
