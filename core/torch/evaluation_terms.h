// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// What an objective over batches (infovae, tcvae, dipvae) adds to R at evaluation: regulariser() in double over groups of the training's
/// batch size in the order of add(), averaged over the draws of z and weighted by the groups' sizes. A sample alone in its group says
/// nothing about a distribution and adds β·KL. A value of one evaluation; used on one thread. Throws what LibTorch throws.
class BatchTerms {
public:
    /// datasetSize: samples that the aggregate posterior is over.
    BatchTerms(const RunConfig& config, bool test, int draws, std::int64_t datasetSize);

    /// Whether the objective has such terms.
    [[nodiscard]] static bool areIn(const ObjectiveConfig& objective) noexcept;
    /// mu, logvar: [L]; noise: [draws · L].
    void add(std::int32_t sample, std::span<const float> mu, std::span<const float> logvar, std::span<const float> noise);
    struct Means {
        double value = 0.0;     ///< nats
        double betaSlope = 0.0; ///< its derivative by β, which it is linear in
    };
    /// Over all samples so far; closes the last group.
    [[nodiscard]] Means finish();

private:
    void closeGroup();

    RunConfig m_config;
    bool m_test;
    std::size_t m_draws;
    std::int64_t m_datasetSize;
    std::size_t m_inGroup = 0;
    std::vector<double> m_mu, m_logvar, m_prior; ///< [group, L]
    std::vector<std::vector<double>> m_z;        ///< of each draw
    Means m_sum;
    double m_seen = 0.0;
};

/// What β multiplies in the objective of means over a part, in nats per image: 0 where nothing. Not for objectives with BatchTerms.
[[nodiscard]] double weightedByBeta(const ObjectiveConfig& objective, std::span<const double> klPerDimension) noexcept;
/// The objective in nats per image of means over a part: R, and KL of each dimension. Not for objectives with BatchTerms.
[[nodiscard]] double objectiveOf(const ObjectiveConfig& objective, double reconstruction, std::span<const double> klPerDimension) noexcept;

} // namespace latentscape
