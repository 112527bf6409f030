// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/noise.h"

#include "core/base/random_stream.h"

namespace latentscape {

void trainingNoise(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept
{
    const std::uint64_t substream = static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(position);
    RandomStream(seed, StreamPurpose::Reparameterisation, substream).fillNormal(out);
}

void evaluationNoise(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept
{
    const std::uint64_t substream = static_cast<std::uint64_t>(sample) << 1 | static_cast<std::uint64_t>(test);
    RandomStream(seed, StreamPurpose::Evaluation, substream).fillNormal(out);
}

} // namespace latentscape
