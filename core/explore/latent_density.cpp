// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/latent_density.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace latentscape {

namespace {

constexpr std::size_t kMostSplats = 50'000;
constexpr double kReach = 4.0;         ///< σ: what lies farther out is left away (0.03 % of a splat's mass)
constexpr double kNarrowest = 0.5;     ///< σ in cells
constexpr double kLeastPrior = 0.01;   ///< of its peak: there a ratio is shown
constexpr double kEmptyRatio = 0.1;
constexpr double kLogRatioLimit = 2.0;

/// A posterior on the plane: centre and covariance, in latent units.
struct Projected {
    PlanePoint centre;
    double uu = 0.0, vv = 0.0, uv = 0.0;
};

std::optional<Projected> projected(const LatentFrame& frame, std::size_t row, const Plane& plane)
{
    const auto mu = frame.muOf(row);
    const auto logvar = frame.logvarOf(row);
    const auto u = plane.u();
    const auto v = plane.v();
    Projected out;
    out.centre = plane.project(mu);
    for (std::size_t k = 0; k < mu.size(); ++k) {
        const double variance = std::exp(static_cast<double>(logvar[k]));
        out.uu += variance * u[k] * u[k];
        if (v.empty())
            continue;
        out.vv += variance * v[k] * v[k];
        out.uv += variance * u[k] * v[k];
    }
    if (!std::isfinite(out.centre.x) || !std::isfinite(out.centre.y) || !std::isfinite(out.uu) || !std::isfinite(out.vv))
        return std::nullopt;
    return out;
}

/// Eigenvalues of [[uu, uv], [uv, vv]], larger first, and the angle of the larger one's direction.
struct Axes2 {
    double large = 0.0, small = 0.0, angle = 0.0;
};

Axes2 axesOf(double uu, double vv, double uv) noexcept
{
    const double middle = 0.5 * (uu + vv);
    const double apart = std::hypot(0.5 * (uu - vv), uv);
    return {middle + apart, std::max(middle - apart, 0.0), 0.5 * std::atan2(2.0 * uv, uu - vv)};
}

/// Cells of a row of the window whose centres lie within reach of at, in cell units; empty when first > last.
struct CellRange {
    int first = 0, last = -1;
};

CellRange cellsAround(double at, double reach, int cells) noexcept
{
    // Cut before the cast: a code far away would not fit an int.
    const double first = std::clamp(std::ceil(at - reach - 0.5), 0.0, static_cast<double>(cells));
    const double last = std::clamp(std::floor(at + reach - 0.5), -1.0, static_cast<double>(cells - 1));
    return {static_cast<int>(first), static_cast<int>(last)};
}

/// Adds peak·exp(−((i + ½) − at)² / (2σ²)) to the cells of a range: a Gaussian on equal steps is a product of a product.
void addBell(std::span<double> cells, const CellRange& range, double at, double sigma, double peak) noexcept
{
    if (range.first > range.last)
        return;
    const double precision = 1.0 / (sigma * sigma);
    const double offset = static_cast<double>(range.first) + 0.5 - at;
    double value = peak * std::exp(-0.5 * offset * offset * precision);
    double step = std::exp(-(offset + 0.5) * precision);
    const double bend = std::exp(-precision);
    for (int i = range.first; i <= range.last; ++i) {
        cells[static_cast<std::size_t>(i)] += value;
        value *= step;
        step *= bend;
    }
}

/// Collects splats on the window, in cell units: x to the right, y downwards.
class Canvas {
public:
    Canvas(const PlaneWindow& window, bool flat)
        : m_window(window), m_columns(window.columns), m_rows(flat ? 1 : window.rows), m_flat(flat),
          m_sums(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows), 0.0)
    {
    }

