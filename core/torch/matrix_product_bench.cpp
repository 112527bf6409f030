// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/matrix_product_bench.h"

#include "core/torch/matrix_product.h"
#include "core/model/parameter_layout.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>
#include <vector>

namespace latentscape {

namespace {

using Clock = std::chrono::steady_clock;

/// c[m, n] = a·b; operands as a step has them (weights and gradients enter transposed views).
struct Product {
    at::Tensor c, a, b;
};

/// All layers in order of the forward pass; none of a network that is more than products and activations.
std::vector<LinearSlot> layersOf(const RunConfig& config, double inputColumns)
{
    const ParameterLayout layout(config);
    if (!layout.isPlainMlp())
        return {};
    std::vector<LinearSlot> layers = layout.encoder();
    layers.push_back(layout.heads());
    layers.insert(layers.end(), layout.decoder().begin(), layout.decoder().end());
    if (inputColumns > 0.0)
        layers.front().in = static_cast<int>(std::lround(inputColumns));
    return layers;
}

/// The products of one step on rows images: forward, weight gradients, input gradients (none for the pixels).
std::vector<Product> productsOf(const std::vector<LinearSlot>& layers, std::int64_t rows, at::ScalarType type)
{
    std::vector<Product> products;
    const auto filled = [type](std::int64_t m, std::int64_t n) { return at::full({m, n}, 0.01f, type); };
    std::vector<at::Tensor> inputs, weights, gradients;
    for (const LinearSlot& layer : layers) {
        inputs.push_back(filled(rows, layer.in));
        weights.push_back(filled(layer.out, layer.in));
        gradients.push_back(filled(rows, layer.out));
        products.push_back({at::empty({rows, layer.out}, type), inputs.back(), weights.back().t()});
    }
    for (std::size_t i = layers.size(); i-- > 0;) {
        products.push_back({at::empty({layers[i].out, layers[i].in}, type), gradients[i].t(), inputs[i]});
        if (i > 0)
            products.push_back({at::empty({rows, layers[i].in}, type), gradients[i], weights[i]});
    }
    return products;
}

/// Runs a measurement on a thread with that many compute threads; 0 when it throws.
double onOwnThread(int threads, const std::function<double()>& measure)
{
    double seconds = 0.0;
    std::thread([&] {
        try {
            useComputeThreads(threads);
            const c10::InferenceMode inference;
            seconds = measure();
        } catch (...) {
            seconds = 0.0; // there was no memory for the operands; the caller shows no figure
        }
    }).join();
    return seconds;
}

} // namespace

double productFlops(const RunConfig& config, std::size_t images, double inputColumns)
{
    const std::vector<LinearSlot> layers = layersOf(config, inputColumns);
    double flops = 0.0;
    for (std::size_t i = 0; i < layers.size(); ++i)
        flops += 2.0 * (i == 0 ? 2.0 : 3.0) * static_cast<double>(layers[i].in) * static_cast<double>(layers[i].out);
    return flops * static_cast<double>(images);
}

double productsAloneSeconds(const RunConfig& config, int threads, std::size_t images, Precision precision, double inputColumns)
{
    return onOwnThread(threads, [&] {
        const auto batch = static_cast<std::size_t>(config.training.batchSize);
        const std::vector<LinearSlot> layers = layersOf(config, inputColumns);
        const at::ScalarType type = precision == Precision::BFloat16 ? at::kBFloat16 : at::kFloat;
        std::vector<Product> whole = productsOf(layers, static_cast<std::int64_t>(batch), type);
        std::vector<Product> rest = productsOf(layers, static_cast<std::int64_t>(images % batch), type);
        const auto run = [](std::vector<Product>& products) {
            for (Product& product : products)
                at::mm_out(product.c, product.a, product.b);
        };
        run(whole); // first touch of the memory and of the threads
        const Clock::time_point start = Clock::now();
        for (std::size_t step = 0; step < images / batch; ++step)
            run(whole);
        if (images % batch != 0)
            run(rest);
        return std::chrono::duration<double>(Clock::now() - start).count();
    });
}

double matrixProductGflops(int threads)
{
    constexpr std::int64_t kSize = 1024;
    constexpr int kRepeats = 8;
    return onOwnThread(threads, [] {
        const at::Tensor a = at::full({kSize, kSize}, 0.5f), b = at::full({kSize, kSize}, 0.25f);
        at::Tensor c = at::empty({kSize, kSize});
        at::mm_out(c, a, b);
        double best = 0.0;
        for (int i = 0; i < kRepeats; ++i) {
            const Clock::time_point start = Clock::now();
            at::mm_out(c, a, b);
            const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
            best = std::max(best, 2.0 * kSize * kSize * kSize / seconds / 1e9);
        }
        return best;
    });
}

} // namespace latentscape
