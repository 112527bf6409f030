// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/noise.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <array>

namespace latentscape {

namespace {

/// Epochs are below 2³¹, so the highest bit tells evaluation from training within one purpose.
constexpr std::uint64_t kEvaluation = std::uint64_t{1} << 63;

std::uint64_t positionOf(int epoch, std::size_t position) noexcept
{
    return static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(position);
}

std::uint64_t sampleOf(bool test, std::int32_t sample) noexcept
{
    return static_cast<std::uint64_t>(sample) << 1 | static_cast<std::uint64_t>(test);
}

void binarise(RandomStream stream, std::span<const float> values, std::span<float> out) noexcept
{
    std::array<std::uint32_t, 256> bits;
    for (std::size_t first = 0; first < values.size(); first += bits.size()) {
        const std::size_t count = std::min(bits.size(), values.size() - first);
        stream.fillU32(std::span(bits).first(count));
        for (std::size_t i = 0; i < count; ++i)
            out[first + i] = static_cast<float>(bits[i] >> 8) * 0x1p-24f < values[first + i] ? 1.0f : 0.0f;
    }
}

} // namespace

void trainingNoise(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept
{
    RandomStream(seed, StreamPurpose::Reparameterisation, positionOf(epoch, position)).fillNormal(out);
}

void evaluationNoise(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept
{
    RandomStream(seed, StreamPurpose::Evaluation, sampleOf(test, sample)).fillNormal(out);
}

void trainingPrior(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept
{
    RandomStream(seed, StreamPurpose::Prior, positionOf(epoch, position)).fillNormal(out);
}

void evaluationPrior(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept
{
    RandomStream(seed, StreamPurpose::Prior, kEvaluation | sampleOf(test, sample)).fillNormal(out);
}

void binariseTraining(std::uint64_t seed, int epoch, std::size_t position, std::span<const float> values, std::span<float> out) noexcept
{
    binarise(RandomStream(seed, StreamPurpose::Binarization, positionOf(epoch, position)), values, out);
}

void binariseEvaluation(std::uint64_t seed, bool test, std::int32_t sample, std::span<const float> values, std::span<float> out) noexcept
{
    binarise(RandomStream(seed, StreamPurpose::Binarization, kEvaluation | sampleOf(test, sample)), values, out);
}

void binariseAtHalf(std::span<const float> values, std::span<float> out) noexcept
{
    for (std::size_t i = 0; i < values.size(); ++i)
        out[i] = values[i] >= 0.5f ? 1.0f : 0.0f;
}

std::uint64_t dropoutSeed(std::uint64_t seed, int epoch, std::size_t begin) noexcept
{
    RandomStream stream(seed, StreamPurpose::Dropout, positionOf(epoch, begin));
    const std::uint64_t high = stream.nextU32();
    return high << 32 | stream.nextU32();
}

} // namespace latentscape
