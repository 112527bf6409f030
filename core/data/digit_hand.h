// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/digit_pen.h"
#include "core/data/generated_set.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

inline constexpr std::array<FactorName, 9> kDigitFactors = {{{"slant", "degrees"}, {"rotation", "degrees"}, {"scale", ""}, {"aspect", ""}, {"thickness", "pixels"},
                                                              {"shift x", "pixels"}, {"shift y", "pixels"}, {"waviness", "pixels"}, {"pressure", ""}}};

/// The known causes of one sample, in the order of kDigitFactors. Slant is positive to the right, rotation clockwise.
struct HandFactors {
    float slant = 0.0f;
    float rotation = 0.0f;
    float scale = 1.0f;
    float aspect = 1.0f;
    float thickness = 2.3f;
    float shiftX = 0.0f;
    float shiftY = 0.0f;
    float waviness = 0.0f;
    float pressure = 1.0f;

    [[nodiscard]] std::array<float, kDigitFactors.size()> values() const noexcept
    {
        return {slant, rotation, scale, aspect, thickness, shiftX, shiftY, waviness, pressure};
    }
};

/// Writes digits as people do: chooses a way to write, moves its knots a little, deforms the line, presses more or less.
/// Keeps its buffers between digits; used by one thread.
class DigitHand {
public:
    /// Draws one digit (0 … 9) into out (28 × 28 bytes) from random numbers of the stream alone; returns what was applied.
    HandFactors write(int digit, RandomStream& random, std::span<std::uint8_t> out);

private:
    void drawLine(const DigitSkeleton& skeleton, RandomStream& random);
    void press(const HandFactors& hand, RandomStream& random);
    void deform(const HandFactors& hand, RandomStream& random);
    void place(HandFactors& hand);

    std::vector<Knot> m_knots;
    std::vector<InkPoint> m_line;
    std::vector<std::size_t> m_ends; ///< one past the last point of each stroke in m_line
    DigitCanvas m_canvas;
};

} // namespace latentscape
