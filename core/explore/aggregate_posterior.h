// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numbers>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// The aggregate posterior q(z) = mean of N(μ, σ²) over the samples, as a density that can be asked at any point of latent space. Up to
/// 4 096 evenly chosen samples stand for all, so each is widened to N(μ, σ² + h²) by Scott's rule (h = n^(−1/(L+4)) times the codes'
/// standard deviation in that dimension; Scott 1992): without it the density would be that of a few spikes. Immutable; any thread may ask.
class AggregatePosterior {
public:
    /// Null for a frame of fewer than two finite codes, or when stopped.
    [[nodiscard]] static std::shared_ptr<const AggregatePosterior> create(const LatentFrame& frame, std::stop_token stop = {});

    [[nodiscard]] int latent() const noexcept { return m_latent; }
    /// log q(z), z [L]; −∞ where every term underflows.
    [[nodiscard]] double logDensity(std::span<const float> z) const noexcept;
    /// log of what all samples but the nearest contribute at z, minus its median over the samples' own means: 0 is as dense as where a
    /// typical sample lies. Without the nearest, because in many dimensions a sample's own term would drown all others.
    [[nodiscard]] double relativeLogDensity(std::span<const float> z) const noexcept { return terms(z, /*withLargest=*/false) - m_median; }

    /// The relativeLogDensity() that nineteen of twenty samples reach at their own means, at most log ½, because codes that all lie in one
    /// place are nearly equally dense: below it is a place where hardly any data are.
    [[nodiscard]] double rareLogDensity() const noexcept { return std::min(m_rare - m_median, -std::numbers::ln2); }

private:
    AggregatePosterior() = default;
    [[nodiscard]] double terms(std::span<const float> z, bool withLargest) const noexcept;
    int m_latent = 0;
    std::vector<float> m_mu;        ///< [L, R]: terms of neighbouring samples are calculated at once
    std::vector<float> m_precision; ///< [L, R], 1/(σ² + h²)
    std::vector<double> m_constant; ///< [R], log of each term's factor
    double m_median = 0.0;
    double m_rare = 0.0; ///< one in twenty of the samples' own means is less dense
};

} // namespace latentscape
