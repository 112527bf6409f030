// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// The aggregate posterior q(z) = mean of N(μ, σ²) over the samples, as a density that can be asked at any point of latent space. Up to
/// 4 096 evenly chosen samples stand for all. Immutable; any thread may ask.
class AggregatePosterior {
public:
    /// Null for a frame without finite codes, or when stopped.
    [[nodiscard]] static std::shared_ptr<const AggregatePosterior> create(const LatentFrame& frame, std::stop_token stop = {});

    [[nodiscard]] int latent() const noexcept { return m_latent; }
    /// log q(z), z [L]; −∞ where every term underflows.
    [[nodiscard]] double logDensity(std::span<const float> z) const noexcept;
    /// log q(z) minus the median over the samples' means of what the other samples contribute there: 0 is as dense as where a typical
    /// sample lies.
    [[nodiscard]] double relativeLogDensity(std::span<const float> z) const noexcept { return logDensity(z) - m_median; }

private:
    AggregatePosterior() = default;
    [[nodiscard]] double logDensityWithout(std::span<const float> z, std::size_t leftOut) const noexcept;
    int m_latent = 0;
    std::vector<float> m_mu;        ///< [R, L]
    std::vector<float> m_precision; ///< [R, L], 1/σ²
    std::vector<double> m_constant; ///< [R], log of each term's factor
    double m_median = 0.0;
};

} // namespace latentscape
