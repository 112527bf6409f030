// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_engine.h"

#include "core/torch/bfloat16_product.h"
#include "core/torch/matrix_product.h"
#include "core/torch/noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape {

namespace {

/// Wide products are fast products: an epoch of 784-400-2 at batch 128 on 2 threads takes 1.18 s with one task a thread, 1.25 s with two,
/// 1.33 s with four; beside a program that preempts us for a quarter of a core 1.45, 1.50 and 1.55 s, so more tasks do not pay there either.
constexpr int kTasksPerThread = 1;
/// A meeting of the threads costs about 2 µs; smaller work is not worth sharing.
constexpr double kFlopsPerTask = 4e5;
/// Products with a code are narrow and wait for memory, and beside them stand draws and exponentials: a flop of theirs takes as long as several.
constexpr double kNarrowFlop = 4.0;
/// Of narrower products, such as those with a code, rounding costs more than the product saves.
constexpr std::size_t kReducedSide = 32;

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

const float* CpuEngine::headsInput() const noexcept
{
    return m_encoder.empty() ? m_x.data() : m_encoder.back().y.data();
}

const float* CpuEngine::decoderInput(std::size_t layer) const noexcept
{
    return layer == 0 ? m_z.data() : m_decoder[layer - 1].y.data();
}

void CpuEngine::largeProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) const noexcept
{
    if (m_reduced && std::min({m, n, k}) >= kReducedSide)
        bfloat16Product(m, n, k, a, b, c, strideC);
    else
        matrixProduct(m, n, k, a, b, c, strideC);
}

void CpuEngine::forwardTile(const LinearSlot& layer, const float* in, Activations& out, Range columns, std::size_t n)
{
    const std::size_t inputs = width(layer.in), outputs = width(layer.out);
    float* y = out.y.data() + columns.begin;
    if (in == m_x.data() && m_compact) {
        const std::size_t stride = m_active.stride();
        float* compact = m_compactWeights.data() + columns.begin * stride;
        for (std::size_t row = 0; row < columns.size(); ++row)
            m_active.compact(weights(layer.weight) + (columns.begin + row) * inputs, compact + row * stride);
        largeProduct(n, columns.size(), m_active.count(), {m_compactX.data(), stride, false}, {compact, stride, true}, y, outputs);
    } else {
        largeProduct(n, columns.size(), inputs, {in, inputs, false}, {weights(layer.weight) + columns.begin * inputs, inputs, true}, y, outputs);
    }
    float* pre = out.pre.data() ? out.pre.data() + columns.begin : nullptr;
    loops::biasActivation(m_setup.config.model.activation, {y, n, columns.size(), outputs}, weights(layer.bias) + columns.begin, pre);
}

void CpuEngine::weightGradientTile(const LinearSlot& layer, const float* in, const float* gradient, Range rows, std::size_t n)
{
    const std::size_t inputs = width(layer.in), outputs = width(layer.out);
    if (in == m_x.data() && m_compact) {
        const std::size_t stride = m_active.stride();
        float* compact = m_compactWeights.data() + rows.begin * stride; // the weights themselves are needed no more
        largeProduct(rows.size(), m_active.count(), n, {gradient + rows.begin, outputs, true}, {m_compactX.data(), stride, false}, compact, stride);
    } else {
        float* result = m_gradients.data() + layer.weight + rows.begin * inputs;
        largeProduct(rows.size(), inputs, n, {gradient + rows.begin, outputs, true}, {in, inputs, false}, result, inputs);
    }
}

void CpuEngine::biasGradientTile(const LinearSlot& layer, const float* gradient, Range columns, std::size_t n)
{
    loops::columnSums(gradient + columns.begin, n, columns.size(), width(layer.out), m_gradients.data() + layer.bias + columns.begin);
}

void CpuEngine::encoderForward(std::size_t n)
{
    const float* in = m_x.data();
    for (std::size_t i = 0; i < m_encoder.size(); ++i) {
        const LinearSlot& layer = m_layout.encoder()[i];
        const std::size_t outputs = width(layer.out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * width(layer.in)));
        m_pool.run(tasks, [&](int task) noexcept { forwardTile(layer, in, m_encoder[i], piece(outputs, kColumnGranule, tasks, task), n); });
        in = m_encoder[i].y.data();
    }
}

void CpuEngine::headsRows(Range rows)
{
    const LinearSlot& heads = m_layout.heads();
    const std::size_t inputs = width(heads.in), outputs = 2 * m_latent;
    float* values = m_heads.data() + rows.begin * outputs;
    matrixProduct(rows.size(), outputs, inputs, {headsInput() + rows.begin * inputs, inputs, false}, {weights(heads.weight), inputs, true},
                  values, outputs);
    loops::biasOnly({values, rows.size(), outputs, outputs}, weights(heads.bias));
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (std::size_t j = m_latent; j < outputs; ++j) {
            float& logvar = values[row * outputs + j];
            logvar = std::min(std::max(logvar, -kMaxLogVariance), kMaxLogVariance); // NaN passes: it must reach the loss
        }
}

