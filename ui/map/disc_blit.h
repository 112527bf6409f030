// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/disc_sprites.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace latentscape::ui {

/// Pixels in memory, premultiplied ARGB32, not owned.
struct Canvas {
    std::uint32_t* pixels = nullptr;
    int width = 0, height = 0;
    std::ptrdiff_t stride = 0; ///< pixels from one row to the next
};

/// Instruction sets for the inner loops; all give the same pixels.
enum class SimdLevel { Portable, Sse2, Avx2 };

/// Levels this processor can run, slowest first.
[[nodiscard]] std::vector<SimdLevel> availableSimdLevels();
[[nodiscard]] SimdLevel bestSimdLevel();

/// Discs whose places are already known, in drawing order.
struct DiscBlock {
    static constexpr std::size_t kCapacity = 512;
    struct Disc {
        std::int32_t left = 0, top = 0; ///< of the sprite on the canvas; the left edge always fits, the top may not
        std::uint8_t group = 0, phase = 0; ///< phase: 4 · vertical + horizontal
    };
    std::array<Disc, kCapacity> discs;
    std::size_t count = 0;
};

/// Draws a block into rows [bandTop, bandBottom): ground · (256 − alpha) / 256 + sprite, byte by byte.
void blitDiscs(const DiscBlock& block, const DiscSprites& sprites, const Canvas& canvas, int bandTop, int bandBottom, SimdLevel level);

} // namespace latentscape::ui
