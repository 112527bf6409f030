// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/plane.h"
#include "core/model/latent_frame.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace latentscape {

/// A rectangle of the plane in latent units, cut into columns × rows cells.
struct PlaneWindow {
    double left = -3.0, bottom = -3.0, right = 3.0, top = 3.0;
    int columns = 64, rows = 64;
    [[nodiscard]] PlanePoint centre(int column, int row) const noexcept ///< row 0 is the top one
    {
        return {left + (column + 0.5) * (right - left) / columns, top - (row + 0.5) * (top - bottom) / rows};
    }
    friend bool operator==(const PlaneWindow&, const PlaneWindow&) = default;
};

/// Density of the aggregate posterior on the plane, at the cells' centres, row-major from the top left, in 1/unit²: the mean of all samples'
/// posteriors N(μ, σ²) as they project onto the plane (for L > 2 the marginal density). Above 50 000 codes evenly chosen ones stand for
/// all. A projected σ below half a cell is widened to half a cell. L = 1: the density along x, in every row. Empty when stopped.
[[nodiscard]] std::vector<float> aggregateDensity(const LatentFrame& frame, const Plane& plane, const PlaneWindow& window, std::stop_token stop = {});
/// Density of the prior N(0, I) on the plane: the standard normal about the origin's foot.
[[nodiscard]] std::vector<float> priorDensity(const Plane& plane, const PlaneWindow& window);

/// Where the prior has mass and the aggregate posterior has none.
struct PriorHoles {
    std::vector<float> logRatio; ///< log10 of aggregate ÷ prior by cell, cut to [−2, 2]; NaN where the prior is below 1 % of its peak
    double emptyMass = 0.0;      ///< share of the prior's mass on the plane (all of it, not only the window's) in cells with a ratio below 0.1; 0 to 1. Cells
                                 ///< of more than 0.15 units a side cannot tell: then it is measured with cells of 0.1, whatever the window's
};
[[nodiscard]] PriorHoles priorHoles(const LatentFrame& frame, const Plane& plane, const PlaneWindow& window, std::stop_token stop = {});

/// A posterior N(μ, diag σ²) as it lies on the plane: half axes at one σ in latent units and the angle of the longer one to u, in radians.
struct PlaneEllipse {
    PlanePoint centre;
    double major = 0.0, minor = 0.0, angle = 0.0;
};
[[nodiscard]] PlaneEllipse posteriorEllipse(const LatentFrame& frame, std::size_t row, const Plane& plane);

} // namespace latentscape
