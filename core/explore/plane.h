// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"

#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// A point on a plane, in latent units.
struct PlanePoint {
    double x = 0.0;
    double y = 0.0;
};

/// A plane in latent space: origin and two orthonormal directions of R^L. A value. Everything on the map goes through one.
/// L = 1: v is empty, y is 0.
class Plane {
public:
    /// z_i × z_j; i ≠ j, both < latent (asserted). For latent 1: i = 0, j ignored.
    [[nodiscard]] static Plane axes(int latent, int i, int j);
    /// The two leading principal directions of the frame's means, through their mean. Sign and order follow previous (same latent)
    /// where given, else the largest component of each direction is positive.
    [[nodiscard]] static Plane principal(const LatentFrame& frame, const Plane* previous);

    [[nodiscard]] int latent() const noexcept { return static_cast<int>(m_origin.size()); }
    /// ((z − o)·u, (z − o)·v)
    [[nodiscard]] PlanePoint project(std::span<const float> z) const noexcept;
    /// anchor + (p − project(anchor))·[u v]: moves anchor inside the plane and keeps its other coordinates.
    [[nodiscard]] std::vector<float> lift(PlanePoint p, std::span<const float> anchor) const;
    /// All rows of a frame: x and y, [N] each.
    void project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y) const;
    /// Share of the total variance of the means along u and along v, in [0, 1]; 0 for axis planes unless computed. For PCA planes.
    [[nodiscard]] double explainedU() const noexcept { return m_explainedU; }
    [[nodiscard]] double explainedV() const noexcept { return m_explainedV; }
    [[nodiscard]] bool isAxisPair() const noexcept { return m_axisI >= 0; }
    [[nodiscard]] int axisI() const noexcept { return m_axisI; } ///< −1 for other planes
    [[nodiscard]] int axisJ() const noexcept { return m_axisJ; }
    [[nodiscard]] std::span<const double> origin() const noexcept { return m_origin; }
    [[nodiscard]] std::span<const double> u() const noexcept { return m_u; }
    [[nodiscard]] std::span<const double> v() const noexcept { return m_v; }
    friend bool operator==(const Plane&, const Plane&) = default;

private:
    std::vector<double> m_origin, m_u, m_v;
    double m_explainedU = 0.0, m_explainedV = 0.0;
    int m_axisI = -1, m_axisJ = -1;
};

} // namespace latentscape
