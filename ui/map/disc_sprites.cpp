// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/disc_sprites.h"

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

/// Share of a pixel that a disc covers, from the distance between the pixel's centre and the disc's: exact for a straight edge across it.
double coverage(double distance, double radius)
{
    return std::clamp(radius - distance + 0.5, 0.0, 1.0);
}

/// The same for a ring: what a smaller disc does not cover.
double coverage(double distance, double radius, bool hollow)
{
    constexpr double kHole = 0.55; // of the radius
    return coverage(distance, radius) - (hollow ? coverage(distance, radius * kHole) : 0.0);
}

/// Centre of phase p inside its pixel.
double phaseCentre(int p)
{
    return (p + 0.5) / DiscSprites::kPhases;
}

/// Where the ground factors of a pixel of a row are stored; see grounds().
std::size_t groundSlot(std::size_t column)
{
    constexpr std::array<std::size_t, 8> kOrder{0, 1, 4, 5, 2, 3, 6, 7};
    return column / 8 * 8 + kOrder[column % 8];
}

std::uint32_t premultiplied(std::uint32_t rgb, std::uint32_t alpha)
{
    const auto channel = [alpha](std::uint32_t c) { return (c * alpha + 127u) / 255u; };
    return alpha << 24 | channel(rgb >> 16 & 0xffu) << 16 | channel(rgb >> 8 & 0xffu) << 8 | channel(rgb & 0xffu);
}

} // namespace

DiscSprites::DiscSprites(const std::vector<ColourGroup>& groups, double radius, double opacity)
    : m_groups(groups)
    , m_radius(radius)
    , m_opacity(opacity)
{
    double largest = 0.0;
    for (const ColourGroup& group : groups)
        largest = std::max(largest, group.size);
    const double edge = radius * largest + 0.5; // nothing is covered from here on
    m_reach = -static_cast<int>(std::floor(phaseCentre(0) - edge - 0.5) + 1.0);
    const int last = static_cast<int>(std::ceil(phaseCentre(kPhases - 1) + edge - 0.5)) - 1;
    m_size = last + m_reach + 1;
    m_stride = (m_size + 7) / 8 * 8;
    m_pixels = static_cast<std::size_t>(m_size) * static_cast<std::size_t>(m_stride);

    struct Shape { // what a table of ground factors depends on
        double opacity, radius;
        bool hollow;
        bool operator==(const Shape&) const = default;
    };
    std::vector<Shape> shapes;
    for (const ColourGroup& group : groups) {
        const Shape own{opacity * group.emphasis, radius * group.size, group.hollow};
        const auto found = std::find(shapes.begin(), shapes.end(), own);
        m_table.push_back(static_cast<std::size_t>(found - shapes.begin()));
        if (found == shapes.end())
            shapes.push_back(own);
    }
    constexpr auto kAll = static_cast<std::size_t>(kPhases * kPhases);
    m_colours.assign(groups.size() * kAll * m_pixels, 0);
    m_grounds.assign(shapes.size() * kAll * m_pixels * 4, 256);

    std::vector<std::uint32_t> alphas(shapes.size());
    for (int py = 0; py < kPhases; ++py) {
        Rows& used = m_rows[static_cast<std::size_t>(py)];
        used.first = m_size;
        int end = 0;
        for (int px = 0; px < kPhases; ++px) {
            for (int row = 0; row < m_size; ++row) {
                for (int column = 0; column < m_size; ++column) {
                    const double dx = column - m_reach + 0.5 - phaseCentre(px);
                    const double dy = row - m_reach + 0.5 - phaseCentre(py);
                    const double distance = std::hypot(dx, dy);
                    if (coverage(distance, radius * largest) <= 0.0)
                        continue;
                    used.first = std::min(used.first, row);
                    end = std::max(end, row + 1);
                    const auto phase = static_cast<std::size_t>(py * kPhases + px);
                    const auto line = static_cast<std::size_t>(row * m_stride);
                    const auto pixel = line + static_cast<std::size_t>(column);
                    const auto slot = line + groundSlot(static_cast<std::size_t>(column));
                    for (std::size_t table = 0; table < shapes.size(); ++table) {
                        const Shape& shape = shapes[table];
                        alphas[table] = static_cast<std::uint32_t>(
                            std::lround(255.0 * coverage(distance, shape.radius, shape.hollow) * shape.opacity));
                        std::fill_n(m_grounds.data() + ((table * kAll + phase) * m_pixels + slot) * 4, 4,
                                    static_cast<std::uint16_t>(256 - alphas[table]));
                    }
                    for (std::size_t group = 0; group < groups.size(); ++group)
                        m_colours[(group * kAll + phase) * m_pixels + pixel] = premultiplied(groups[group].rgb, alphas[m_table[group]]);
                }
            }
        }
        used.count = std::max(0, end - used.first);
    }
}

bool DiscSprites::matches(const std::vector<ColourGroup>& groups, double radius, double opacity) const noexcept
{
    return !m_groups.empty() && m_radius == radius && m_opacity == opacity && m_groups == groups;
}

} // namespace latentscape::ui
