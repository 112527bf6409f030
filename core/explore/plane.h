// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/principal_basis.h"
#include "core/explore/rotation3.h"
#include "core/model/latent_frame.h"

#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// A point on a plane, in latent units.
struct PlanePoint {
    double x = 0.0;
    double y = 0.0;
};

/// How a plane came to be: decides its axis names and whether the map fits its view again.
enum class PlaneKind { Axes, Principal, Rotation, Attribute, Tour };

/// A plane in latent space: origin and two orthonormal directions of R^L, and for rotations a third one that points at the person. A
/// value. Everything on the map goes through one. L = 1: v is empty, y is 0.
class Plane {
public:
    /// z_i × z_j; i ≠ j, both < latent (asserted). For latent 1: i = 0, j ignored.
    [[nodiscard]] static Plane axes(int latent, int i, int j);
    /// The two leading principal directions of the frame's means, through their mean. Sign and order follow previous (same latent)
    /// where given, else the largest component of each direction is positive.
    [[nodiscard]] static Plane principal(const LatentFrame& frame, const Plane* previous);
    /// The first two directions of a basis (rank ≥ 1; L = 1 has no second one).
    [[nodiscard]] static Plane principal(const PrincipalBasis& basis);
    /// A rotation inside the three leading directions of basis (rank ≥ 3, asserted), through its origin.
    [[nodiscard]] static Plane rotated(const PrincipalBasis& basis, const Rotation3& rotation);
    /// u = direction [L] (not zero, need not be a unit vector), v = the first principal direction of what remains of basis when u is taken
    /// out (Gram–Schmidt); through the basis' origin.
    [[nodiscard]] static Plane attribute(const PrincipalBasis& basis, std::span<const float> direction);
    /// Through origin [L], along u and v [L], which are made orthonormal (Gram–Schmidt; v parallel to u is replaced by the axis farthest
    /// from u).
    [[nodiscard]] static Plane spanning(PlaneKind kind, std::vector<double> origin, std::vector<double> u, std::vector<double> v);

    [[nodiscard]] int latent() const noexcept { return static_cast<int>(m_origin.size()); }
    [[nodiscard]] PlaneKind kind() const noexcept { return m_kind; }
    /// ((z − o)·u, (z − o)·v)
    [[nodiscard]] PlanePoint project(std::span<const float> z) const noexcept;
    /// (z − o)·w, larger is nearer to the person; 0 without a third direction.
    [[nodiscard]] double depth(std::span<const float> z) const noexcept;
    /// anchor + (p − project(anchor))·[u v]: moves anchor inside the plane and keeps its other coordinates.
    [[nodiscard]] std::vector<float> lift(PlanePoint p, std::span<const float> anchor) const;
    /// The same without touching locked dimensions (locked[k] ≠ 0; [L] or empty): the smallest move of the free ones that comes to p, or
    /// as near to it as they allow.
    [[nodiscard]] std::vector<float> lift(PlanePoint p, std::span<const float> anchor, std::span<const std::uint8_t> locked) const;
    /// All rows of a frame: x and y, [N] each.
    void project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y) const;
    /// The same with depth [N]; empty without a third direction.
    void project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y, std::vector<float>& depth) const;
    /// Share of the total variance of the means along u and along v, in [0, 1]; 0 where nobody computed it.
    [[nodiscard]] double explainedU() const noexcept { return m_explainedU; }
    [[nodiscard]] double explainedV() const noexcept { return m_explainedV; }
    /// Computes those shares on a frame: one pass, N·L.
    void explain(const LatentFrame& frame);
    [[nodiscard]] bool isAxisPair() const noexcept { return m_axisI >= 0; }
    [[nodiscard]] int axisI() const noexcept { return m_axisI; } ///< −1 for other planes
    [[nodiscard]] int axisJ() const noexcept { return m_axisJ; }
    [[nodiscard]] std::span<const double> origin() const noexcept { return m_origin; }
    [[nodiscard]] std::span<const double> u() const noexcept { return m_u; }
    [[nodiscard]] std::span<const double> v() const noexcept { return m_v; }
    [[nodiscard]] std::span<const double> w() const noexcept { return m_w; } ///< towards the person; empty for flat planes
    [[nodiscard]] bool hasDepth() const noexcept { return !m_w.empty(); }
    friend bool operator==(const Plane&, const Plane&) = default;

private:
    PlaneKind m_kind = PlaneKind::Axes;
    std::vector<double> m_origin, m_u, m_v, m_w;
    double m_explainedU = 0.0, m_explainedV = 0.0;
    int m_axisI = -1, m_axisJ = -1;
};

} // namespace latentscape
