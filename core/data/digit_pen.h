// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/digit_skeletons.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// A point of the flattened line with the pen's radius there, in pixels (pixel centres at whole numbers).
struct InkPoint {
    float x = 0.0f;
    float y = 0.0f;
    float radius = 0.0f;
};

/// Appends the curve through the knots, in pieces of at most pieceLength. The curve is a chain of cubic Bézier segments
/// whose handles follow the non-uniform Catmull–Rom rule (chord-length parameters); corners end it on both sides. radius stays 0.
void flattenStroke(Stroke knots, float pieceLength, std::vector<InkPoint>& line);

/// Sheet of paper of 28 × 28 pixels. Keeps for each pixel how deep it lies inside the ink (pixels), so that crossing
/// lines join without seams, and turns depth into grey once. A value type, used by one thread.
class DigitCanvas {
public:
    static constexpr int kSide = 28;

    void clear() noexcept;
    /// Draws one piece: a line with round ends whose radius changes evenly from a to b.
    void line(const InkPoint& a, const InkPoint& b) noexcept;
    /// Writes the grey values, row by row. softness: width of the edge in pixels; peak: grey of full ink, 0 … 255.
    void develop(float softness, float peak, std::span<std::uint8_t> out) const noexcept;

private:
    static constexpr int kBlock = 8;                 ///< pixels worked at once; a run may end past the right edge
    static constexpr int kStride = kSide + kBlock;

    std::array<float, static_cast<std::size_t>(kSide* kStride)> m_depth{};
};

} // namespace latentscape
