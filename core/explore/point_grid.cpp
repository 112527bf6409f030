// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/point_grid.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace latentscape {

namespace {

constexpr double kPointsPerCell = 2.0;

/// Cell of a coordinate, kept inside [0, count); a coordinate far outside must not overflow the conversion.
int cellOf(double value, double start, double size, int count) noexcept
{
    const double cell = std::floor((value - start) / size);
    return static_cast<int>(std::clamp(cell, 0.0, static_cast<double>(count - 1)));
}

} // namespace

PointGrid::PointGrid(std::span<const float> x, std::span<const float> y)
{
    assert(x.size() == y.size());
    const std::size_t count = x.size();
    double right = -std::numeric_limits<double>::infinity(), top = right;
    double left = -right, bottom = -right;
    std::size_t finite = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i]))
            continue;
        ++finite;
        left = std::min(left, static_cast<double>(x[i]));
        right = std::max(right, static_cast<double>(x[i]));
        bottom = std::min(bottom, static_cast<double>(y[i]));
        top = std::max(top, static_cast<double>(y[i]));
    }
    if (finite == 0)
        return;
    const double width = right - left, height = top - bottom;
    const double cells = std::max(1.0, static_cast<double>(finite) / kPointsPerCell);
    if (width > 0.0 && height > 0.0)
        m_columns = static_cast<int>(std::clamp(std::round(std::sqrt(cells * width / height)), 1.0, cells));
    else
        m_columns = width > 0.0 ? static_cast<int>(cells) : 1;
    m_rows = height > 0.0 ? static_cast<int>(std::max(1.0, std::floor(cells / m_columns))) : 1;
    m_left = left;
    m_bottom = bottom;
    m_cellWidth = width > 0.0 ? width / m_columns : 1.0;
    m_cellHeight = height > 0.0 ? height / m_rows : 1.0;

    // Counting sort: cell lists in one array, points of a cell in ascending order.
    constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> cellOfPoint(count, kNowhere);
    m_starts.assign(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows) + 1, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i]))
            continue;
        const int column = cellOf(static_cast<double>(x[i]), m_left, m_cellWidth, m_columns);
        const int row = cellOf(static_cast<double>(y[i]), m_bottom, m_cellHeight, m_rows);
        const auto cell = static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(m_columns) + static_cast<std::uint32_t>(column);
        cellOfPoint[i] = cell;
        ++m_starts[cell + 1];
    }
    for (std::size_t cell = 1; cell < m_starts.size(); ++cell)
        m_starts[cell] += m_starts[cell - 1];
    m_points.resize(finite);
    std::vector<std::uint32_t> next(m_starts.begin(), m_starts.end() - 1);
    for (std::size_t i = 0; i < count; ++i)
        if (cellOfPoint[i] != kNowhere)
            m_points[next[cellOfPoint[i]]++] = static_cast<std::uint32_t>(i);
}

std::optional<std::size_t> PointGrid::nearest(std::span<const float> x, std::span<const float> y, double px, double py, double scaleX,
                                              double scaleY, double radius) const
{
    if (m_points.empty() || !(scaleX > 0.0) || !(scaleY > 0.0) || !(radius >= 0.0) || !std::isfinite(px) || !std::isfinite(py))
        return std::nullopt;
    // One cell more on each side: rounding may put a point that lies on an edge into the next cell.
    const int firstColumn = std::max(0, cellOf(px - radius * scaleX, m_left, m_cellWidth, m_columns) - 1);
    const int lastColumn = std::min(m_columns - 1, cellOf(px + radius * scaleX, m_left, m_cellWidth, m_columns) + 1);
    const int firstRow = std::max(0, cellOf(py - radius * scaleY, m_bottom, m_cellHeight, m_rows) - 1);
    const int lastRow = std::min(m_rows - 1, cellOf(py + radius * scaleY, m_bottom, m_cellHeight, m_rows) + 1);
    const int centreColumn = std::clamp(cellOf(px, m_left, m_cellWidth, m_columns), firstColumn, lastColumn);
    const int centreRow = std::clamp(cellOf(py, m_bottom, m_cellHeight, m_rows), firstRow, lastRow);

    double best = radius * radius;
    std::optional<std::size_t> found;
    const auto visit = [&](int column, int row) {
        const std::size_t cell = static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) + static_cast<std::size_t>(column);
        for (std::uint32_t at = m_starts[cell]; at < m_starts[cell + 1]; ++at) {
            const std::size_t point = m_points[at];
            const double dx = (static_cast<double>(x[point]) - px) / scaleX;
            const double dy = (static_cast<double>(y[point]) - py) / scaleY;
            const double squared = dx * dx + dy * dy;
            if (squared < best || (squared == best && (!found || point < *found))) {
                best = squared;
                found = point;
            }
        }
    };
    // Rings around the centre cell. A side that has reached the last cell worth looking at hides nothing more.
    for (int ring = 0;; ++ring) {
        const int left = centreColumn - ring, right = centreColumn + ring, low = centreRow - ring, high = centreRow + ring;
        for (int column = std::max(left, firstColumn); column <= std::min(right, lastColumn); ++column) {
            if (low >= firstRow)
                visit(column, low);
            if (high <= lastRow && ring > 0)
                visit(column, high);
        }
        for (int row = std::max(low + 1, firstRow); row <= std::min(high - 1, lastRow); ++row) {
            if (left >= firstColumn)
                visit(left, row);
            if (right <= lastColumn)
                visit(right, row);
        }
        double beyond = std::numeric_limits<double>::infinity(); // pixels to the nearest cell not yet visited
        if (left > firstColumn)
            beyond = std::min(beyond, (px - (m_left + left * m_cellWidth)) / scaleX);
        if (right < lastColumn)
            beyond = std::min(beyond, (m_left + (right + 1) * m_cellWidth - px) / scaleX);
        if (low > firstRow)
            beyond = std::min(beyond, (py - (m_bottom + low * m_cellHeight)) / scaleY);
        if (high < lastRow)
            beyond = std::min(beyond, (m_bottom + (high + 1) * m_cellHeight - py) / scaleY);
        if (std::isinf(beyond))
            return found;
        beyond = beyond * (1.0 - 1e-9) - 1e-9 * std::max(m_cellWidth / scaleX, m_cellHeight / scaleY);
        if (beyond > 0.0 && beyond * beyond > best)
            return found;
    }
}

} // namespace latentscape
