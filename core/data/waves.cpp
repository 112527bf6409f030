// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/waves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

namespace latentscape {

namespace {

constexpr int kSteps = 128;
constexpr int kPartsOfStep = 4; ///< of which each step is the mean
constexpr std::array<FactorName, 4> kFactors = {{{"frequency", "periods"}, {"phase", "degrees"}, {"amplitude", ""}, {"noise", ""}}};
enum Family : std::int32_t { Sine, Triangle, Square, Sawtooth, Chirp };

/// One wave of amplitude 1 at a place of its period, 0 ≤ place < 1. All of them rise through 0 at place 0.
float waveAt(std::int32_t family, float place) noexcept
{
    switch (family) {
    case Triangle: return place < 0.25f ? 4.0f * place : place < 0.75f ? 2.0f - 4.0f * place : 4.0f * place - 4.0f;
    case Square: return place < 0.5f ? 1.0f : -1.0f;
    case Sawtooth: return place < 0.5f ? 2.0f * place : 2.0f * place - 2.0f;
    default: return std::sin(2.0f * std::numbers::pi_v<float> * place);
    }
}

void drawWave(std::int32_t family, RandomStream& random, std::span<float> out, std::span<float> factors)
{
    const float frequency = factors[0] = static_cast<float>(random.uniform(1.0, 4.0));
    factors[1] = static_cast<float>(random.uniform(0.0, 360.0));
    const float amplitude = factors[2] = static_cast<float>(random.uniform(0.2, 0.45));
    const float noise = factors[3] = static_cast<float>(random.uniform(0.0, 0.03));
    std::array<float, kSteps> normals;
    random.fillNormal(normals);
    for (std::size_t step = 0; step < out.size(); ++step) {
        float mean = 0.0f;
        for (int part = 0; part < kPartsOfStep; ++part) {
            const float t = (static_cast<float>(step) + (static_cast<float>(part) + 0.5f) / kPartsOfStep) / kSteps;
            const float periods = factors[1] / 360.0f + frequency * (family == Chirp ? t + 0.5f * t * t : t);
            mean += waveAt(family, periods - std::floor(periods)) / kPartsOfStep;
        }
        out[step] = std::clamp(0.5f + amplitude * mean + noise * normals[step], 0.0f, 1.0f);
    }
}

} // namespace

Result<std::shared_ptr<const Dataset>> makeWaves(const GeneratorRequest& request, std::stop_token stop)
{
    Dataset::Parts parts;
    parts.name = "waves";
    parts.scale = "−1 … 1 → 0 … 1";
    parts.shape = ItemShape{1, 1, kSteps};
    parts.classNames = {"sine", "triangle", "square", "sawtooth", "chirp"};
    auto made = generateParts<float>(std::move(parts), "waves", kFactors, request, std::move(stop), drawWave);
    if (!made)
        return made.error();
    return Dataset::create(std::move(made).value());
}

} // namespace latentscape
