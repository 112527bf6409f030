// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"

#include <cstddef>
#include <span>
#include <vector>

namespace latentscape {

/// A real sample near a point, by Euclidean distance of the means in latent space.
struct Neighbour {
    std::size_t row = 0; ///< of the LatentFrame
    double distance = 0.0;
};

struct Neighbourhood {
    std::vector<Neighbour> nearest; ///< nearest first, ties by row
    std::size_t supported = 0;      ///< codes within the radius
};

/// The k nearest codes to z [L] and how many lie within radius; exact, one pass over all rows (60 000 × 2: about 50 µs). Codes that are
/// not finite are near nothing.
[[nodiscard]] Neighbourhood nearestCodes(const LatentFrame& frame, std::span<const float> z, int k, double radius);

} // namespace latentscape
