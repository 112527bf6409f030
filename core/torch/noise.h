// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace latentscape {

/// ε of the image at one position of one epoch: depends on (seed, epoch, position) alone, so a run may resume anywhere and any thread
/// may draw any row. Standard normals, out: [L].
void trainingNoise(std::uint64_t seed, int epoch, std::size_t position, std::span<float> out) noexcept;

/// ε of one sample at evaluation: depends on (seed, part, sample) alone. out: [draws · L]; a shorter out holds the same leading numbers.
void evaluationNoise(std::uint64_t seed, bool test, std::int32_t sample, std::span<float> out) noexcept;

} // namespace latentscape