void CpuEngine::headsForward(std::size_t n)
{
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * 4.0 * static_cast<double>(n * m_latent * width(m_layout.heads().in)));
    m_pool.run(tasks, [&](int task) noexcept { headsRows(piece(n, kRowGranule, tasks, task)); });
}

void CpuEngine::sampleAndFirstLayer(std::size_t begin, std::size_t n)
{
    const bool sampled = m_setup.config.objective.isVariational();
    const double firstWidth = m_decoder.empty() ? 0.0 : static_cast<double>(m_layout.decoder()[0].out);
    const double flops = static_cast<double>(n * m_latent) * (4.0 * static_cast<double>(m_layout.heads().in) + 2.0 * firstWidth + 400.0);
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * flops);
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(n, kRowGranule, tasks, task);
        headsRows(rows);
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            const float* mu = m_heads.data() + row * 2 * m_latent;
            const float* logvar = mu + m_latent;
            float* noise = m_noise.data() + row * m_latent;
            float* sigma = m_sigma.data() + row * m_latent;
            float* z = m_z.data() + row * m_latent;
            if (sampled)
                trainingNoise(m_setup.config.training.seed, m_epoch, begin + row, {noise, m_latent});
            double kl = 0.0;
            for (std::size_t j = 0; j < m_latent; ++j) {
                if (!sampled) {
                    z[j] = mu[j];
                    continue;
                }
                sigma[j] = std::exp(0.5f * logvar[j]);
                z[j] = mu[j] + sigma[j] * noise[j];
                // Kingma & Welling, arXiv:1312.6114, App. B
                const double m = mu[j], v = logvar[j];
                kl -= 0.5 * (1.0 + v - m * m - std::exp(v));
            }
            m_rowKl[row] = kl;
            if (m_harvestRow[begin + row] < 0)
                continue;
            const std::size_t kept = static_cast<std::size_t>(m_harvestRow[begin + row]) * m_latent;
            std::copy_n(mu, m_latent, m_harvestMu.data() + kept);
            std::copy_n(logvar, m_latent, m_harvestLogvar.data() + kept);
        }
        if (m_decoder.empty())
            return;
        const LinearSlot& layer = m_layout.decoder()[0];
        const std::size_t outputs = width(layer.out), offset = rows.begin * outputs;
        float* y = m_decoder[0].y.data() + offset;
        matrixProduct(rows.size(), outputs, m_latent, {m_z.data() + rows.begin * m_latent, m_latent, false},
                      {weights(layer.weight), m_latent, true}, y, outputs);
        float* pre = m_decoder[0].pre.data() ? m_decoder[0].pre.data() + offset : nullptr;
        loops::biasActivation(m_setup.config.model.activation, {y, rows.size(), outputs, outputs}, weights(layer.bias), pre);
    });
}

void CpuEngine::decoderForward(std::size_t firstLayer, std::size_t n)
{
    for (std::size_t i = firstLayer; i < m_decoder.size(); ++i) {
        const LinearSlot& layer = m_layout.decoder()[i];
        const std::size_t outputs = width(layer.out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * width(layer.in)));
        m_pool.run(tasks, [&](int task) noexcept {
            forwardTile(layer, decoderInput(i), m_decoder[i], piece(outputs, kColumnGranule, tasks, task), n);
        });
    }
}

