// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"

#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// The leading principal directions of a frame's means, and their mean. A value.
struct PrincipalBasis {
    std::vector<double> origin;     ///< [L]
    std::vector<double> directions; ///< [rank, L], orthonormal
    std::vector<double> explained;  ///< [rank] shares of the total variance, in [0, 1]

    [[nodiscard]] int latent() const noexcept { return static_cast<int>(origin.size()); }
    [[nodiscard]] int rank() const noexcept { return static_cast<int>(explained.size()); }
    [[nodiscard]] std::span<const double> direction(int r) const noexcept
    {
        return std::span(directions).subspan(static_cast<std::size_t>(r) * origin.size(), origin.size());
    }
    friend bool operator==(const PrincipalBasis&, const PrincipalBasis&) = default;
};

/// How much out of order the shares may stand while codes move; once they rest, 1 orders them strictly.
inline constexpr double kMovingOrderSlack = 1.2;

/// The min(rank, L) leading directions. Order and signs follow previous (same latent and rank ≤ 3) so that each direction turns as little as
/// possible between epochs, until one explains over orderSlack times the share of the one before it: then they are ordered by share again. Without
/// previous the largest component of each is positive. Codes that are not finite are left out; codes that are all alike give the axes. stop is
/// looked at now and then: an empty basis then.
[[nodiscard]] PrincipalBasis principalBasis(const LatentFrame& frame, int rank, const PrincipalBasis* previous, std::stop_token stop = {},
                                            double orderSlack = kMovingOrderSlack);

} // namespace latentscape
