// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/density_raster.h"
#include "ui/map/disc_blit.h"
#include "ui/map/disc_sprites.h"
#include "ui/map/latent_cloud.h"
#include "ui/map/scatter_style.h"

namespace latentscape::ui {

/// What a raster keeps between pictures to be quick: sprites of the last style, counters of the density. Belongs to one thread.
struct RasterScratch {
    DiscSprites sprites;
    DensityScratch density;
};

/// Rows [top, bottom) of a canvas.
struct RasterBand {
    int top = 0;
    int bottom = 0;
};

/// Draws a cloud into rows of a canvas, which are cleared first: premultiplied ARGB, source-over in the order of the cloud (class by class
/// the last would hide the others), dimmed points before all others. Pure: the same arguments give the same pixels on every level and for every division into
/// bands. The canvas must be larger than what is looked at by a guard on each side: marks whose sprites do not fit
/// are left out.
void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterBand band,
               RasterScratch& scratch, SimdLevel level);

/// The whole canvas at the best level of this processor.
void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterScratch& scratch);

} // namespace latentscape::ui
