// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace latentscape {

/// Uniform grid over 2-D points for picking on the map. Built off the GUI thread (60 000 points: about 0.5 ms), immutable afterwards.
/// Keeps a copy of nothing but cell lists: the coordinates given to build() must be passed to nearest() again.
class PointGrid {
public:
    PointGrid() = default;
    PointGrid(std::span<const float> x, std::span<const float> y);

    /// Index of the nearest point to (px, py) with sqrt((dx/scaleX)² + (dy/scaleY)²) ≤ radius, ties to the lower index.
    /// scaleX, scaleY: latent units a pixel, so that radius is in pixels.
    [[nodiscard]] std::optional<std::size_t> nearest(std::span<const float> x, std::span<const float> y, double px, double py,
                                                     double scaleX, double scaleY, double radius) const;

private:
    double m_left = 0.0, m_bottom = 0.0, m_cellWidth = 1.0, m_cellHeight = 1.0;
    int m_columns = 0, m_rows = 0;
    std::vector<std::uint32_t> m_starts; ///< [columns·rows + 1]
    std::vector<std::uint32_t> m_points;
};

} // namespace latentscape
