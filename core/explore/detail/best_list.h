// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/nearest_codes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace latentscape {

/// Squared distance in double, summed in the order of the dimensions; both searches measure with it, so that they agree to the last bit.
[[nodiscard]] inline double squaredDistance(std::span<const float> mu, std::span<const float> z) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < z.size(); ++k) {
        const double d = static_cast<double>(mu[k]) - static_cast<double>(z[k]);
        sum += d * d;
    }
    return sum;
}

/// The k best so far, nearest first, ties by row, whatever the order in which they are offered. One thread.
class BestList {
public:
    explicit BestList(std::size_t k) : m_k(k) { m_best.reserve(k + 1); }

    /// A squared distance above this changes nothing; −1 when nothing ever will.
    [[nodiscard]] double worst() const noexcept
    {
        if (m_k == 0)
            return -1.0;
        return m_best.size() < m_k ? std::numeric_limits<double>::infinity() : m_best.back().distance;
    }
    /// Distances that are not finite (a code or a point that is not) are not taken.
    void offer(std::size_t row, double squared)
    {
        if (m_k == 0 || !std::isfinite(squared))
            return;
        const auto before = [](const Neighbour& a, const Neighbour& b) { return a.distance != b.distance ? a.distance < b.distance : a.row < b.row; };
        const Neighbour offered{row, squared};
        if (m_best.size() == m_k && !before(offered, m_best.back()))
            return;
        m_best.insert(std::upper_bound(m_best.begin(), m_best.end(), offered, before), offered);
        if (m_best.size() > m_k)
            m_best.pop_back();
    }
    [[nodiscard]] std::vector<Neighbour> take()
    {
        for (Neighbour& neighbour : m_best)
            neighbour.distance = std::sqrt(neighbour.distance);
        return std::move(m_best);
    }

private:
    std::size_t m_k;
    std::vector<Neighbour> m_best; ///< distance holds the square until take()
};

} // namespace latentscape
