// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace latentscape {

enum class Interpolation { Linear, Spherical, Spline };

/// Point at t in [0, 1] between a and b, both [L]. Spherical (Shoemake 1985): direction by slerp, length by lerp; a tiny angle or a
/// zero vector falls back to lerp; antiparallel vectors turn through a fixed perpendicular (the axis of a's smallest component).
/// Spline between two points alone is the straight line.
[[nodiscard]] std::vector<float> interpolate(std::span<const float> a, std::span<const float> b, double t, Interpolation method);

/// A way through anchors [K, L], K ≥ 2. Views; the anchors outlive it.
struct LatentPath {
    std::span<const float> anchors;
    int latent = 0;
    Interpolation method = Interpolation::Linear;
    bool closed = false; ///< a last leg leads back to the first anchor

    [[nodiscard]] std::size_t anchorCount() const noexcept { return anchors.size() / static_cast<std::size_t>(latent); }
    [[nodiscard]] std::size_t legs() const noexcept { return closed ? anchorCount() : anchorCount() - 1; }
};

/// The point at t in [0, 1] of the whole way, equally spaced by parameter over the legs: [L]. Spline: centripetal Catmull–Rom (Barry and
/// Goldman 1988; Yuksel 2011), which passes through every anchor; equal neighbours do no harm.
[[nodiscard]] std::vector<float> pointOnPath(const LatentPath& path, double t);

/// steps ≥ 2 points of the way: [steps, L]. Open: both ends included. Closed: t = i / steps, so that playing it round and round shows no
/// frame twice.
[[nodiscard]] std::vector<float> interpolatePath(const LatentPath& path, std::size_t steps);

} // namespace latentscape
