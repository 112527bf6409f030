// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace latentscape {

// The random numbers of a run that do not live in a generator. Pure functions of the run's seed and a position, so a run may resume anywhere,
// any thread may draw any row, and every engine on every device sees the same numbers. Training: (seed, epoch, position in the epoch);
// evaluation: (seed, part, sample).

/// ε of the image at one position of one epoch. Standard normals, out: [L].
void trainingNoise(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept;
/// ε of one sample at evaluation. out: [draws · L]; a shorter out holds the same leading numbers.
void evaluationNoise(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept;

/// Codes drawn from the prior N(0, I), which the discrepancy of infovae is measured against. out: [L].
void trainingPrior(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept;
void evaluationPrior(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept;

/// x ~ Bernoulli(value) of each value in [0, 1] as 0 or 1, from 24 random bits each. out as long as values, which it may be itself.
void binariseTraining(std::uint64_t seed, int epoch, std::size_t position, std::span<const float> values, std::span<float> out) noexcept;
void binariseEvaluation(std::uint64_t seed, bool test, std::int32_t sample, std::span<const float> values, std::span<float> out) noexcept;
/// 1 where value ≥ 0.5, else 0.
void binariseAtHalf(std::span<const float> values, std::span<float> out) noexcept;

/// Seed of the generator that makes the dropout masks of the step at begin.
[[nodiscard]] std::uint64_t dropoutSeed(std::uint64_t seed, int epoch, std::size_t begin) noexcept;

} // namespace latentscape
