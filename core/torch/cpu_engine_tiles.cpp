// SPDX-License-Identifier: GPL-3.0-or-later
// What one task does of a step: a block of one layer, or its own rows of the code.
#include "core/torch/cpu_engine.h"

#include "core/torch/bfloat16_product.h"
#include "core/torch/matrix_product.h"
#include "core/torch/noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape {

namespace {

/// Of narrower products, such as those with a code, rounding costs more than the product saves.
constexpr std::size_t kReducedSide = 32;
/// A weight gradient is a sum over the batch: added up from so many images at a time its operands stay in the core's cache. On a Xeon [200, 663]
/// over 1024 images at once runs at 80 GFLOP/s, in pieces of 256 at 93, of 128 at 97.
constexpr std::size_t kDepth = 128;
constexpr std::size_t kChunkedSide = 64; ///< narrower ones are no products whose operands would have to stay

std::size_t width(int value) noexcept { return static_cast<std::size_t>(value); }

} // namespace

const float* CpuEngine::encoderInput(std::size_t layer) const noexcept
{
    return layer == 0 ? m_x.data() : m_encoder[layer - 1].y.data();
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

void CpuEngine::forwardTile(const LinearSlot& layer, const float* in, Activations& out, const Block& block)
{
    const auto [rows, columns] = block;
    const std::size_t inputs = width(layer.in), outputs = width(layer.out), offset = rows.begin * outputs + columns.begin;
    float* y = out.y.data() + offset;
    if (in == m_x.data() && m_compact) {
        const std::size_t stride = m_active.stride();
        largeProduct(rows.size(), columns.size(), m_active.count(), {m_compactX.data() + rows.begin * stride, stride, false},
                     {m_compactWeights.data() + columns.begin * stride, stride, true}, y, outputs);
    } else {
        const MatrixView a{in + rows.begin * inputs, inputs, false}, b{weights(layer.weight) + columns.begin * inputs, inputs, true};
        if (in == m_z.data()) // a code stays in float32, like the products that make it
            matrixProduct(rows.size(), columns.size(), inputs, a, b, y, outputs);
        else
            largeProduct(rows.size(), columns.size(), inputs, a, b, y, outputs);
    }
    float* pre = out.pre.data() ? out.pre.data() + offset : nullptr;
    loops::biasActivation(m_setup.config.model.activation, {y, rows.size(), columns.size(), outputs}, weights(layer.bias) + columns.begin, pre);
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

void CpuEngine::sampleRows(std::size_t begin, Range rows)
{
    const bool sampled = m_setup.config.objective.isVariational();
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
}

void CpuEngine::prepareLoss()
{
    const auto& objective = m_setup.config.objective;
    m_logSigma = m_layout.logSigma() ? softClippedLogSigma(m_parameters.data()[*m_layout.logSigma()]) : std::log(objective.sigma);
    const double precision = objective.likelihood == Likelihood::Bernoulli ? 1.0 : std::exp(-2.0 * m_logSigma);
    m_residualScale = static_cast<float>(precision / static_cast<double>(m_batch));
}

void CpuEngine::outputTile(const Block& block, std::size_t tile, float* biasGradient)
{
    const auto [rows, columns] = block;
    const LinearSlot& layer = m_layout.decoder().back();
    const std::size_t inputs = width(layer.in), offset = rows.begin * m_pixels + columns.begin;
    float* out = m_output.data() + offset;
    const float* bias = weights(layer.bias) + columns.begin;
    float* rowLoss = m_tileLoss.data() + tile * m_capacity + rows.begin;
    const loops::Tile values{out, rows.size(), columns.size(), m_pixels};
    largeProduct(rows.size(), columns.size(), inputs, {decoderInput(m_decoder.size()) + rows.begin * inputs, inputs, false},
                 {weights(layer.weight) + columns.begin * inputs, inputs, true}, out, m_pixels);
    if (m_setup.config.objective.likelihood == Likelihood::Bernoulli)
        loops::bernoulliLoss(values, bias, m_x.data() + offset, m_residualScale, rowLoss, biasGradient);
    else
        loops::squaredErrorLoss(values, bias, m_x.data() + offset, m_residualScale, rowLoss, biasGradient);
}

double CpuEngine::reconstructionOf(std::size_t row) const noexcept
{
    double sum = 0.0;
    for (int tile = 0; tile < m_lossTiles; ++tile)
        sum += static_cast<double>(m_tileLoss.data()[width(tile) * m_capacity + row]);
    if (m_setup.config.objective.likelihood == Likelihood::Bernoulli)
        return sum;
    static const double kHalfLog2Pi = 0.5 * std::log(2.0 * std::numbers::pi);
    return 0.5 * sum * std::exp(-2.0 * m_logSigma) + static_cast<double>(m_pixels) * (m_logSigma + kHalfLog2Pi);
}

void CpuEngine::logSigmaGradient(std::size_t n)
{
    if (!m_layout.logSigma())
        return;
    // d/d log σ of SSE / (2σ²) + D·log σ, averaged over the batch
    double squared = 0.0;
    for (std::size_t row = 0; row < n; ++row)
        for (int tile = 0; tile < m_lossTiles; ++tile)
            squared += static_cast<double>(m_tileLoss.data()[width(tile) * m_capacity + row]);
    const double slope = softClippedLogSigmaSlope(m_parameters.data()[*m_layout.logSigma()]);
    const double batch = static_cast<double>(m_batch), precision = std::exp(-2.0 * m_logSigma);
    m_gradients.data()[*m_layout.logSigma()] =
        static_cast<float>((static_cast<double>(m_pixels * n) / batch - squared * precision / batch) * slope);
}

void CpuEngine::activationBackwardTile(Activations& values, std::size_t outputs, const Block& block)
{
    const auto [rows, columns] = block;
    const std::size_t offset = rows.begin * outputs + columns.begin;
    loops::activationBackward(m_setup.config.model.activation, {values.gradient.data() + offset, rows.size(), columns.size(), outputs},
                              values.y.data() + offset, values.pre.data() ? values.pre.data() + offset : nullptr);
}

void CpuEngine::backwardTile(const LinearSlot& above, const float* gradientAbove, Activations& values, const Block& block)
{
    const auto [rows, columns] = block;
    const std::size_t outputs = width(above.in), wide = width(above.out);
    largeProduct(rows.size(), columns.size(), wide, {gradientAbove + rows.begin * wide, wide, false},
                 {weights(above.weight) + columns.begin, outputs, false}, values.gradient.data() + rows.begin * outputs + columns.begin, outputs);
    activationBackwardTile(values, outputs, block);
}

void CpuEngine::latentBackwardRows(Range rows, float beta)
{
    const bool sampled = m_setup.config.objective.isVariational();
    const LinearSlot& first = m_layout.decoder().front();
    const LinearSlot& heads = m_layout.heads();
    const std::size_t firstOutputs = width(first.out), headOutputs = 2 * m_latent;
    const float* above = m_decoder.empty() ? m_output.data() : m_decoder.front().gradient.data();
    const float klScale = beta / static_cast<float>(m_batch);
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
            gradient[m_latent + j] = sampled ? 0.5f * (dz * m_noise.data()[at] * sigma + klScale * (sigma * sigma - 1.0f)) : 0.0f;
        }
    }
    if (m_encoder.empty())
        return;
    const std::size_t inputs = width(heads.in);
    matrixProduct(rows.size(), inputs, headOutputs, {m_headsGradient.data() + rows.begin * headOutputs, headOutputs, false},
                  {weights(heads.weight), inputs, false}, m_encoder.back().gradient.data() + rows.begin * inputs, inputs);
    activationBackwardTile(m_encoder.back(), inputs, {rows, {0, inputs}});
}

