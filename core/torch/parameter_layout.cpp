// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/parameter_layout.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kCacheLineFloats = 16;
constexpr double kLogSigmaFloor = -6.0;

} // namespace

ParameterLayout::ParameterLayout(const RunConfig& config)
    : m_pixels(static_cast<int>(config.model.inputShape.size())), m_latent(config.model.latent)
{
    int width = m_pixels;
    for (const int hidden : config.model.encoderHidden)
        m_encoder.push_back(addLinear(std::exchange(width, hidden), hidden));
    m_heads = addLinear(width, 2 * m_latent);
    width = m_latent;
    for (const int hidden : config.model.decoderWidths())
        m_decoder.push_back(addLinear(std::exchange(width, hidden), hidden));
    m_decoder.push_back(addLinear(width, m_pixels));
    // A head of width 1 would broadcast against L noise values without any error, and train a wrong model.
    assert(m_heads.out == 2 * m_latent && m_decoder.front().in == m_latent);

    for (std::size_t i = 0; i < m_encoder.size(); ++i)
        addTensors("encoder." + std::to_string(2 * i), m_encoder[i], 0, m_encoder[i].out);
    addTensors("to_mu", m_heads, 0, m_latent);
    addTensors("to_logvar", m_heads, m_latent, m_latent);
    for (std::size_t i = 0; i < m_decoder.size(); ++i)
        addTensors("decoder." + std::to_string(2 * i), m_decoder[i], 0, m_decoder[i].out);
    if (config.objective.likelihood == Likelihood::GaussianLearned) {
        m_logSigma = m_size;
        m_tensors.push_back({"log_sigma", {1}, m_size, 1});
        m_size += kCacheLineFloats;
    }
}

LinearSlot ParameterLayout::addLinear(int in, int out)
{
    const auto rounded = [](std::size_t count) { return (count + kCacheLineFloats - 1) / kCacheLineFloats * kCacheLineFloats; };
    LinearSlot slot{in, out, m_size, 0};
    m_size += rounded(static_cast<std::size_t>(in) * static_cast<std::size_t>(out));
    slot.bias = m_size;
    m_size += rounded(static_cast<std::size_t>(out));
    return slot;
}

void ParameterLayout::addTensors(const std::string& name, const LinearSlot& slot, int firstRow, int rows)
{
    const auto row = static_cast<std::size_t>(firstRow);
    const auto count = static_cast<std::size_t>(rows);
    const auto columns = static_cast<std::size_t>(slot.in);
    m_tensors.push_back({name + ".weight", {rows, slot.in}, slot.weight + row * columns, count * columns});
    m_tensors.push_back({name + ".bias", {rows}, slot.bias + row, count});
}

void ParameterLayout::initialise(std::span<float> parameters, std::uint64_t seed) const
{
    assert(parameters.size() == m_size);
    std::fill(parameters.begin(), parameters.end(), 0.0f);
    std::uint64_t layer = 0;
    const auto draw = [&](const LinearSlot& slot) {
        RandomStream stream(seed, StreamPurpose::Initialisation, layer++);
        const double bound = 1.0 / std::sqrt(static_cast<double>(slot.in));
        const std::size_t weights = static_cast<std::size_t>(slot.in) * static_cast<std::size_t>(slot.out);
        for (float& value : parameters.subspan(slot.weight, weights))
            value = static_cast<float>(stream.uniform(-bound, bound));
        for (float& value : parameters.subspan(slot.bias, static_cast<std::size_t>(slot.out)))
            value = static_cast<float>(stream.uniform(-bound, bound));
    };
    std::for_each(m_encoder.begin(), m_encoder.end(), draw);
    draw(m_heads);
    std::for_each(m_decoder.begin(), m_decoder.end(), draw);
}

double softClippedLogSigma(double raw) noexcept
{
    const double above = raw - kLogSigmaFloor;
    return kLogSigmaFloor + std::max(above, 0.0) + std::log1p(std::exp(-std::abs(above)));
}

double softClippedLogSigmaSlope(double raw) noexcept
{
    return 1.0 / (1.0 + std::exp(-(raw - kLogSigmaFloor)));
}

} // namespace latentscape
