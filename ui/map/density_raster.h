// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/disc_blit.h"
#include "ui/map/latent_cloud.h"
#include "ui/map/scatter_style.h"

#include <cstdint>
#include <vector>

namespace latentscape::ui {

/// Counters that a density picture needs; kept between pictures, all zero then. Belongs to one thread.
struct DensityScratch {
    std::vector<std::uint8_t> counts;   ///< [rows][columns][16 groups], saturating
    std::vector<std::uint16_t> columns; ///< one row of vertical sums, [columns + margin][16]
    std::vector<std::uint8_t> used;     ///< one row: whether a column holds anything
    std::vector<std::uint8_t> alphas;   ///< opacity by weight
    int kernel = 0;                     ///< for which alphas was made
    double opacity = 1.0;               ///< and for which factor
};

/// Draws rows [bandTop, bandBottom) of a cloud too dense for discs: codes counted by colour group in each pixel, spread by a small
/// triangular kernel that grows with the device ratio; the colour is the mean of the groups' colours weighted by their squared share, the
/// opacity grows with the count. The rows must be cleared. The same pixels on every level and for every division into bands.
void rasteriseDensity(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, int bandTop,
                      int bandBottom, DensityScratch& scratch, SimdLevel level);

} // namespace latentscape::ui
