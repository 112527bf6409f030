// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/colour_scale.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace latentscape {

namespace {

/// A colour at a position of the published scale of 256 steps.
struct Knot {
    double position;
    std::array<double, 3> colour;
};

// Knots between which straight lines stay within 1.6 levels of the published tables: chosen one by one where the error was largest.
// Both tables are in the public domain (CC0).
constexpr std::array<Knot, 16> kViridis{{{0, {68, 1, 84}},     {14, {72, 22, 104}},  {29, {72, 41, 121}},  {44, {68, 59, 132}},
                                         {57, {62, 74, 137}},  {90, {46, 109, 142}}, {129, {32, 146, 140}}, {143, {31, 159, 136}},
                                         {154, {35, 169, 131}}, {170, {53, 183, 121}}, {188, {86, 198, 103}}, {208, {132, 212, 75}},
                                         {231, {192, 223, 37}}, {238, {210, 226, 27}}, {246, {231, 228, 25}}, {255, {253, 231, 37}}}};
constexpr std::array<Knot, 17> kCividis{{{0, {0, 34, 78}},      {19, {0, 48, 111}},    {21, {0, 49, 112}},    {23, {1, 50, 113}},   {28, {18, 53, 112}},
                                         {34, {30, 58, 111}},   {52, {54, 70, 108}},   {84, {86, 92, 109}},   {126, {123, 122, 120}}, {147, {143, 138, 120}},
                                         {179, {174, 163, 113}}, {205, {201, 185, 101}}, {219, {217, 197, 92}}, {232, {231, 209, 80}}, {243, {243, 219, 66}},
                                         {251, {253, 227, 52}}, {255, {254, 232, 56}}}};

std::array<std::uint8_t, 3> colourAt(std::span<const Knot> knots, double t) noexcept
{
    const double position = t > 0.0 ? std::min(t, 1.0) * knots.back().position : 0.0; // NaN compares false
    std::size_t next = 1;
    while (knots[next].position < position)
        ++next;
    const Knot& below = knots[next - 1];
    const Knot& above = knots[next];
    const double share = (position - below.position) / (above.position - below.position);
    std::array<std::uint8_t, 3> colour{};
    for (std::size_t c = 0; c < colour.size(); ++c)
        colour[c] = static_cast<std::uint8_t>(std::lround(below.colour[c] + share * (above.colour[c] - below.colour[c])));
    return colour;
}

} // namespace

std::array<std::uint8_t, 3> viridis(double t) noexcept
{
    return colourAt(kViridis, t);
}

std::array<std::uint8_t, 3> cividis(double t) noexcept
{
    return colourAt(kCividis, t);
}

} // namespace latentscape
