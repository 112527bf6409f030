// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/network_parts.h"

#include <ATen/ATen.h>

#include <vector>

namespace latentscape {

LayerSlots layerNamed(const ParameterLayout& layout, const std::string& name)
{
    return {layout.indexOf(name + ".weight"), layout.indexOf(name + ".bias"), {}, {}};
}

LayerSlots stageOf(const ParameterLayout& layout, const ModelConfig& model, const std::string& group, std::size_t stage, bool isHidden)
{
    const std::size_t first = stage * stageMembers(model);
    LayerSlots slots = layerNamed(layout, group + "." + std::to_string(first));
    if (isHidden && model.layerNorm) {
        const LayerSlots norm = layerNamed(layout, group + "." + std::to_string(first + 1));
        slots.normWeight = norm.weight;
        slots.normBias = norm.bias;
    }
    return slots;
}

std::vector<LayerSlots> hiddenStagesOf(const ParameterLayout& layout, const ModelConfig& model, const std::string& group, std::size_t count)
{
    std::vector<LayerSlots> stages;
    for (std::size_t i = 0; i < count; ++i)
        stages.push_back(stageOf(layout, model, group, i, /*isHidden=*/true));
    return stages;
}

HeadSlots headsOf(const ParameterLayout& layout)
{
    return {layerNamed(layout, "to_mu"), layerNamed(layout, "to_logvar")};
}

at::Tensor applyHeads(const HeadSlots& heads, std::span<const at::Tensor> weights, const at::Tensor& hidden)
{
    return at::cat({applyLinear(heads.mu, weights, hidden), applyLinear(heads.logvar, weights, hidden)}, 1);
}

at::Tensor applyLinear(const LayerSlots& layer, std::span<const at::Tensor> weights, const at::Tensor& x)
{
    return at::linear(x, weights[layer.weight], weights[layer.bias]);
}

at::Tensor activate(Activation activation, const at::Tensor& x)
{
    switch (activation) {
    case Activation::Relu: return at::relu(x);
    case Activation::Silu: return at::silu(x);
    case Activation::Tanh: break;
    }
    return at::tanh(x);
}

at::Tensor dropped(const ModelConfig& model, const ForwardMode& mode, const at::Tensor& x)
{
    if (!mode.dropout || !(model.dropout > 0.0))
        return x;
    const double kept = 1.0 - model.dropout;
    // Contiguous whatever x is: which number falls must not hang on how x lies in memory.
    std::vector<std::int64_t> shape = x.sizes().vec();
    if (mode.batchRows > 0)
        shape.front() = mode.batchRows;
    const at::Tensor mask = at::empty(shape, x.options()).bernoulli_(kept, mode.dropout).div_(kept);
    return x * mask.narrow(0, mode.firstRow, x.size(0));
}

at::Tensor hiddenOutput(const ModelConfig& model, const ForwardMode& mode, const at::Tensor& x)
{
    return dropped(model, mode, activate(model.activation, x));
}

at::Tensor joined(const at::Tensor& x, const at::Tensor& oneHot)
{
    return oneHot.defined() ? at::cat({x, oneHot}, 1) : x;
}

} // namespace latentscape