    void add(const Projected& splat)
    {
        const double cellsX = m_columns / (m_window.right - m_window.left);
        const double x = (splat.centre.x - m_window.left) * cellsX;
        if (m_flat) {
            const double sigma = std::max(std::sqrt(splat.uu) * cellsX, kNarrowest);
            addBell(m_sums, cellsAround(x, kReach * sigma, m_columns), x, sigma, cellsX / (sigma * std::sqrt(2.0 * std::numbers::pi)));
            return;
        }
        const double cellsY = m_window.rows / (m_window.top - m_window.bottom);
        const double y = (m_window.top - splat.centre.y) * cellsY;
        // Widened along its own axes, so that a thin oblique splat cannot fall between the cells' centres.
        const Axes2 axes = axesOf(splat.uu * cellsX * cellsX, splat.vv * cellsY * cellsY, -splat.uv * cellsX * cellsY);
        const double large = std::max(axes.large, kNarrowest * kNarrowest), small = std::max(axes.small, kNarrowest * kNarrowest);
        const double c = std::cos(axes.angle), s = std::sin(axes.angle);
        const double yy = large * s * s + small * c * c, xy = (large - small) * c * s;
        const double sigmaY = std::sqrt(yy), sigmaX = std::sqrt(large * small) / sigmaY; // of x when y is given
        const double peak = cellsX * cellsY / (2.0 * std::numbers::pi * std::sqrt(large * small));
        const CellRange rows = cellsAround(y, kReach * sigmaY, m_rows);
        for (int row = rows.first; row <= rows.last; ++row) {
            const double below = static_cast<double>(row) + 0.5 - y;
            const double t = below / sigmaY;
            const double centre = x + xy / yy * below;
            const CellRange columns = cellsAround(centre, std::sqrt(std::max(kReach * kReach - t * t, 0.0)) * sigmaX, m_columns);
            addBell(std::span(m_sums).subspan(static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns), static_cast<std::size_t>(m_columns)),
                    columns, centre, sigmaX, peak * std::exp(-0.5 * t * t));
        }
    }

    /// The mean over so many splats, for all rows of the window.
    [[nodiscard]] std::vector<float> mean(std::size_t splats) const
    {
        const double share = splats > 0 ? 1.0 / static_cast<double>(splats) : 0.0;
        std::vector<float> out(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_window.rows));
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(m_sums[i % m_sums.size()] * share);
        return out;
    }

private:
    const PlaneWindow& m_window;
    int m_columns, m_rows;
    bool m_flat; ///< one dimension: a single row of sums
    std::vector<double> m_sums;
};

PlanePoint priorsFoot(const Plane& plane)
{
    return plane.project(std::vector<float>(static_cast<std::size_t>(plane.latent()), 0.0f));
}

double priorAt(PlanePoint at, PlanePoint foot, bool flat) noexcept
{
    const double dx = at.x - foot.x, dy = flat ? 0.0 : at.y - foot.y;
    const double norm = flat ? std::sqrt(2.0 * std::numbers::pi) : 2.0 * std::numbers::pi;
    return std::exp(-0.5 * (dx * dx + dy * dy)) / norm;
}

/// Mass of a standard normal in each of so many equal cells between two values.
std::vector<double> priorShares(double from, double to, int cells)
{
    const auto below = [&](int cell) { return 0.5 * std::erfc(-(from + (to - from) * cell / cells) / std::numbers::sqrt2); };
    std::vector<double> shares;
    shares.reserve(static_cast<std::size_t>(cells));
    for (int cell = 0; cell < cells; ++cell)
        shares.push_back(below(cell + 1) - below(cell));
    return shares;
}

/// The part of a window where the prior has mass, in cells small enough to measure it: the window itself where it has such cells, no cells where
/// the two lie apart.
PlaneWindow measuringWindow(const PlaneWindow& window, PlanePoint foot, bool flat)
{
    constexpr double kCoarsest = 0.15, kFine = 0.1, kReachOfPrior = 4.0; // its density is shown down to 1 % of the peak, at 3.03
    const double width = (window.right - window.left) / window.columns, height = (window.top - window.bottom) / window.rows;
    if (width <= kCoarsest && (flat || height <= kCoarsest))
        return window;
    PlaneWindow fine = window;
    fine.left = std::max(window.left, foot.x - kReachOfPrior);
    fine.right = std::min(window.right, foot.x + kReachOfPrior);
    fine.columns = fine.left < fine.right ? static_cast<int>(std::ceil((fine.right - fine.left) / kFine)) : 0;
    if (flat) {
        fine.rows = 1;
        return fine;
    }
    fine.bottom = std::max(window.bottom, foot.y - kReachOfPrior);
    fine.top = std::min(window.top, foot.y + kReachOfPrior);
    fine.rows = fine.bottom < fine.top ? static_cast<int>(std::ceil((fine.top - fine.bottom) / kFine)) : 0;
    return fine;
}

