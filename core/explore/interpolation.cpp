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

/// Between b (t = 0) and c (t = 1) with neighbours a and d; knots grow with the square root of the distances, which keeps the curve from
/// looping and overshooting. Equal points share a knot and are passed over.
std::vector<float> catmullRom(std::span<const float> a, std::span<const float> b, std::span<const float> c, std::span<const float> d, double t)
{
    const auto knot = [](std::span<const float> from, std::span<const float> to) {
        double sum = 0.0;
        for (std::size_t k = 0; k < from.size(); ++k) {
            const double difference = static_cast<double>(to[k]) - static_cast<double>(from[k]);
            sum += difference * difference;
        }
        return std::pow(sum, 0.25);
    };
    const double t0 = 0.0, t1 = t0 + knot(a, b), t2 = t1 + knot(b, c), t3 = t2 + knot(c, d);
    if (!(t2 > t1))
        return {b.begin(), b.end()};
    const double at = t1 + t * (t2 - t1);
    const auto between = [](double from, double to, double fromKnot, double toKnot, double place) {
        return toKnot > fromKnot ? ((toKnot - place) * from + (place - fromKnot) * to) / (toKnot - fromKnot) : to;
    };
    std::vector<float> out(b.size());
    for (std::size_t k = 0; k < out.size(); ++k) {
        const double pa = static_cast<double>(a[k]), pb = static_cast<double>(b[k]), pc = static_cast<double>(c[k]), pd = static_cast<double>(d[k]);
        const double ab = between(pa, pb, t0, t1, at), bc = between(pb, pc, t1, t2, at);
        const double cd = t3 > t2 ? between(pc, pd, t2, t3, at) : pc;
        const double abc = between(ab, bc, t0, t2, at), bcd = between(bc, cd, t1, t3, at);
        out[k] = static_cast<float>(between(abc, bcd, t1, t2, at));
    }
    return out;
}

/// The point at a place counted in legs, 0 … legs().
std::vector<float> pointAt(const LatentPath& path, double place)
{
    const auto width = static_cast<std::size_t>(path.latent);
    const std::size_t count = path.anchorCount();
    assert(count >= 2 && path.anchors.size() == count * width);
    const std::size_t leg = std::min(static_cast<std::size_t>(place), path.legs() - 1);
    const double within = place - static_cast<double>(leg);
    const auto anchor = [&](std::size_t k) { return path.anchors.subspan((k % count) * width, width); };
    if (path.method != Interpolation::Spline || count < 3 || within <= 0.0 || within >= 1.0)
        return interpolate(anchor(leg), anchor(leg + 1), within, path.method);
    // the neighbours on both sides; where an open way has none, the leg's own direction goes on
    const bool first = !path.closed && leg == 0, last = !path.closed && leg + 2 == count;
    const auto copied = [](std::span<const float> point) { return std::vector<float>(point.begin(), point.end()); };
    const std::vector<float> before = first ? lerp(anchor(0), anchor(1), -1.0) : copied(anchor(leg + count - 1));
    const std::vector<float> after = last ? lerp(anchor(leg), anchor(leg + 1), 2.0) : copied(anchor(leg + 2));
    return catmullRom(before, anchor(leg), anchor(leg + 1), after, within);
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

std::vector<float> pointOnPath(const LatentPath& path, double t)
{
    return pointAt(path, std::clamp(t, 0.0, 1.0) * static_cast<double>(path.legs()));
}

std::vector<float> interpolatePath(const LatentPath& path, std::size_t steps)
{
    assert(steps >= 2);
    const auto legs = static_cast<double>(path.legs()), last = static_cast<double>(path.closed ? steps : steps - 1);
    std::vector<float> codes;
    codes.reserve(steps * static_cast<std::size_t>(path.latent));
    for (std::size_t i = 0; i < steps; ++i) {
        const std::vector<float> point = pointAt(path, static_cast<double>(i) * legs / last); // multiplied first: anchors are met exactly
        codes.insert(codes.end(), point.begin(), point.end());
    }
    return codes;
}

} // namespace latentscape
