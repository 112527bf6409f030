// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/nearest_codes.h"

#include "core/explore/detail/best_list.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace latentscape {

namespace {

constexpr std::size_t kChunk = 512;

/// Squared distances of a run of rows in single precision: a filter that vectorises; what passes is measured again in double.
void approximate(const float* mu, std::size_t latent, std::span<const float> z, std::size_t rows, float* out) noexcept
{
    if (latent == 2) {
        const float z0 = z[0], z1 = z[1];
        for (std::size_t i = 0; i < rows; ++i) {
            const float d0 = mu[2 * i] - z0;
            const float d1 = mu[2 * i + 1] - z1;
            out[i] = d0 * d0 + d1 * d1;
        }
        return;
    }
    for (std::size_t i = 0; i < rows; ++i) {
        float sum = 0.0f;
        for (std::size_t k = 0; k < latent; ++k) {
            const float d = mu[i * latent + k] - z[k];
            sum += d * d;
        }
        out[i] = sum;
    }
}

} // namespace

Neighbourhood nearestCodes(const LatentFrame& frame, std::span<const float> z, int k, double radius)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    Neighbourhood result;
    if (latent == 0 || z.size() != latent)
        return result;
    const std::size_t count = frame.count();
    BestList best(std::min(static_cast<std::size_t>(std::max(k, 0)), count));
    const double squaredRadius = radius >= 0.0 ? radius * radius : -1.0;
    // Rounding of the single-precision sum, generously: a row whose filter value is outside these bounds cannot be misjudged.
    const double slack = 1.2e-7 * static_cast<double>(latent + 8);
    const auto surelyInside = static_cast<float>(squaredRadius * (1.0 - slack));
    const auto maybeInside = static_cast<float>(squaredRadius * (1.0 + slack) + 1e-37);

    std::array<float, kChunk> squares;
    for (std::size_t begin = 0; begin < count; begin += kChunk) {
        const std::size_t rows = std::min(kChunk, count - begin);
        approximate(frame.mu.data() + begin * latent, latent, z, rows, squares.data());
        int inside = 0, maybe = 0, candidates = 0;
        const auto worthMeasuring = static_cast<float>(best.worst() * (1.0 + slack) + 1e-37);
        for (std::size_t i = 0; i < rows; ++i) {
            inside += squares[i] < surelyInside;
            maybe += squares[i] <= maybeInside;
            candidates += squares[i] <= worthMeasuring;
        }
        result.supported += static_cast<std::size_t>(squaredRadius < 0.0 ? 0 : inside);
        if (squaredRadius >= 0.0 && maybe != inside)
            for (std::size_t i = 0; i < rows; ++i)
                if (squares[i] <= maybeInside && !(squares[i] < surelyInside)) {
                    const double squared = squaredDistance(frame.muOf(begin + i), z);
                    result.supported += std::isfinite(squared) && squared <= squaredRadius ? 1 : 0; // an infinite code is in no radius
                }
        if (candidates > 0 && best.worst() >= 0.0)
            for (std::size_t i = 0; i < rows; ++i)
                if (squares[i] <= worthMeasuring)
                    best.offer(begin + i, squaredDistance(frame.muOf(begin + i), z));
    }
    result.nearest = best.take();
    return result;
}

} // namespace latentscape
