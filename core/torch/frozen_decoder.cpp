// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/frozen_decoder.h"

#include "core/torch/cpu_loops.h"
#include "core/torch/matrix_product.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace latentscape {

namespace {

/// Rows of one matrix product: the activations of 64 codes stay in the second-level cache.
constexpr std::size_t kChunk = 64;

/// Memory for hidden layers that a thread keeps between decodes, so that a drag allocates nothing.
float* scratchFloats(std::size_t count) noexcept
{
    thread_local FloatBuffer scratch;
    if (scratch.size() < count) {
        try {
            scratch = FloatBuffer(count);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    }
    return scratch.data();
}

} // namespace

FrozenDecoder::FrozenDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters)
    : m_shape(config.model.inputShape), m_latent(config.model.latent), m_activation(config.model.activation),
      m_likelihood(config.objective.likelihood), m_standardized(config.model.standardized)
{
    assert(parameters.size() == layout.size() && layout.isPlainMlp());
    for (const LinearSlot& slot : layout.decoder()) {
        Layer layer{static_cast<std::size_t>(slot.in), static_cast<std::size_t>(slot.out), {}, {}};
        layer.weight = FloatBuffer(layer.in * layer.out);
        layer.bias = FloatBuffer(layer.out);
        m_weights += layer.weight.size();
        std::copy_n(parameters.data() + slot.weight, layer.weight.size(), layer.weight.data());
        std::copy_n(parameters.data() + slot.bias, layer.out, layer.bias.data());
        m_layers.push_back(std::move(layer));
    }
    for (std::size_t i = 0; i + 1 < m_layers.size(); ++i)
        m_widest = std::max(m_widest, m_layers[i].out);
    if (layout.logSigma())
        m_logSigma = softClippedLogSigma(static_cast<double>(parameters[*layout.logSigma()]));
}

void FrozenDecoder::decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept
{
    decodeUncut(z, count, means);
    if (m_likelihood != Likelihood::Bernoulli && !m_standardized) // a sigmoid needs no cut
        loops::clampUnit(means.data(), means.size());
}

void FrozenDecoder::decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept
{
    const auto latent = static_cast<std::size_t>(m_latent);
    const std::size_t pixels = m_shape.size();
    assert(z.size() == count * latent && means.size() == count * pixels);
    float* scratch = scratchFloats(2 * m_widest * std::min(count, kChunk));
    if (!scratch && m_widest > 0) {
        std::fill(means.begin(), means.end(), 0.0f);
        return;
    }
    if (count == 1) {
        decodeOne(z.data(), means.data(), scratch);
        if (m_likelihood == Likelihood::Bernoulli)
            loops::sigmoidInPlace(means.data(), means.size());
    } else {
        for (std::size_t row = 0; row < count; row += kChunk)
            decodeRows(z.data() + row * latent, std::min(kChunk, count - row), means.data() + row * pixels, scratch);
    }
}

void FrozenDecoder::decodeOne(const float* z, float* means, float* scratch) const noexcept
{
    const float* in = z;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Layer& layer = m_layers[i];
        const bool last = i + 1 == m_layers.size();
        float* out = last ? means : scratch + (i % 2) * m_widest;
        loops::matrixVector(layer.weight.data(), layer.bias.data(), in, out, layer.out, layer.in);
        if (!last)
            loops::activate(m_activation, out, layer.out);
        in = out;
    }
}

void FrozenDecoder::decodeRows(const float* z, std::size_t rows, float* means, float* scratch) const noexcept
{
    const float* in = z;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Layer& layer = m_layers[i];
        const bool last = i + 1 == m_layers.size();
        float* out = last ? means : scratch + (i % 2) * m_widest * rows;
        matrixProduct(rows, layer.out, layer.in, {in, layer.in, false}, {layer.weight.data(), layer.in, true}, out, layer.out);
        const loops::Tile tile{out, rows, layer.out, layer.out};
        if (last && m_likelihood == Likelihood::Bernoulli)
            loops::biasSigmoid(tile, layer.bias.data());
        else if (last)
            loops::biasOnly(tile, layer.bias.data());
        else
            loops::biasActivation(m_activation, tile, layer.bias.data(), nullptr);
        in = out;
    }
}

} // namespace latentscape