void CpuEngine::gradientTile(const LinearSlot& layer, const float* in, const float* gradient, Range rows, std::size_t n, bool biases)
{
    const bool compact = in == m_x.data() && m_compact;
    const std::size_t inputs = width(layer.in), outputs = width(layer.out);
    const std::size_t stride = compact ? m_active.stride() : inputs, columns = compact ? m_active.count() : inputs;
    const float* right = compact ? m_compactX.data() : in;
    // The compact weights themselves are needed no more.
    float* result = compact ? m_compactWeights.data() + rows.begin * stride : m_gradients.data() + layer.weight + rows.begin * inputs;
    float* sums = m_gradients.data() + layer.bias + rows.begin;
    if (biases)
        std::fill_n(sums, rows.size(), 0.0f);
    const bool chunked = !m_reduced && columns >= kChunkedSide;
    const int chunks = chunked ? std::max(1, static_cast<int>((n + kDepth / 2) / kDepth)) : 1;
    for (int i = 0; i < chunks; ++i) {
        const Range chunk = piece(n, 1, chunks, i);
        const float* left = gradient + chunk.begin * outputs + rows.begin;
        if (biases)
            loops::addColumnSums(left, chunk.size(), rows.size(), outputs, sums);
        const MatrixView a{left, outputs, true}, b{right + chunk.begin * stride, stride, false};
        if (i == 0)
            largeProduct(rows.size(), columns, chunk.size(), a, b, result, stride);
        else
            addMatrixProduct(rows.size(), columns, chunk.size(), a, b, result, stride);
    }
}

void CpuEngine::headsGradientTile(Range columns, std::size_t n, bool biases)
{
    const LinearSlot& heads = m_layout.heads();
    const std::size_t inputs = width(heads.in), outputs = 2 * m_latent;
    matrixProduct(outputs, columns.size(), n, {m_headsGradient.data(), outputs, true}, {headsInput() + columns.begin, inputs, false},
                  m_gradients.data() + heads.weight + columns.begin, inputs);
    if (!biases)
        return;
    float* sums = m_gradients.data() + heads.bias;
    std::fill_n(sums, outputs, 0.0f);
    loops::addColumnSums(m_headsGradient.data(), n, outputs, outputs, sums);
}

} // namespace latentscape