[[maybe_unused]] bool isProper(const PlaneWindow& window)
{
    return window.columns > 0 && window.rows > 0 && window.right > window.left && window.top > window.bottom;
}

} // namespace

std::vector<float> aggregateDensity(const LatentFrame& frame, const Plane& plane, const PlaneWindow& window, std::stop_token stop)
{
    assert(frame.latent == plane.latent() && isProper(window));
    Canvas canvas(window, plane.v().empty());
    const std::size_t count = frame.count(), used = std::min(count, kMostSplats);
    std::size_t splats = 0;
    for (std::size_t i = 0; i < used; ++i) {
        if (i % 256 == 0 && stop.stop_requested())
            return {};
        if (const auto splat = projected(frame, i * count / used, plane)) {
            canvas.add(*splat);
            ++splats;
        }
    }
    return canvas.mean(splats);
}

std::vector<float> priorDensity(const Plane& plane, const PlaneWindow& window)
{
    assert(isProper(window));
    const bool flat = plane.v().empty();
    const PlanePoint foot = priorsFoot(plane);
    std::vector<float> density;
    density.reserve(static_cast<std::size_t>(window.columns) * static_cast<std::size_t>(window.rows));
    for (int row = 0; row < window.rows; ++row)
        for (int column = 0; column < window.columns; ++column)
            density.push_back(static_cast<float>(priorAt(window.centre(column, row), foot, flat)));
    return density;
}

PriorHoles priorHoles(const LatentFrame& frame, const Plane& plane, const PlaneWindow& window, std::stop_token stop)
{
    PriorHoles holes;
    const std::vector<float> aggregate = aggregateDensity(frame, plane, window, stop);
    if (aggregate.empty())
        return holes;
    const bool flat = plane.v().empty();
    const std::vector<float> prior = priorDensity(plane, window);
    const PlanePoint foot = priorsFoot(plane);
    const double shown = kLeastPrior * priorAt(foot, foot, flat);
    const std::vector<double> acrossColumns = priorShares(window.left - foot.x, window.right - foot.x, window.columns);
    // In one dimension every row says the same: each carries its share of the cell's mass.
    const std::vector<double> acrossRows = flat ? std::vector<double>(static_cast<std::size_t>(window.rows), 1.0 / window.rows)
                                                : priorShares(foot.y - window.top, foot.y - window.bottom, window.rows);
    holes.logRatio.resize(prior.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < prior.size(); ++i) {
        const auto expected = static_cast<double>(prior[i]);
        if (expected < shown)
            continue;
        const double ratio = static_cast<double>(aggregate[i]) / expected;
        holes.logRatio[i] = static_cast<float>(std::clamp(std::log10(ratio), -kLogRatioLimit, kLogRatioLimit)); // log10(0) is −∞: cut as well
        if (ratio < kEmptyRatio)
            holes.emptyMass += acrossColumns[i % acrossColumns.size()] * acrossRows[i / acrossColumns.size()];
    }
    const PlaneWindow fine = measuringWindow(window, foot, flat);
    if (fine != window) { // cells too coarse to tell where codes are
        const PriorHoles measured = fine.columns > 0 && fine.rows > 0 ? priorHoles(frame, plane, fine, stop) : PriorHoles{};
        if (stop.stop_requested())
            return {};
        holes.emptyMass = measured.emptyMass;
    }
    return holes;
}

PlaneEllipse posteriorEllipse(const LatentFrame& frame, std::size_t row, const Plane& plane)
{
    assert(frame.latent == plane.latent() && row < frame.count());
    const auto splat = projected(frame, row, plane);
    if (!splat)
        return {};
    const Axes2 axes = axesOf(splat->uu, splat->vv, splat->uv);
    return {splat->centre, std::sqrt(axes.large), std::sqrt(axes.small), axes.angle};
}

} // namespace latentscape
