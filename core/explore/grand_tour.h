// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/explore/plane.h"

#include <vector>

namespace latentscape {

/// A slow, endless walk over the planes of latent space: geodesics between random frames of two directions (Asimov 1985; Buja et al. 2005),
/// at constant speed. L ≥ 3. GUI thread or any one thread; the same seed walks the same way.
class GrandTour {
public:
    GrandTour(int latent, std::uint64_t seed);

    /// Goes on by an arc in radians (the larger principal angle between the planes passed); anything but a positive number does nothing.
    void advance(double radians);
    /// The plane now, through origin [L].
    [[nodiscard]] Plane plane(const std::vector<double>& origin) const;
    [[nodiscard]] int latent() const noexcept { return m_latent; }

private:
    void chooseNext();
    struct Pair {
        std::vector<double> u, v;
    };
    [[nodiscard]] Pair shown() const;

    int m_latent;
    RandomStream m_random;
    std::vector<double> m_fromU, m_fromV;      ///< where this leg began, as the pair that turns into ...
    std::vector<double> m_towardsU, m_towardsV; ///< ... these, orthogonal to it
    std::vector<double> m_angles;               ///< the two principal angles of the leg
    double m_turn = 0.0;                        ///< from the shown pair to the turning one, inside the plane: the picture never spins
    double m_position = 0.0;                    ///< along the leg, in radians of the larger angle
};

} // namespace latentscape
