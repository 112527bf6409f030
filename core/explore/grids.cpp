// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/grids.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace latentscape {

namespace {

/// Peter Acklam's rational approximation of the lower half, relative error below 1.15e-9.
double acklam(double p) noexcept
{
    if (p < 0.02425) {
        const double q = std::sqrt(-2.0 * std::log(p));
        return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q - 2.549732539343734e+00) * q
                 + 4.374664141464968e+00) * q + 2.938163982698783e+00)
            / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q + 3.754408661907416e+00) * q + 1.0);
    }
    const double q = p - 0.5;
    const double r = q * q;
    return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r + 1.383577518672690e+02) * r
             - 3.066479806614716e+01) * r + 2.506628277459239e+00) * q
        / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01) * r
            - 1.328068155288572e+01) * r + 1.0);
}

template <typename X, typename Y>
std::vector<float> gridOf(const Plane& plane, std::span<const float> anchor, int columns, int rows, X xAt, Y yAt)
{
    assert(columns >= 1 && rows >= 1);
    std::vector<float> codes;
    codes.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * anchor.size());
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const auto z = plane.lift(PlanePoint{xAt(column), yAt(rows - 1 - row)}, anchor); // the first row is the top one
            codes.insert(codes.end(), z.begin(), z.end());
        }
    return codes;
}

} // namespace

double inverseNormalCdf(double p)
{
    if (!(p > 0.0 && p < 1.0))
        return p == 0.0 ? -std::numeric_limits<double>::infinity()
                        : (p == 1.0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN());
    if (p == 0.5)
        return 0.0;
    if (p > 0.5)
        return -inverseNormalCdf(1.0 - p); // exact there, and erfc keeps its digits in the lower tail only
    const double x = acklam(p);
    const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
    const double step = error * std::sqrt(2.0 * std::numbers::pi) * std::exp(0.5 * x * x);
    return x - step / (1.0 + 0.5 * x * step);
}

std::vector<float> priorGrid(const Plane& plane, std::span<const float> anchor, int columns, int rows)
{
    // The prior is centred at z = 0, not at the plane's origin.
    double shiftX = 0.0, shiftY = 0.0;
    for (std::size_t k = 0; k < plane.u().size(); ++k)
        shiftX += plane.origin()[k] * plane.u()[k];
    for (std::size_t k = 0; k < plane.v().size(); ++k)
        shiftY += plane.origin()[k] * plane.v()[k];
    return gridOf(
        plane, anchor, columns, rows, [&](int i) { return inverseNormalCdf((i + 0.5) / columns) - shiftX; },
        [&](int i) { return inverseNormalCdf((i + 0.5) / rows) - shiftY; });
}

std::vector<float> windowGrid(const Plane& plane, std::span<const float> anchor, double left, double right, double bottom, double top,
                              int columns, int rows)
{
    return gridOf(
        plane, anchor, columns, rows, [&](int i) { return left + (right - left) * (i + 0.5) / columns; },
        [&](int i) { return bottom + (top - bottom) * (i + 0.5) / rows; });
}

} // namespace latentscape