void CpuEngine::outputLoss(std::size_t n, bool withGradients)
{
    const Likelihood likelihood = m_setup.config.objective.likelihood;
    m_logSigma = m_layout.logSigma() ? softClippedLogSigma(m_parameters.data()[*m_layout.logSigma()]) : std::log(m_setup.config.objective.sigma);
    const double precision = likelihood == Likelihood::Bernoulli ? 1.0 : std::exp(-2.0 * m_logSigma);
    const auto scale = static_cast<float>(precision / static_cast<double>(m_batch));
    const LinearSlot& layer = m_layout.decoder().back();
    const std::size_t inputs = width(layer.in);
    const float* in = decoderInput(m_decoder.size());
    m_lossTiles = pieces(m_pixels, kColumnGranule, 2.0 * static_cast<double>(n * m_pixels * inputs));
    // A tile's part of the gradient below costs [n, inputs] to write and add up, and saves reading all weights that others hold.
    m_partCount = withGradients && !m_decoder.empty() && n * width(m_lossTiles) <= m_pixels ? m_lossTiles : 0;
    m_pool.run(m_lossTiles, [&](int task) noexcept {
        const Range columns = piece(m_pixels, kColumnGranule, m_lossTiles, task);
        float* out = m_output.data() + columns.begin;
        const float* bias = weights(layer.bias) + columns.begin;
        const float* x = m_x.data() + columns.begin;
        const loops::Tile tile{out, n, columns.size(), m_pixels};
        float* biasGradient = withGradients ? m_gradients.data() + layer.bias + columns.begin : nullptr;
        float* rowLoss = m_tileLoss.data() + static_cast<std::size_t>(task) * m_capacity;
        largeProduct(n, columns.size(), inputs, {in, inputs, false}, {weights(layer.weight) + columns.begin * inputs, inputs, true}, out, m_pixels);
        if (likelihood == Likelihood::Bernoulli)
            loops::bernoulliLoss(tile, bias, x, scale, rowLoss, biasGradient);
        else
            loops::squaredErrorLoss(tile, bias, x, scale, rowLoss, biasGradient);
        if (!withGradients)
            return;
        weightGradientTile(layer, in, m_output.data(), columns, n);
        if (m_partCount > 0) {
            float* part = m_partCount == 1 ? m_decoder.back().gradient.data() : m_parts.data() + width(task) * n * inputs;
            largeProduct(n, inputs, columns.size(), {out, m_pixels, false}, {weights(layer.weight) + columns.begin * inputs, inputs, false},
                         part, inputs);
        }
        if (updatesAlong(layer))
            updateAlong(layer, columns, task);
    });
    if (withGradients && m_layout.logSigma()) {
        // d/d log σ of SSE / (2σ²) + D·log σ, averaged over the batch
        double squared = 0.0;
        for (std::size_t row = 0; row < n; ++row)
            for (int tile = 0; tile < m_lossTiles; ++tile)
                squared += static_cast<double>(m_tileLoss.data()[static_cast<std::size_t>(tile) * m_capacity + row]);
        const double slope = softClippedLogSigmaSlope(m_parameters.data()[*m_layout.logSigma()]);
        m_gradients.data()[*m_layout.logSigma()] =
            static_cast<float>((static_cast<double>(m_pixels * n) / static_cast<double>(m_batch) - squared * precision / static_cast<double>(m_batch))
                               * slope);
    }
}

double CpuEngine::reconstructionOf(std::size_t row) const noexcept
{
    double sum = 0.0;
    for (int tile = 0; tile < m_lossTiles; ++tile)
        sum += static_cast<double>(m_tileLoss.data()[static_cast<std::size_t>(tile) * m_capacity + row]);
    if (m_setup.config.objective.likelihood == Likelihood::Bernoulli)
        return sum;
    static const double kHalfLog2Pi = 0.5 * std::log(2.0 * std::numbers::pi);
    return 0.5 * sum * std::exp(-2.0 * m_logSigma) + static_cast<double>(m_pixels) * (m_logSigma + kHalfLog2Pi);
}

void CpuEngine::decoderBackward(std::size_t n)
{
    const float* above = m_output.data();
    for (std::size_t i = m_decoder.size(); i-- > 0;) {
        const LinearSlot& layer = m_layout.decoder()[i];
        const LinearSlot& next = m_layout.decoder()[i + 1];
        const std::size_t outputs = width(layer.out), nextOutputs = width(next.out);
        Activations& values = m_decoder[i];
        const int parts = i + 1 == m_decoder.size() ? m_partCount : 0;
        const std::size_t work = parts > 0 ? width(parts) : nextOutputs;
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * (work + width(layer.in))));
        m_pool.run(tasks, [&](int task) noexcept {
            const Range columns = piece(outputs, kColumnGranule, tasks, task);
            float* gradient = values.gradient.data() + columns.begin;
            const loops::Tile tile{gradient, n, columns.size(), outputs};
            if (parts > 1)
                loops::sumParts(m_parts.data() + columns.begin, n * outputs, parts, tile);
            else if (parts == 0)
                largeProduct(n, columns.size(), nextOutputs, {above, nextOutputs, false}, {weights(next.weight) + columns.begin, outputs, false},
                             gradient, outputs);
            const float* pre = values.pre.data() ? values.pre.data() + columns.begin : nullptr;
            loops::activationBackward(m_setup.config.model.activation, tile, values.y.data() + columns.begin, pre);
            weightGradientTile(layer, decoderInput(i), values.gradient.data(), columns, n);
            biasGradientTile(layer, values.gradient.data(), columns, n);
        });
        above = values.gradient.data();
    }
}

