// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace latentscape {

inline constexpr std::size_t kMostDirections = 256; ///< that a run's file holds

/// A named direction of latent space: from the mean code of one selection to that of another. A value; kept with the run's file.
struct AttributeDirection {
    std::string name;
    std::vector<float> direction; ///< [L], unit length
    double length = 0.0;          ///< of the mean difference, in latent units
    double effect = 0.0;          ///< length ÷ the median length between random pairs of selections of the same sizes
    double separation = 0.0;      ///< Cohen's d of the two selections along the direction; 0 where they have no spread
    double chance = 1.0;          ///< share of random pairs at least as long, (r + 1)/(n + 1)
    std::size_t from = 0;         ///< samples in the first selection
    std::size_t to = 0;           ///< and in the second
    friend bool operator==(const AttributeDirection&, const AttributeDirection&) = default;
};

} // namespace latentscape
