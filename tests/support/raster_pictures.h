// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/scatter_raster.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace latentscape::tests {

using namespace latentscape::ui;

inline RasterView viewOf(int width, int height, double ratio, double unitsAcross = 8.0)
{
    RasterView view;
    view.width = width;
    view.height = height;
    view.ratio = ratio;
    view.scaleX = view.scaleY = width / unitsAcross;
    view.left = -unitsAcross / 2;
    view.top = unitsAcross / 2 * height / width;
    return view;
}

inline std::vector<std::uint32_t> draw(const LatentCloud& cloud, const ScatterStyle& style, const RasterView& view, SimdLevel level, int bands = 1)
{
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.height), 0xdeadbeefu);
    const Canvas canvas{pixels.data(), view.width, view.height, view.width};
    RasterScratch scratch;
    for (int b = 0; b < bands; ++b)
        rasterise(cloud, style, view, canvas, {view.height * b / bands, view.height * (b + 1) / bands}, scratch, level);
    return pixels;
}

inline std::shared_ptr<const LatentCloud> singlePoint(float x, float y)
{
    return LatentCloud::fromPoints({x}, {y}, {0}, 1);
}

/// Sum of the differences of the three colours.
inline int distance(std::uint32_t a, std::uint32_t b)
{
    const auto part = [](std::uint32_t c, int shift) { return static_cast<int>(c >> shift & 0xff); };
    return std::abs(part(a, 16) - part(b, 16)) + std::abs(part(a, 8) - part(b, 8)) + std::abs(part(a, 0) - part(b, 0));
}

} // namespace latentscape::tests
