// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/scatter_raster.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace latentscape::ui {

namespace {

constexpr double kFraction = DiscSprites::kPhases;
constexpr int kRowBias = 1 << 16; // makes rows above the canvas positive, so that truncation is the floor

/// groups: by key, kHidden for points to be left out.
void drawDiscs(const LatentCloud& cloud, const std::uint8_t* groups, const RasterView& view, const Canvas& canvas, RasterBand band,
               const DiscSprites& sprites, SimdLevel level)
{
    const std::span<const float> xs = cloud.x(), ys = cloud.y();
    const std::uint16_t* keys = cloud.keys().data();
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
            const std::uint8_t group = groups[keys[begin + i]];
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

/// The groups of dimmed keys, or of the others.
std::vector<std::uint8_t> groupsOf(const ScatterStyle& style, const KeyLayout& layout, bool dimmed)
{
    std::vector<std::uint8_t> groups = style.groupOfKey;
    for (int key = 0; key < layout.count(); ++key) {
        if (layout.isDimmed(key) != dimmed)
            groups[static_cast<std::size_t>(key)] = ScatterStyle::kHidden;
    }
    return groups;
}

} // namespace

void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterBand band,
               RasterScratch& scratch, SimdLevel level)
{
    for (int row = band.top; row < band.bottom; ++row)
        std::memset(canvas.pixels + static_cast<std::ptrdiff_t>(row) * canvas.stride, 0, static_cast<std::size_t>(canvas.width) * 4);
    const KeyLayout& layout = cloud.layout();
    // A style made for another cloud (the two change one after the other) may not know all keys.
    if (cloud.count() == 0 || !(style.opacity > 0.0) || style.groupOfKey.size() < static_cast<std::size_t>(layout.count()))
        return;
    DrawingRule rule = drawingRule(cloud, view);
    rule.opacity *= style.opacity;
    if (rule.density) {
        rasteriseDensity(cloud, style, view, canvas, band.top, band.bottom, scratch.density, level);
        return;
    }
    if (!scratch.sprites.matches(style.groups, rule.radius, rule.opacity))
        scratch.sprites = DiscSprites(style.groups, rule.radius, rule.opacity);
    if (!layout.dims) {
        drawDiscs(cloud, style.groupOfKey.data(), view, canvas, band, scratch.sprites, level);
        return;
    }
    for (const bool dimmed : {true, false}) // what is selected lies on top
        drawDiscs(cloud, groupsOf(style, layout, dimmed).data(), view, canvas, band, scratch.sprites, level);
}

void rasterise(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, const Canvas& canvas, RasterScratch& scratch)
{
    rasterise(cloud, style, view, canvas, {0, canvas.height}, scratch, bestSimdLevel());
}

} // namespace latentscape::ui
