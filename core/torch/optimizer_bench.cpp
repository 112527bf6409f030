// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/optimizer_bench.h"

#include "core/torch/compute_pool.h"
#include "core/torch/cpu_loops.h"
#include "core/torch/float_buffer.h"
#include "core/torch/matrix_product.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

namespace latentscape {

namespace {

constexpr int kUpdatesPerRepeat = 50;
constexpr double kRate = 1e-3, kMomentum = 0.9, kDecay = 0.01, kAlpha = 0.99, kEpsilon = 1e-8;

/// Parameters, gradients and both moments in the engine's kind of memory.
struct Buffers {
    FloatBuffer parameters, gradients, first, second;
    explicit Buffers(std::size_t count) : parameters(count), gradients(count), first(count), second(count)
    {
        std::fill_n(parameters.data(), count, 0.1f);
        std::fill_n(gradients.data(), count, 0.01f);
    }
};

void updateOwn(OptimizerKind kind, ComputePool& pool, Buffers& b, std::int64_t step)
{
    const std::size_t count = b.parameters.size();
    const auto tasks = static_cast<std::size_t>(pool.threads());
    loops::AdamStep adam{.learningRate = static_cast<float>(kRate)};
    adam.correction1 = 1.0 - std::pow(0.9, static_cast<double>(step));
    adam.correction2 = 1.0 - std::pow(0.999, static_cast<double>(step));
    if (kind == OptimizerKind::AdamW)
        adam.keep = static_cast<float>(1.0 - kRate * kDecay);
    pool.run(static_cast<int>(tasks), [&](int task) noexcept {
        const std::size_t begin = count * static_cast<std::size_t>(task) / tasks, size = count * (static_cast<std::size_t>(task) + 1) / tasks - begin;
        float *p = b.parameters.data() + begin, *g = b.gradients.data() + begin, *m = b.first.data() + begin, *v = b.second.data() + begin;
        switch (kind) {
        case OptimizerKind::Adam:
        case OptimizerKind::AdamW: return loops::adam(adam, p, g, m, v, size);
        case OptimizerKind::RmsProp: return loops::rmsProp(static_cast<float>(kRate), p, g, v, size);
        case OptimizerKind::Sgd: return loops::sgd(static_cast<float>(kRate), static_cast<float>(kMomentum), p, g, m, size);
        }
    });
}

/// The same with LibTorch's operations, in place.
void updateLibTorch(OptimizerKind kind, at::Tensor& p, at::Tensor& g, at::Tensor& m, at::Tensor& v, at::Tensor& step)
{
    step.add_(1.0f);
    switch (kind) {
    case OptimizerKind::Adam:
        at::_fused_adam_({p}, {g}, {m}, {v}, {}, {step}, kRate, 0.9, 0.999, /*weight_decay=*/0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::AdamW:
        at::_fused_adamw_({p}, {g}, {m}, {v}, {}, {step}, kRate, 0.9, 0.999, kDecay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::RmsProp:
        v.mul_(kAlpha).addcmul_(g, g, 1.0 - kAlpha);
        p.addcdiv_(g, v.sqrt().add_(kEpsilon), -kRate);
        break;
    case OptimizerKind::Sgd:
        m.mul_(kMomentum).add_(g);
        p.add_(m, -kRate);
        break;
    }
}

double median(std::vector<double>& values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

OptimizerTimes measure(OptimizerKind kind, std::size_t parameters, int threads, int repeats)
{
    Buffers own(parameters);
    ComputePool pool(threads, useOneComputeThread);
    useComputeThreads(threads);
    const auto count = static_cast<std::int64_t>(parameters);
    at::Tensor p = at::full({count}, 0.1f), g = at::full({count}, 0.01f), m = at::zeros({count}), v = at::zeros({count}), stepTensor = at::zeros({});
    std::vector<double> ownTimes, libTorchTimes;
    std::int64_t step = 0;
    const auto timed = [](auto&& update) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kUpdatesPerRepeat; ++i)
            update();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() * 1e6 / kUpdatesPerRepeat;
    };
    for (int round = 0; round <= repeats; ++round) {
        const double first = timed([&] { updateOwn(kind, pool, own, ++step); });
        const double second = timed([&] { updateLibTorch(kind, p, g, m, v, stepTensor); });
        if (round == 0)
            continue; // memory and threads were still being set up
        ownTimes.push_back(first);
        libTorchTimes.push_back(second);
    }
    return {median(ownTimes), median(libTorchTimes)};
}

} // namespace

OptimizerTimes measureOptimizer(OptimizerKind kind, std::size_t parameters, int threads, int repeats)
{
    OptimizerTimes times;
    std::thread([&] {
        try {
            times = measure(kind, parameters, threads, std::max(1, repeats));
        } catch (...) {
            times = {}; // there was no memory; the caller shows no figure
        }
    }).join();
    return times;
}

} // namespace latentscape
