// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/model/latent_frame.h"

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape::tests {

/// Normal codes with the given standard deviations along orthonormal directions (rows of basis), moved by shift; sample i in row i.
inline LatentFrame latentCloud(const std::vector<std::vector<double>>& basis, const std::vector<double>& deviations, double shift, std::uint64_t seed,
                               int count = 4000)
{
    const std::size_t latent = basis.size();
    LatentFrame frame;
    frame.latent = static_cast<int>(latent);
    RandomStream stream(seed, StreamPurpose::Interface);
    for (int i = 0; i < count; ++i) {
        std::vector<double> z(latent, shift);
        for (std::size_t d = 0; d < latent; ++d) {
            const double along = deviations[d] * stream.normal();
            for (std::size_t k = 0; k < latent; ++k)
                z[k] += along * basis[d][k];
        }
        frame.indices.push_back(i);
        for (const double value : z)
            frame.mu.push_back(static_cast<float>(value));
    }
    frame.logvar.assign(frame.mu.size(), 0.0f);
    return frame;
}

/// The same along the axes.
inline LatentFrame axisCloud(const std::vector<double>& deviations, double shift, std::uint64_t seed, int count = 4000)
{
    std::vector<std::vector<double>> axes(deviations.size(), std::vector<double>(deviations.size(), 0.0));
    for (std::size_t k = 0; k < axes.size(); ++k)
        axes[k][k] = 1.0;
    return latentCloud(axes, deviations, shift, seed, count);
}

template <typename A, typename B>
double dotOf(const A& a, const B& b)
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

/// Variance of the frame's means along a direction [L].
inline double varianceAlong(const LatentFrame& frame, std::span<const double> direction)
{
    double sum = 0.0, squares = 0.0;
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const double value = dotOf(direction, frame.muOf(row));
        sum += value;
        squares += value * value;
    }
    const auto n = static_cast<double>(frame.count());
    return squares / n - sum / n * (sum / n);
}

} // namespace latentscape::tests
