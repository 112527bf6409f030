// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/plane.h"

#include <cstddef>
#include <span>
#include <vector>

namespace latentscape {

/// Inverse of the standard normal's distribution function; p in (0, 1). Relative error below 1e-9 (Acklam's rational approximation with
/// one Halley step).
[[nodiscard]] double inverseNormalCdf(double p);

/// columns × rows codes at the prior's quantiles (i + ½)/n (Kingma & Welling, arXiv:1312.6114, fig. 4), in the plane through anchor:
/// row-major from the top left (largest y first), [rows·columns, L].
[[nodiscard]] std::vector<float> priorGrid(const Plane& plane, std::span<const float> anchor, int columns, int rows);

/// The same over a rectangle of the plane: cell centres of [left, right] × [bottom, top].
[[nodiscard]] std::vector<float> windowGrid(const Plane& plane, std::span<const float> anchor, double left, double right, double bottom,
                                            double top, int columns, int rows);

} // namespace latentscape
