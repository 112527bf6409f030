// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// Two disjoint sorted index lists that together are 0 … n − 1.
struct Split {
    std::vector<std::int32_t> kept; ///< what stays (training)
    std::vector<std::int32_t> held; ///< what is held out (validation or test)
};

/// Holds out a fraction of n samples, each class in proportion (largest remainders; a class of two or more keeps at least one
/// sample on each side when the fraction allows). labels: n class indices, or empty for an unstratified split.
/// fraction in [0, 1). The same arguments give the same split.
[[nodiscard]] Split stratifiedSplit(std::size_t n, std::span<const std::int32_t> labels, double fraction, std::uint64_t seed);

/// n samples cut into folds parts of about equal size, each class spread evenly: sorted index lists that together are 0 … n − 1.
/// folds ≥ 1. The same arguments give the same folds.
[[nodiscard]] std::vector<std::vector<std::int32_t>> stratifiedFolds(std::size_t n, std::span<const std::int32_t> labels, int folds,
                                                                     std::uint64_t seed);

} // namespace latentscape
