// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace latentscape {

namespace {

/// Fewer rows than this for each thread are not worth a meeting.
constexpr std::size_t kRowsPerShard = 8;

} // namespace

int TensorEngine::shardsOf(std::size_t rows) const noexcept
{
    return static_cast<int>(std::clamp<std::size_t>(rows / kRowsPerShard, 1, static_cast<std::size_t>(m_shards)));
}

/// The objective may couple all rows, so its derivative is taken in three parts: each shard runs its rows forward; the codes and losses of all,
/// cut from their graphs, make the objective and its slopes; each shard takes its own slopes back to the parameters.
TensorEngine::Loss TensorEngine::gradientsOfShards(int shards, const at::Tensor& positions, const at::Tensor& samples, const StepShare& share)
{
    const std::size_t rows = share.slice.count;
    const auto narrowed = [](const at::Tensor& whole, std::size_t first, std::size_t count) {
        return whole.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
    };
    std::vector<Pass> passes(static_cast<std::size_t>(shards));
    runShards(shards, rows, [&](std::size_t shard, std::size_t first, std::size_t count) {
        passes[shard] = forward(narrowed(positions, first, count), narrowed(samples, first, count), modeOf(share, first, shard));
    });

    const auto gathered = [&](auto&& part) {
        std::vector<at::Tensor> parts;
        for (const Pass& pass : passes)
            parts.push_back(part(pass).detach());
        return at::cat(parts).requires_grad_(true);
    };
    Pass whole;
    whole.nats = gathered([](const Pass& pass) -> const at::Tensor& { return pass.nats; });
    whole.codes.mu = gathered([](const Pass& pass) -> const at::Tensor& { return pass.codes.mu; });
    whole.codes.logvar = gathered([](const Pass& pass) -> const at::Tensor& { return pass.codes.logvar; });
    whole.codes.z = gathered([](const Pass& pass) -> const at::Tensor& { return pass.codes.z; });
    if (passes.front().codes.prior.defined())
        whole.codes.prior = gathered([](const Pass& pass) -> const at::Tensor& { return pass.codes.prior; });
    const Loss loss = lossOf(whole, share);
    const std::vector<at::Tensor> slopes =
        torch::autograd::grad({loss.objective}, {whole.nats, whole.codes.mu, whole.codes.logvar, whole.codes.z}, /*grad_outputs=*/{},
                              /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true);

    runShards(shards, rows, [&](std::size_t shard, std::size_t first, std::size_t count) {
        const Pass pass = std::move(passes[shard]); // its memory is freed by the thread that asked for it
        const std::array<at::Tensor, 4> made{pass.nats, pass.codes.mu, pass.codes.logvar, pass.codes.z};
        std::vector<at::Tensor> outputs, outputSlopes;
        for (std::size_t i = 0; i < made.size(); ++i)
            if (slopes[i].defined()) {
                outputs.push_back(made[i]);
                outputSlopes.push_back(narrowed(slopes[i], first, count));
            }
        differentiate(outputs, outputSlopes, m_shardViews[shard]);
    });
    runShards(shards, m_layout.size(), [&](std::size_t, std::size_t first, std::size_t count) {
        at::Tensor sum = narrowed(m_gradients, first, count);
        const auto begin = static_cast<std::int64_t>(first), size = static_cast<std::int64_t>(count);
        at::sum_out(sum, m_shardGradients.narrow(0, 0, shards).narrow(1, begin, size), /*dim=*/0);
    });
    return loss;
}

void TensorEngine::updateInShards(int shards)
{
    runShards(shards, m_layout.size(), [&](std::size_t, std::size_t first, std::size_t count) {
        const auto part = [&](const at::Tensor& flat) {
            return flat.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
        };
        update(part(m_parameters), part(m_gradients), part(m_first), part(m_second));
    });
}

} // namespace latentscape
