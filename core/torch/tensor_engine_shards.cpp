// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

/// Fewer rows than this for each thread are not worth a meeting.
constexpr std::size_t kRowsPerShard = 8;

} // namespace

at::Tensor TensorEngine::Shard::of(const at::Tensor& whole) const
{
    return whole.defined() ? whole.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)) : whole;
}

int TensorEngine::shardsOf(std::size_t rows) const noexcept
{
    return static_cast<int>(std::clamp<std::size_t>(rows / kRowsPerShard, 1, static_cast<std::size_t>(m_shards)));
}

/// The objective may couple all rows, so its derivative is taken in three parts: each shard runs its rows forward; the codes and losses of all,
/// cut from their graphs, make the objective and its slopes; each shard takes its own slopes back to the parameters.
TensorEngine::Loss TensorEngine::gradientsOfShards(int shards, const at::Tensor& positions, const at::Tensor& samples, const StepShare& share)
{
    const std::size_t rows = share.slice.count;
    std::vector<Pass> passes(static_cast<std::size_t>(shards));
    runShards(shards, rows, [&](const Shard& shard) {
        passes[shard.index] = forward(shard.of(positions), shard.of(samples), modeOf(share, shard));
    });

    const auto gathered = [&](auto&& part) {
        std::vector<at::Tensor> parts;
        for (const Pass& pass : passes)
            parts.push_back(part(pass).detach());
        return at::cat(parts).requires_grad_(true);
    };
    Pass whole;
    whole.nats = gathered([](const Pass& pass) { return pass.nats; });
    for (at::Tensor Codes::*const member : {&Codes::mu, &Codes::logvar, &Codes::z, &Codes::prior})
        if ((passes.front().codes.*member).defined())
            whole.codes.*member = gathered([member](const Pass& pass) { return pass.codes.*member; });
    const Loss loss = lossOf(whole, share);
    const std::vector<at::Tensor> slopes =
        torch::autograd::grad({loss.objective}, {whole.nats, whole.codes.mu, whole.codes.logvar, whole.codes.z}, /*grad_outputs=*/{},
                              /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true);

    runShards(shards, rows, [&](const Shard& shard) {
        const Pass pass = std::move(passes[shard.index]); // its memory is freed by the thread that asked for it
        const std::array<at::Tensor, 4> made{pass.nats, pass.codes.mu, pass.codes.logvar, pass.codes.z};
        std::vector<at::Tensor> outputs, outputSlopes;
        for (std::size_t i = 0; i < made.size(); ++i)
            if (slopes[i].defined()) {
                outputs.push_back(made[i]);
                outputSlopes.push_back(shard.of(slopes[i]));
            }
        differentiate(outputs, outputSlopes, m_shardViews[shard.index]);
    });
    const at::Tensor gradients = m_shardGradients.narrow(0, 0, shards).t(); // [P, shards]
    runShards(shards, m_layout.size(), [&](const Shard& weights) {
        at::Tensor sum = weights.of(m_gradients);
        at::sum_out(sum, weights.of(gradients), /*dim=*/1);
    });
    return loss;
}

void TensorEngine::updateInShards(int shards)
{
    runShards(shards, m_layout.size(), [&](const Shard& weights) {
        update(weights.of(m_parameters), weights.of(m_gradients), weights.of(m_first), weights.of(m_second));
    });
}

} // namespace latentscape
