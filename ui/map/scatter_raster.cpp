// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/scatter_raster.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace latentscape::ui {

namespace {

constexpr double kFraction = DiscSprites::kPhases;
constexpr int kRowBias = 1 << 16; // makes rows above the canvas positive, so that truncation is the floor

void drawDiscs(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterBand band,
               const DiscSprites& sprites, SimdLevel level)
{
    const std::span<const float> xs = cloud.x(), ys = cloud.y();
    const std::uint16_t* labels = cloud.labels().data();
    const std::uint8_t* groups = style.groupOfLabel.data();
    const double scaleX = view.scaleX * kFraction, scaleY = view.scaleY * kFraction;
    const int reach = sprites.reach();
    // in quarters of a pixel, where the whole row of a sprite fits the canvas
    const double leastX = reach * kFraction;
    const double mostX = (canvas.width - sprites.stride() + reach + 1) * kFraction;
    const double leastY = (band.top - sprites.size()) * kFraction;
    const double mostY = (band.bottom + reach + 1) * kFraction;

    DiscBlock block;
    std::array<double, DiscBlock::kCapacity> px, py;
    for (std::size_t begin = 0; begin < xs.size(); begin += DiscBlock::kCapacity) {
        const std::size_t count = std::min(DiscBlock::kCapacity, xs.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            px[i] = (static_cast<double>(xs[begin + i]) - view.left) * scaleX;
            py[i] = (view.top - static_cast<double>(ys[begin + i])) * scaleY;
        }
        std::size_t used = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint8_t group = groups[labels[begin + i]];
            if (!(px[i] >= leastX) || !(px[i] < mostX) || !(py[i] >= leastY) || !(py[i] < mostY) || group == ScatterStyle::kHidden)
                continue;
            const int qx = static_cast<int>(px[i]);
            const int qy = static_cast<int>(py[i] + kRowBias * kFraction);
            DiscBlock::Disc& disc = block.discs[used++];
            disc.left = qx / DiscSprites::kPhases - reach;
            disc.top = qy / DiscSprites::kPhases - kRowBias - reach;
            disc.group = group;
            disc.phase = static_cast<std::uint8_t>(qy % DiscSprites::kPhases * DiscSprites::kPhases + qx % DiscSprites::kPhases);
        }
        block.count = used;
        blitDiscs(block, sprites, canvas, band.top, band.bottom, level);
    }
}

} // namespace

void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterBand band,
               RasterScratch& scratch, SimdLevel level)
{
    for (int row = band.top; row < band.bottom; ++row)
        std::memset(canvas.pixels + static_cast<std::ptrdiff_t>(row) * canvas.stride, 0, static_cast<std::size_t>(canvas.width) * 4);
    if (cloud.count() == 0 || style.groups.empty())
        return;
    const DrawingRule rule = drawingRule(cloud, view);
    if (rule.density) {
        rasteriseDensity(cloud, style, view, canvas, band.top, band.bottom, scratch.density, level);
        return;
    }
    if (!scratch.sprites.matches(style.groups, rule.radius, rule.opacity))
        scratch.sprites = DiscSprites(style.groups, rule.radius, rule.opacity);
    drawDiscs(cloud, style, view, canvas, band, scratch.sprites, level);
}

void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterScratch& scratch)
{
    rasterise(cloud, style, view, canvas, {0, canvas.height}, scratch, bestSimdLevel());
}

} // namespace latentscape::ui
