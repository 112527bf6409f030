// SPDX-License-Identifier: GPL-3.0-or-later
// The phases of a step that is cut by the layers' columns; what evaluates a model takes some of them.
#include "core/torch/cpu_engine.h"

#include <algorithm>

namespace latentscape {

namespace {

/// Wide products are fast products: an epoch of 784-400-2 at batch 128 on 2 threads takes 1.18 s with one task a thread, 1.25 s with two,
/// 1.33 s with four; beside a program that preempts us for a quarter of a core 1.45, 1.50 and 1.55 s, so more tasks do not pay there either.
constexpr int kTasksPerThread = 1;
/// A meeting of the threads costs about 2 µs; smaller work is not worth sharing.
constexpr double kFlopsPerTask = 4e5;
/// Products with a code are narrow and wait for memory, and beside them stand draws and exponentials: a flop of theirs takes as long as several.
constexpr double kNarrowFlop = 4.0;

std::size_t width(int value) noexcept { return static_cast<std::size_t>(value); }

} // namespace

int CpuEngine::pieces(std::size_t total, std::size_t granule, double flops) const noexcept
{
    const double byWork = std::min(flops / kFlopsPerTask, static_cast<double>(m_setup.threads * kTasksPerThread));
    const double bySize = static_cast<double>((total + granule - 1) / granule);
    return std::max(1, static_cast<int>(std::min(byWork, bySize)));
}

CpuEngine::Range CpuEngine::piece(std::size_t total, std::size_t granule, int pieces, int index) noexcept
{
    const std::size_t granules = (total + granule - 1) / granule;
    const auto edge = [&](int i) { return std::min(total, granules * static_cast<std::size_t>(i) / static_cast<std::size_t>(pieces) * granule); };
    return {edge(index), edge(index + 1)};
}

void CpuEngine::encoderForward(std::size_t n)
{
    for (std::size_t i = 0; i < m_encoder.size(); ++i) {
        const LinearSlot& layer = m_layout.encoder()[i];
        const std::size_t outputs = width(layer.out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * width(layer.in)));
        m_pool.run(tasks, [&](int task) noexcept {
            forwardTile(layer, encoderInput(i), m_encoder[i], {{0, n}, piece(outputs, kColumnGranule, tasks, task)});
        });
    }
}

void CpuEngine::headsForward(std::size_t n)
{
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * 4.0 * static_cast<double>(n * m_latent * width(m_layout.heads().in)));
    m_pool.run(tasks, [&](int task) noexcept { headsRows(piece(n, kRowGranule, tasks, task)); });
}

void CpuEngine::sampleAndFirstLayer(std::size_t begin, std::size_t n)
{
    const double firstWidth = m_decoder.empty() ? 0.0 : static_cast<double>(m_layout.decoder()[0].out);
    const double flops = static_cast<double>(n * m_latent) * (4.0 * static_cast<double>(m_layout.heads().in) + 2.0 * firstWidth + 400.0);
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * flops);
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(n, kRowGranule, tasks, task);
        sampleRows(begin, rows);
        if (m_decoder.empty())
            return;
        const LinearSlot& layer = m_layout.decoder()[0];
        forwardTile(layer, decoderInput(0), m_decoder[0], {rows, {0, width(layer.out)}});
    });
}

void CpuEngine::decoderForward(std::size_t firstLayer, std::size_t n)
{
    for (std::size_t i = firstLayer; i < m_decoder.size(); ++i) {
        const LinearSlot& layer = m_layout.decoder()[i];
        const std::size_t outputs = width(layer.out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * width(layer.in)));
        m_pool.run(tasks, [&](int task) noexcept {
            forwardTile(layer, decoderInput(i), m_decoder[i], {{0, n}, piece(outputs, kColumnGranule, tasks, task)});
        });
    }
}

