// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/vae_network.h"

#include "core/torch/conv_network.h"
#include "core/torch/gru_network.h"
#include "core/torch/mlp_network.h"

#include <ATen/ATen.h>

#include <cassert>

namespace latentscape {

std::unique_ptr<const VaeNetwork> makeNetwork(const RunConfig& config, const ParameterLayout& layout)
{
    switch (config.model.architecture) {
    case Architecture::Mlp: break;
    case Architecture::Conv: return std::make_unique<ConvNetwork>(config.model, layout);
    case Architecture::Gru: return std::make_unique<GruNetwork>(config.model, layout);
    }
    return std::make_unique<MlpNetwork>(config.model, layout);
}

std::vector<at::Tensor> viewsOf(const ParameterLayout& layout, const at::Tensor& flat)
{
    assert(flat.dim() == 1 && flat.size(0) == static_cast<std::int64_t>(layout.size()));
    std::vector<at::Tensor> views;
    views.reserve(layout.tensors().size());
    for (const NamedTensor& tensor : layout.tensors())
        views.push_back(flat.narrow(0, static_cast<std::int64_t>(tensor.offset), static_cast<std::int64_t>(tensor.count)).view(tensor.shape));
    return views;
}

at::Tensor oneHotOf(const at::Tensor& labels, int classes, const at::Tensor& like)
{
    // A comparison instead of at::one_hot: that one looks at the labels on the host.
    const at::Tensor numbers = at::arange(classes, labels.options());
    return labels.unsqueeze(1).eq(numbers).to(like.options());
}

} // namespace latentscape
