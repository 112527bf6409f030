// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/lasso.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace latentscape {

namespace {

constexpr int kCells = 512; // along each side of the polygon's bounding box
enum Cell : std::uint8_t { Outside, Inside, Crossed };

/// Even-odd rule: how often a ray to the right meets an edge.
bool contains(std::span<const PlanePoint> polygon, double x, double y) noexcept
{
    bool inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const PlanePoint &a = polygon[i], &b = polygon[j];
        if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

/// The bounding box in cells: which are inside as a whole, and which an edge crosses.
class PolygonMask {
public:
    explicit PolygonMask(std::span<const PlanePoint> polygon)
        : m_cells(static_cast<std::size_t>(kCells) * kCells, Outside)
    {
        m_left = m_right = polygon.front().x;
        m_bottom = m_top = polygon.front().y;
        for (const PlanePoint& p : polygon) {
            m_left = std::min(m_left, p.x);
            m_right = std::max(m_right, p.x);
            m_bottom = std::min(m_bottom, p.y);
            m_top = std::max(m_top, p.y);
        }
        m_scaleX = kCells / std::max(m_right - m_left, 1e-300);
        m_scaleY = kCells / std::max(m_top - m_bottom, 1e-300);
        for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++)
            cross(polygon[j], polygon[i]);
        fill(polygon);
    }

    [[nodiscard]] bool covers(double x, double y) const noexcept { return x >= m_left && x <= m_right && y >= m_bottom && y <= m_top; }
    [[nodiscard]] Cell at(double x, double y) const noexcept { return static_cast<Cell>(m_cells[index(column(x), row(y))]); }

private:
    [[nodiscard]] int column(double x) const noexcept { return std::clamp(static_cast<int>((x - m_left) * m_scaleX), 0, kCells - 1); }
    [[nodiscard]] int row(double y) const noexcept { return std::clamp(static_cast<int>((y - m_bottom) * m_scaleY), 0, kCells - 1); }
    [[nodiscard]] static std::size_t index(int column, int row) noexcept { return static_cast<std::size_t>(row) * kCells + static_cast<std::size_t>(column); }

    /// Marks every cell that the edge may touch, one row of cells after the other; a cell more on each side guards against rounding.
    void cross(PlanePoint a, PlanePoint b)
    {
        if (a.y > b.y)
            std::swap(a, b);
        const int first = std::max(row(a.y) - 1, 0), last = std::min(row(b.y) + 1, kCells - 1);
        for (int r = first; r <= last; ++r) {
            const double low = std::clamp(m_bottom + (r - 1) / m_scaleY, a.y, b.y), high = std::clamp(m_bottom + (r + 2) / m_scaleY, a.y, b.y);
            const auto xAt = [&](double y) { return b.y > a.y ? a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y) : a.x; };
            double from = xAt(low), to = xAt(high);
            if (!(b.y > a.y))
                to = b.x;
            if (from > to)
                std::swap(from, to);
            for (int c = std::max(column(from) - 1, 0); c <= std::min(column(to) + 1, kCells - 1); ++c)
                m_cells[index(c, r)] = Crossed;
        }
    }

    /// A cell that no edge touches is inside when an odd number of edges crosses the middle line of its row to the left of it.
    void fill(std::span<const PlanePoint> polygon)
    {
        const auto middle = [this](int r) { return m_bottom + (r + 0.5) / m_scaleY; };
        std::vector<std::vector<double>> crossings(kCells);
        for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
            const PlanePoint &a = polygon[i], &b = polygon[j];
            const int first = std::max(row(std::min(a.y, b.y)) - 1, 0), last = std::min(row(std::max(a.y, b.y)) + 1, kCells - 1);
            for (int r = first; r <= last; ++r)
                if (const double y = middle(r); (a.y > y) != (b.y > y))
                    crossings[static_cast<std::size_t>(r)].push_back((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x);
        }
        for (int r = 0; r < kCells; ++r) {
            std::vector<double>& line = crossings[static_cast<std::size_t>(r)];
            std::sort(line.begin(), line.end());
            std::size_t passed = 0;
            for (int c = 0; c < kCells; ++c) {
                const double x = m_left + (c + 0.5) / m_scaleX;
                while (passed < line.size() && line[passed] < x)
                    ++passed;
                if (std::uint8_t& cell = m_cells[index(c, r)]; cell != Crossed)
                    cell = passed % 2 == 1 ? Inside : Outside;
            }
        }
    }

    std::vector<std::uint8_t> m_cells;
    double m_left = 0.0, m_right = 0.0, m_bottom = 0.0, m_top = 0.0;
    double m_scaleX = 1.0, m_scaleY = 1.0;
};

} // namespace

std::vector<std::size_t> pointsInPolygon(std::span<const float> x, std::span<const float> y, std::span<const PlanePoint> polygon)
{
    std::vector<std::size_t> found;
    const auto finite = [](const PlanePoint& p) { return std::isfinite(p.x) && std::isfinite(p.y); };
    if (polygon.size() < 3 || !std::all_of(polygon.begin(), polygon.end(), finite))
        return found;
    const PolygonMask mask(polygon);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto px = static_cast<double>(x[i]), py = static_cast<double>(y[i]);
        if (!mask.covers(px, py)) // false for a NaN, too
            continue;
        const Cell cell = mask.at(px, py);
        if (cell == Inside || (cell == Crossed && contains(polygon, px, py)))
            found.push_back(i);
    }
    return found;
}

} // namespace latentscape
