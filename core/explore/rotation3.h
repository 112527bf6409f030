// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace latentscape {

/// A rotation of three-dimensional space as a unit quaternion. A value.
class Rotation3 {
public:
    Rotation3() = default; ///< none

    /// This rotation followed by a turn as by a drag over a trackball, in radians: horizontal turns about the screen's vertical axis (right
    /// brings the left side to the front), vertical about its horizontal axis (up brings the lower side to the front). Normalised.
    [[nodiscard]] Rotation3 turned(double horizontal, double vertical) const noexcept;
    /// Rows of the matrix: the screen's right, up and towards-the-person directions in the coordinates of the turned space. Orthonormal.
    [[nodiscard]] std::array<std::array<double, 3>, 3> rows() const noexcept;
    friend bool operator==(const Rotation3&, const Rotation3&) = default;

private:
    double m_w = 1.0, m_x = 0.0, m_y = 0.0, m_z = 0.0;
};

} // namespace latentscape
