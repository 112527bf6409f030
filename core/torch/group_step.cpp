// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/group_step.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <vector>

namespace latentscape {

StepShare shareOf(TorchProcessGroup* group, std::size_t batch) noexcept
{
    return {group ? group->sliceOf(batch) : BatchSlice{0, batch}, batch, group};
}

bool couplesRows(const ObjectiveConfig& config) noexcept
{
    switch (config.kind) {
    case ObjectiveKind::Autoencoder: return false;
    case ObjectiveKind::Vae:
    case ObjectiveKind::ConditionalVae: return config.gamma > 0.0 || config.freeBits > 0.0;
    case ObjectiveKind::InfoVae:
    case ObjectiveKind::BetaTcVae:
    case ObjectiveKind::DipVae: break;
    }
    return true;
}

at::Tensor wholeBatch(const at::Tensor& rows, const StepShare& share)
{
    const auto first = static_cast<std::int64_t>(share.slice.begin), n = static_cast<std::int64_t>(share.slice.count);
    at::Tensor all = at::zeros({static_cast<std::int64_t>(share.batch), rows.size(1)}, rows.options());
    {
        const c10::NoGradGuard noGradients;
        all.narrow(0, first, n).copy_(rows.detach());
        share.group->sum(all); // what others left at zero, so that every number comes out as it was
    }
    const std::int64_t behind = first + n;
    return at::cat({all.narrow(0, 0, first), rows, all.narrow(0, behind, all.size(0) - behind)}, 0);
}

at::Tensor sharedObjective(const ObjectiveConfig& config, const ObjectiveControls& controls, const at::Tensor& nats, const Codes& codes,
                           std::int64_t datasetSize, const StepShare& share)
{
    if (!share.group)
        return nats.mean() + regulariserWith(config, controls, codes, datasetSize);
    const double part = static_cast<double>(share.slice.count) / static_cast<double>(share.batch);
    const at::Tensor reconstruction = nats.sum() / static_cast<double>(share.batch);
    if (!couplesRows(config))
        return share.slice.count == 0 ? reconstruction : reconstruction + part * regulariserWith(config, controls, codes, datasetSize);
    std::vector<at::Tensor> columns{codes.mu, codes.logvar, codes.z};
    if (codes.prior.defined())
        columns.push_back(codes.prior);
    const at::Tensor all = wholeBatch(at::cat(columns, 1), share);
    const std::int64_t latent = codes.mu.size(1);
    Codes whole{all.narrow(1, 0, latent), all.narrow(1, latent, latent), all.narrow(1, 2 * latent, latent), {}};
    if (codes.prior.defined())
        whole.prior = all.narrow(1, 3 * latent, latent);
    const at::Tensor penalty = regulariserWith(config, controls, whole, datasetSize);
    // Its value is the batch's in every process, its gradient the own rows': of the values only the share may count.
    return reconstruction + penalty - (1.0 - part) * penalty.detach();
}

} // namespace latentscape
