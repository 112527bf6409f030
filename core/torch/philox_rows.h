// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace latentscape {

/// The numbers of RandomStream in tensor operations, for a device that must not wait for the host: row by row those of the streams
/// (seed, purpose, epoch << 32 | position), which trainingNoise(), trainingPrior() and binariseTraining() draw from. Bits are equal, normals
/// equal within the rounding of log, sin and cos. Immutable. Functions throw what LibTorch throws.
class PhiloxRows {
public:
    PhiloxRows(std::uint64_t seed, StreamPurpose purpose, const at::Device& device);

    /// The first count numbers below 2³² of each row, int64 [n, count]. positions: int64 [n]; epoch: int64 [1].
    [[nodiscard]] at::Tensor bits(const at::Tensor& positions, const at::Tensor& epoch, std::int64_t count) const;
    /// As RandomStream::fillNormal(): float [n, count].
    [[nodiscard]] at::Tensor normals(const at::Tensor& positions, const at::Tensor& epoch, std::int64_t count) const;
    /// 1 with the probability of each value in [0, 1], else 0, as binariseTraining(): bytes [n, D]. values: float [n, D].
    [[nodiscard]] at::Tensor bernoulli(const at::Tensor& positions, const at::Tensor& epoch, const at::Tensor& values) const;

private:
    at::Tensor m_multipliers; ///< [2, 1, 1]
    at::Tensor m_keys;        ///< of each round, [10, 2, 1, 1]
};

} // namespace latentscape
