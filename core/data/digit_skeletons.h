// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace latentscape {

/// One point that the pen passes. Glyph space: the digit stands between y = 0 (top) and y = 1 (bottom), x = 0 is its middle.
struct Knot {
    float x = 0.0f;
    float y = 0.0f;
    bool corner = false; ///< the pen turns sharply here; otherwise the curve is smooth
};

/// The pen's way from touching the paper to leaving it: cubic Bézier curves through the knots.
using Stroke = std::span<const Knot>;

/// One way to write a digit.
struct DigitSkeleton {
    std::span<const Stroke> strokes;
    float share = 1.0f; ///< weight among the ways to write the same digit
};

/// All ways to write a digit. digit: 0 … 9.
[[nodiscard]] std::span<const DigitSkeleton> digitSkeletons(int digit) noexcept;

} // namespace latentscape