void CpuEngine::outputLoss(std::size_t n, bool withGradients)
{
    prepareLoss();
    const LinearSlot& layer = m_layout.decoder().back();
    const std::size_t inputs = width(layer.in);
    m_lossTiles = pieces(m_pixels, kColumnGranule, 2.0 * static_cast<double>(n * m_pixels * inputs));
    // A tile's part of the gradient below costs [n, inputs] to write and add up, and saves reading all weights that others hold.
    m_partCount = withGradients && !m_decoder.empty() && n * width(m_lossTiles) <= m_pixels ? m_lossTiles : 0;
    m_pool.run(m_lossTiles, [&](int task) noexcept {
        const Range columns = piece(m_pixels, kColumnGranule, m_lossTiles, task);
        outputTile({{0, n}, columns}, width(task), withGradients ? m_gradients.data() + layer.bias + columns.begin : nullptr);
        if (!withGradients)
            return;
        gradientTile(layer, decoderInput(m_decoder.size()), m_output.data(), columns, n, /*biases=*/false);
        if (m_partCount > 0) {
            float* part = m_partCount == 1 ? m_decoder.back().gradient.data() : m_parts.data() + width(task) * n * inputs;
            largeProduct(n, inputs, columns.size(), {m_output.data() + columns.begin, m_pixels, false},
                         {weights(layer.weight) + columns.begin * inputs, inputs, false}, part, inputs);
        }
        if (updatesAlong(layer))
            updateAlong(layer, columns, task);
    });
    if (withGradients)
        logSigmaGradient(n);
}

void CpuEngine::decoderBackward(std::size_t n)
{
    const float* above = m_output.data();
    for (std::size_t i = m_decoder.size(); i-- > 0;) {
        const LinearSlot& layer = m_layout.decoder()[i];
        const LinearSlot& next = m_layout.decoder()[i + 1];
        const std::size_t outputs = width(layer.out);
        Activations& values = m_decoder[i];
        const int parts = i + 1 == m_decoder.size() ? m_partCount : 0;
        const std::size_t work = parts > 0 ? width(parts) : width(next.out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * (work + width(layer.in))));
        m_pool.run(tasks, [&](int task) noexcept {
            const Range columns = piece(outputs, kColumnGranule, tasks, task);
            const Block block{{0, n}, columns};
            if (parts == 0) {
                backwardTile(next, above, values, block);
            } else {
                if (parts > 1)
                    loops::sumParts(m_parts.data() + columns.begin, n * outputs, parts,
                                    {values.gradient.data() + columns.begin, n, columns.size(), outputs});
                activationBackwardTile(values, outputs, block);
            }
            gradientTile(layer, decoderInput(i), values.gradient.data(), columns, n, /*biases=*/true);
        });
        above = values.gradient.data();
    }
}

void CpuEngine::latentBackward(std::size_t n, float beta)
{
    const std::size_t firstOutputs = width(m_layout.decoder().front().out);
    const double flops =
        static_cast<double>(n * m_latent) * (2.0 * static_cast<double>(firstOutputs) + 4.0 * static_cast<double>(m_layout.heads().in) + 100.0);
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * flops);
    m_pool.run(tasks, [&](int task) noexcept { latentBackwardRows(piece(n, kRowGranule, tasks, task), beta); });
}

void CpuEngine::encoderBackward(std::size_t n)
{
    const LinearSlot& heads = m_layout.heads();
    for (std::size_t i = m_encoder.empty() ? 0 : m_encoder.size() - 1;; --i) {
        const bool last = i + 1 >= m_encoder.size();
        const std::size_t outputs = m_encoder.empty() ? width(heads.in) : width(m_layout.encoder()[i].out);
        const std::size_t inputs = m_encoder.empty() ? 0 : width(m_layout.encoder()[i].in);
        const std::size_t above = last ? 2 * m_latent : width(m_layout.encoder()[i + 1].out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * (inputs + above)));
        m_pool.run(tasks, [&](int task) noexcept {
            const Range columns = piece(outputs, kColumnGranule, tasks, task);
            if (last) // the heads' weight gradient, by its columns, which are this layer's
                headsGradientTile(columns, n, /*biases=*/task == 0);
            if (m_encoder.empty())
                return;
            const LinearSlot& layer = m_layout.encoder()[i];
            if (!last)
                backwardTile(m_layout.encoder()[i + 1], m_encoder[i + 1].gradient.data(), m_encoder[i], {{0, n}, columns});
            gradientTile(layer, encoderInput(i), m_encoder[i].gradient.data(), columns, n, /*biases=*/true);
            if (updatesAlong(layer))
                updateAlong(layer, columns, task);
        });
        if (i == 0)
            return;
    }
}

} // namespace latentscape