void CpuEngine::latentBackward(std::size_t n, float beta)
{
    const bool sampled = m_setup.config.objective.isVariational();
    const LinearSlot& first = m_layout.decoder().front();
    const LinearSlot& heads = m_layout.heads();
    const std::size_t firstOutputs = width(first.out), headOutputs = 2 * m_latent;
    const float* above = m_decoder.empty() ? m_output.data() : m_decoder.front().gradient.data();
    const float klScale = beta / static_cast<float>(m_batch);
    const double flops = static_cast<double>(n * m_latent) * (2.0 * static_cast<double>(firstOutputs) + 4.0 * static_cast<double>(heads.in) + 100.0);
    const int tasks = pieces(n, kRowGranule, kNarrowFlop * flops);
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(n, kRowGranule, tasks, task);
        matrixProduct(rows.size(), m_latent, firstOutputs, {above + rows.begin * firstOutputs, firstOutputs, false},
                      {weights(first.weight), m_latent, false}, m_zGradient.data() + rows.begin * m_latent, m_latent);
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            const float* mu = m_heads.data() + row * headOutputs;
            float* gradient = m_headsGradient.data() + row * headOutputs;
            for (std::size_t j = 0; j < m_latent; ++j) {
                const std::size_t at = row * m_latent + j;
                const float dz = m_zGradient.data()[at];
                const float sigma = m_sigma.data()[at];
                gradient[j] = dz + klScale * mu[j];
                // Through the cut of log σ² unchanged: a saturated head still feels where the objective wants it.
                gradient[m_latent + j] =
                    sampled ? 0.5f * (dz * m_noise.data()[at] * sigma + klScale * (sigma * sigma - 1.0f)) : 0.0f;
            }
        }
        if (m_encoder.empty())
            return;
        const std::size_t inputs = width(heads.in), offset = rows.begin * inputs;
        Activations& last = m_encoder.back();
        float* gradient = last.gradient.data() + offset;
        matrixProduct(rows.size(), inputs, headOutputs, {m_headsGradient.data() + rows.begin * headOutputs, headOutputs, false},
                      {weights(heads.weight), inputs, false}, gradient, inputs);
        loops::activationBackward(m_setup.config.model.activation, {gradient, rows.size(), inputs, inputs}, last.y.data() + offset,
                                  last.pre.data() ? last.pre.data() + offset : nullptr);
    });
}

void CpuEngine::encoderBackward(std::size_t n)
{
    const LinearSlot& heads = m_layout.heads();
    const std::size_t headInputs = width(heads.in), headOutputs = 2 * m_latent;
    for (std::size_t i = m_encoder.empty() ? 0 : m_encoder.size() - 1;; --i) {
        const bool last = i + 1 >= m_encoder.size();
        const std::size_t outputs = m_encoder.empty() ? headInputs : width(m_layout.encoder()[i].out);
        const std::size_t inputs = m_encoder.empty() ? 0 : width(m_layout.encoder()[i].in);
        const std::size_t above = last ? headOutputs : width(m_layout.encoder()[i + 1].out);
        const int tasks = pieces(outputs, kColumnGranule, 2.0 * static_cast<double>(n * outputs * (inputs + above)));
        m_pool.run(tasks, [&](int task) noexcept {
            const Range columns = piece(outputs, kColumnGranule, tasks, task);
            if (last) // the heads' weight gradient, by its columns, which are this layer's
                matrixProduct(headOutputs, columns.size(), n, {m_headsGradient.data(), headOutputs, true},
                              {headsInput() + columns.begin, headInputs, false}, m_gradients.data() + heads.weight + columns.begin, headInputs);
            if (last && task == 0)
                loops::columnSums(m_headsGradient.data(), n, headOutputs, headOutputs, m_gradients.data() + heads.bias);
            if (m_encoder.empty())
                return;
            Activations& values = m_encoder[i];
            if (!last) {
                const LinearSlot& next = m_layout.encoder()[i + 1];
                float* gradient = values.gradient.data() + columns.begin;
                largeProduct(n, columns.size(), above, {m_encoder[i + 1].gradient.data(), above, false},
                             {weights(next.weight) + columns.begin, outputs, false}, gradient, outputs);
                loops::activationBackward(m_setup.config.model.activation, {gradient, n, columns.size(), outputs},
                                          values.y.data() + columns.begin, values.pre.data() ? values.pre.data() + columns.begin : nullptr);
            }
            const LinearSlot& layer = m_layout.encoder()[i];
            weightGradientTile(layer, i == 0 ? m_x.data() : m_encoder[i - 1].y.data(), values.gradient.data(), columns, n);
            biasGradientTile(layer, values.gradient.data(), columns, n);
            if (updatesAlong(layer))
                updateAlong(layer, columns, task);
        });
        if (i == 0)
            return;
    }
}

} // namespace latentscape
