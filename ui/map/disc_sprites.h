// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/scatter_style.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace latentscape::ui {

/// Anti-aliased discs drawn once: for each colour group and each of 4 × 4 sub-pixel positions of the centre, premultiplied pixels and the
/// factors by which the ground shows through. A value; made and used by the raster functions.
class DiscSprites {
public:
    static constexpr int kPhases = 4; ///< sub-pixel positions along each axis

    DiscSprites() = default;
    /// radius in device pixels, of a group of size 1; opacity in (0, 1].
    DiscSprites(const std::vector<ColourGroup>& groups, double radius, double opacity);

    [[nodiscard]] bool matches(const std::vector<ColourGroup>& groups, double radius, double opacity) const noexcept;

    [[nodiscard]] int reach() const noexcept { return m_reach; }   ///< pixels from the centre's pixel to the sprite's left and top edge
    [[nodiscard]] int size() const noexcept { return m_size; }     ///< rows of a sprite
    [[nodiscard]] int stride() const noexcept { return m_stride; } ///< pixels a row, a multiple of 8: whole vectors
    /// Rows [first, first + count) of a sprite at vertical phase py hold something.
    struct Rows {
        int first = 0;
        int count = 0;
    };
    [[nodiscard]] Rows rows(int py) const noexcept { return m_rows[static_cast<std::size_t>(py)]; }
    /// [size · stride] premultiplied ARGB.
    [[nodiscard]] const std::uint32_t* colours(std::size_t group, int phase) const noexcept
    {
        return m_colours.data() + (group * kPhases * kPhases + static_cast<std::size_t>(phase)) * m_pixels;
    }
    /// [size · stride · 4]: 256 − alpha for each byte of the pixel; 256 where the disc does not reach. Eight pixels are stored in the
    /// order 0 1 4 5 2 3 6 7, in which AVX2 unpacks bytes (its unpacking stays inside halves of a register).
    [[nodiscard]] const std::uint16_t* grounds(std::size_t group, int phase) const noexcept
    {
        return m_grounds.data() + (m_table[group] * kPhases * kPhases + static_cast<std::size_t>(phase)) * m_pixels * 4;
    }

private:
    std::vector<ColourGroup> m_groups;
    double m_radius = 0.0, m_opacity = 0.0;
    int m_reach = 0, m_size = 0, m_stride = 0;
    std::size_t m_pixels = 0; ///< size · stride
    std::array<Rows, kPhases> m_rows{};
    std::vector<std::uint32_t> m_colours;
    std::vector<std::uint16_t> m_grounds;   ///< one table an opacity and shape, whatever the colour
    std::vector<std::size_t> m_table;       ///< of a group
};

} // namespace latentscape::ui
