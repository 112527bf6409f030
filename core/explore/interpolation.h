// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace latentscape {

enum class Interpolation { Linear, Spherical };

/// Point at t in [0, 1] between a and b, both [L]. Spherical (Shoemake 1985): direction by slerp, length by lerp; a tiny angle or a
/// zero vector falls back to lerp; antiparallel vectors turn through a fixed perpendicular (the axis of a's smallest component).
[[nodiscard]] std::vector<float> interpolate(std::span<const float> a, std::span<const float> b, double t, Interpolation method);

/// steps points along anchors [K, L] (K ≥ 2), equally spaced by parameter over the K − 1 legs, both ends included: [steps, L]. steps ≥ 2.
[[nodiscard]] std::vector<float> interpolatePath(std::span<const float> anchors, int latent, std::size_t steps, Interpolation method);

} // namespace latentscape
