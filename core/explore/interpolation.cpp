// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/interpolation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace latentscape {

namespace {

constexpr double kTinySine = 1e-6; // below it sin(tω)/sin(ω) loses its digits

double length(std::span<const float> a) noexcept
{
    double sum = 0.0;
    for (const float value : a)
        sum += static_cast<double>(value) * static_cast<double>(value);
    return std::sqrt(sum);
}

std::vector<float> lerp(std::span<const float> a, std::span<const float> b, double t)
{
    std::vector<float> out(a.size());
    for (std::size_t k = 0; k < a.size(); ++k)
        out[k] = static_cast<float>((1.0 - t) * static_cast<double>(a[k]) + t * static_cast<double>(b[k]));
    return out;
}

/// Unit vector perpendicular to the unit vector along a: the axis of a's smallest component, made orthogonal.
std::vector<double> fixedPerpendicular(const std::vector<double>& unit)
{
    const auto smallest = std::min_element(unit.begin(), unit.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
    const double along = *smallest;
    std::vector<double> out(unit.size());
    for (std::size_t k = 0; k < unit.size(); ++k)
        out[k] = -along * unit[k];
    out[static_cast<std::size_t>(smallest - unit.begin())] += 1.0;
    double sum = 0.0;
    for (const double value : out)
        sum += value * value;
    for (double& value : out)
        value /= std::sqrt(sum);
    return out;
}

std::vector<float> slerp(std::span<const float> a, std::span<const float> b, double t)
{
    const double lengthA = length(a);
    const double lengthB = length(b);
    if (!(lengthA > 0.0) || !(lengthB > 0.0) || a.size() < 2)
        return lerp(a, b, t);
    std::vector<double> from(a.size()), to(a.size());
    double cosine = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        from[k] = static_cast<double>(a[k]) / lengthA;
        to[k] = static_cast<double>(b[k]) / lengthB;
        cosine += from[k] * to[k];
    }
    const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
    const double sine = std::sin(angle);
    double weightFrom = std::cos(std::numbers::pi * t);
    double weightTo = std::sin(std::numbers::pi * t);
    if (sine > kTinySine) {
        weightFrom = std::sin((1.0 - t) * angle) / sine;
        weightTo = std::sin(t * angle) / sine;
    } else if (cosine > 0.0) {
        return lerp(a, b, t);
    } else {
        to = fixedPerpendicular(from); // half a turn has no plane of its own
    }
    const double scale = (1.0 - t) * lengthA + t * lengthB;
    std::vector<float> out(a.size());
    for (std::size_t k = 0; k < a.size(); ++k)
        out[k] = static_cast<float>(scale * (weightFrom * from[k] + weightTo * to[k]));
    return out;
}

} // namespace

std::vector<float> interpolate(std::span<const float> a, std::span<const float> b, double t, Interpolation method)
{
    assert(a.size() == b.size());
    if (t <= 0.0)
        return {a.begin(), a.end()};
    if (t >= 1.0)
        return {b.begin(), b.end()};
    return method == Interpolation::Spherical ? slerp(a, b, t) : lerp(a, b, t);
}

std::vector<float> interpolatePath(std::span<const float> anchors, int latent, std::size_t steps, Interpolation method)
{
    const auto width = static_cast<std::size_t>(latent);
    const std::size_t count = anchors.size() / width;
    assert(count >= 2 && steps >= 2 && anchors.size() == count * width);
    std::vector<float> path;
    path.reserve(steps * width);
    for (std::size_t i = 0; i < steps; ++i) {
        const double position = static_cast<double>(i) * static_cast<double>(count - 1) / static_cast<double>(steps - 1);
        const std::size_t leg = std::min(static_cast<std::size_t>(position), count - 2);
        const auto point = interpolate(anchors.subspan(leg * width, width), anchors.subspan((leg + 1) * width, width),
                                       position - static_cast<double>(leg), method);
        path.insert(path.end(), point.begin(), point.end());
    }
    return path;
}

} // namespace latentscape
