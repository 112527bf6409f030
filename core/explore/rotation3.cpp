// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/rotation3.h"

#include <cmath>

namespace latentscape {

Rotation3 Rotation3::turned(double horizontal, double vertical) const noexcept
{
    // the turn of the screen, applied after this rotation: q' = turn · q
    const double angle = std::hypot(horizontal, vertical);
    if (!(angle > 0.0) || !std::isfinite(angle))
        return *this;
    const double s = std::sin(angle / 2.0) / angle;
    const double w = std::cos(angle / 2.0), x = -vertical * s, y = horizontal * s; // about the screen's horizontal and vertical axes
    Rotation3 result;
    result.m_w = w * m_w - x * m_x - y * m_y;
    result.m_x = w * m_x + x * m_w + y * m_z;
    result.m_y = w * m_y + y * m_w - x * m_z;
    result.m_z = w * m_z + x * m_y - y * m_x;
    const double length = std::sqrt(result.m_w * result.m_w + result.m_x * result.m_x + result.m_y * result.m_y + result.m_z * result.m_z);
    result.m_w /= length;
    result.m_x /= length;
    result.m_y /= length;
    result.m_z /= length;
    return result;
}

std::array<std::array<double, 3>, 3> Rotation3::rows() const noexcept
{
    const double w = m_w, x = m_x, y = m_y, z = m_z;
    return {{{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
             {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
             {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}}};
}

} // namespace latentscape
