// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

namespace latentscape {

/// Codes of one part of a set, as the probes see them. Views; the owner outlives the call.
struct ProbeCodes {
    int latent = 0;
    std::span<const float> mu; ///< [N, L], finite

    [[nodiscard]] std::size_t count() const noexcept { return latent > 0 ? mu.size() / static_cast<std::size_t>(latent) : 0; }
};

/// Share of test codes whose class is the majority among their k nearest training codes (Euclidean distance on μ, exact search).
/// Equal distances: lower row first; equal votes: lower class first. k is cut to the number of training codes.
/// labels: class indices from 0, one a code. Empty when stopped or when a part is empty.
[[nodiscard]] std::optional<double> knnAccuracy(const ProbeCodes& train, std::span<const std::int32_t> trainLabels, const ProbeCodes& test,
                                                std::span<const std::int32_t> testLabels, int k, std::stop_token stop = {});

/// Test accuracy of multinomial logistic regression on standardised μ: mean cross-entropy + ‖W‖²/(2N) without the bias, minimised from
/// zero by L-BFGS (Nocedal 1980) until the gradient's largest entry is below 1e-5, at most 300 iterations. Deterministic.
[[nodiscard]] std::optional<double> linearAccuracy(const ProbeCodes& train, std::span<const std::int32_t> trainLabels, const ProbeCodes& test,
                                                   std::span<const std::int32_t> testLabels, std::stop_token stop = {});

/// R² on the test codes of an ordinary least-squares fit of a numeric column on μ (fitted on the training codes). Negative when it is
/// worse than the test mean. Empty when the column is constant on either part or not finite.
[[nodiscard]] std::optional<double> linearR2(const ProbeCodes& train, std::span<const float> trainColumn, const ProbeCodes& test,
                                             std::span<const float> testColumn);

} // namespace latentscape
