// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/plane.h"

#include "core/explore/symmetric_eigen.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace latentscape {

namespace {

using Vector = std::vector<double>;

template <typename A, typename B>
double dot(const A& a, const B& b) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

/// a without its part along unit.
void removeAlong(Vector& a, const Vector& unit)
{
    const double along = dot(a, unit);
    for (std::size_t k = 0; k < a.size(); ++k)
        a[k] -= along * unit[k];
}

bool normalise(Vector& a)
{
    const double length = std::sqrt(dot(a, a));
    if (!(length > 1e-9))
        return false;
    for (double& value : a)
        value /= length;
    return true;
}

/// A unit vector at a right angle to u: the axis that lies farthest from it, made orthogonal.
Vector anyPerpendicular(const Vector& u)
{
    const auto least = std::min_element(u.begin(), u.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    Vector v(u.size(), 0.0);
    v[static_cast<std::size_t>(least - u.begin())] = 1.0;
    removeAlong(v, u);
    normalise(v);
    return v;
}

/// Projections of all rows on up to three directions, in single precision: what is drawn needs no more. Four sums side by side, because a
/// compiler must not reorder the terms of one. Origin first: far from 0 the difference of two large sums would lose its digits.
template <std::size_t N>
void projectRows(const LatentFrame& frame, const Vector& origin, const std::array<const Vector*, N>& directions, const std::array<std::vector<float>*, N>& out)
{
    constexpr std::size_t kLanes = 4;
    const std::size_t latent = origin.size(), whole = latent / kLanes * kLanes, count = frame.count();
    const std::vector<float> from(origin.begin(), origin.end());
    std::array<std::vector<float>, N> narrow;
    for (std::size_t d = 0; d < N; ++d) {
        narrow[d].assign(directions[d]->begin(), directions[d]->end());
        out[d]->resize(count);
    }
    const float* mu = frame.mu.data();
    for (std::size_t row = 0; row < count; ++row, mu += latent) {
        std::array<std::array<float, kLanes>, N> sums{};
        for (std::size_t k = 0; k < whole; k += kLanes)
            for (std::size_t d = 0; d < N; ++d)
                for (std::size_t lane = 0; lane < kLanes; ++lane)
                    sums[d][lane] += (mu[k + lane] - from[k + lane]) * narrow[d][k + lane];
        for (std::size_t d = 0; d < N; ++d) {
            float sum = (sums[d][0] + sums[d][1]) + (sums[d][2] + sums[d][3]);
            for (std::size_t k = whole; k < latent; ++k)
                sum += (mu[k] - from[k]) * narrow[d][k];
            (*out[d])[row] = sum;
        }
    }
}

/// Sums over numbers that are seen once.
struct Spread {
    double sum = 0.0, squares = 0.0;
    void add(double value) noexcept
    {
        sum += value;
        squares += value * value;
    }
    [[nodiscard]] double variance(double count) const noexcept { return std::max(0.0, squares / count - sum / count * (sum / count)); }
};

} // namespace

Plane Plane::axes(int latent, int i, int j)
{
    assert(latent >= 1 && i >= 0 && i < latent);
    assert(latent == 1 || (j >= 0 && j < latent && i != j));
    const auto size = static_cast<std::size_t>(latent);
    Plane plane;
    plane.m_origin.assign(size, 0.0);
    plane.m_u.assign(size, 0.0);
    plane.m_u[static_cast<std::size_t>(i)] = 1.0;
    plane.m_axisI = i;
    if (latent > 1) {
        plane.m_v.assign(size, 0.0);
        plane.m_v[static_cast<std::size_t>(j)] = 1.0;
        plane.m_axisJ = j;
    }
    return plane;
}

Plane Plane::principal(const LatentFrame& frame, const Plane* previous)
{
    PrincipalBasis before;
    const bool pinned = previous != nullptr && previous->latent() == frame.latent;
    if (pinned) {
        before.origin = previous->m_origin;
        before.directions = previous->m_u;
        before.directions.insert(before.directions.end(), previous->m_v.begin(), previous->m_v.end());
        before.explained.assign(previous->m_v.empty() ? 1 : 2, 0.0);
    }
    return principal(principalBasis(frame, 2, pinned ? &before : nullptr));
}

Plane Plane::principal(const PrincipalBasis& basis)
{
    assert(basis.rank() >= 1);
    Plane plane;
    plane.m_kind = PlaneKind::Principal;
    plane.m_origin = basis.origin;
    plane.m_u.assign(basis.direction(0).begin(), basis.direction(0).end());
    plane.m_explainedU = basis.explained[0];
    if (basis.rank() > 1) {
        plane.m_v.assign(basis.direction(1).begin(), basis.direction(1).end());
        plane.m_explainedV = basis.explained[1];
    } else if (basis.latent() > 1) {
        plane.m_v = anyPerpendicular(plane.m_u);
    }
    return plane;
}

Plane Plane::rotated(const PrincipalBasis& basis, const Rotation3& rotation)
{
    assert(basis.rank() >= 3);
    Plane plane;
    plane.m_kind = PlaneKind::Rotation;
    plane.m_origin = basis.origin;
    const auto rows = rotation.rows();
    const std::size_t size = basis.origin.size();
    Vector* const directions[] = {&plane.m_u, &plane.m_v, &plane.m_w};
    double* const shares[] = {&plane.m_explainedU, &plane.m_explainedV, nullptr};
    for (std::size_t r = 0; r < 3; ++r) {
        directions[r]->assign(size, 0.0);
        for (int axis = 0; axis < 3; ++axis) {
            const double weight = rows[r][static_cast<std::size_t>(axis)];
            for (std::size_t k = 0; k < size; ++k)
                (*directions[r])[k] += weight * basis.direction(axis)[k];
            if (shares[r] != nullptr) // principal coordinates do not correlate: their variances add
                *shares[r] += weight * weight * basis.explained[static_cast<std::size_t>(axis)];
        }
    }
    return plane;
}

Plane Plane::attribute(const PrincipalBasis& basis, std::span<const float> direction)
{
    Vector u(direction.begin(), direction.end());
    normalise(u);
    // Without u the codes inside the basis are the sum of independent parts along what is left of its directions, scaled by their
    // deviations. The first principal direction of that sum follows from the products of the parts.
    const auto rank = static_cast<std::size_t>(basis.rank());
    std::vector<Vector> parts(rank);
    for (std::size_t r = 0; r < rank; ++r) {
        const auto axis = basis.direction(static_cast<int>(r));
        parts[r].assign(axis.begin(), axis.end());
        removeAlong(parts[r], u);
        const double deviation = std::sqrt(std::max(basis.explained[r], 1e-12)); // no variance at all: the directions in their order
        for (double& value : parts[r])
            value *= deviation;
    }
    Vector products(rank * rank);
    for (std::size_t a = 0; a < rank; ++a)
        for (std::size_t b = 0; b < rank; ++b)
            products[a * rank + b] = dot(parts[a], parts[b]);
    const SymmetricEigen eigen = decomposeSymmetric(products, rank);
    Vector v(u.size(), 0.0);
    std::size_t main = 0; // the direction that v is made of most: v points the way it does
    for (std::size_t r = 0; r < rank; ++r) {
        for (std::size_t k = 0; k < v.size(); ++k)
            v[k] += eigen.vectors[r] * parts[r][k];
        if (std::abs(eigen.vectors[r]) > std::abs(eigen.vectors[main]) + 1e-12)
            main = r;
    }
    if (eigen.vectors[main] < 0.0)
        for (double& value : v)
            value = -value;
    return spanning(PlaneKind::Attribute, basis.origin, std::move(u), std::move(v));
}

Plane Plane::spanning(PlaneKind kind, std::vector<double> origin, std::vector<double> u, std::vector<double> v)
{
    Plane plane;
    plane.m_kind = kind;
    plane.m_origin = std::move(origin);
    if (!normalise(u)) {
        u.assign(plane.m_origin.size(), 0.0);
        u.front() = 1.0;
    }
    if (u.size() > 1) {
        v.resize(u.size(), 0.0);
        normalise(v);
        removeAlong(v, u);
        if (!normalise(v))
            v = anyPerpendicular(u);
        removeAlong(v, u); // once more, for the rounding of the first time
        normalise(v);
        plane.m_v = std::move(v);
    }
    plane.m_u = std::move(u);
    return plane;
}

PlanePoint Plane::project(std::span<const float> z) const noexcept
{
    PlanePoint point;
    for (std::size_t k = 0; k < m_origin.size(); ++k)
        point.x += (static_cast<double>(z[k]) - m_origin[k]) * m_u[k];
    for (std::size_t k = 0; k < m_v.size(); ++k)
        point.y += (static_cast<double>(z[k]) - m_origin[k]) * m_v[k];
    return point;
}

double Plane::depth(std::span<const float> z) const noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < m_w.size(); ++k)
        sum += (static_cast<double>(z[k]) - m_origin[k]) * m_w[k];
    return sum;
}

std::vector<float> Plane::lift(PlanePoint p, std::span<const float> anchor) const
{
    return lift(p, anchor, {});
}

std::vector<float> Plane::lift(PlanePoint p, std::span<const float> anchor, std::span<const std::uint8_t> locked) const
{
    const PlanePoint from = project(anchor);
    double alongU = p.x - from.x, alongV = m_v.empty() ? 0.0 : p.y - from.y;
    const auto isFree = [&](std::size_t k) { return locked.empty() || locked[k] == 0; };
    const bool any = std::any_of(locked.begin(), locked.end(), [](std::uint8_t lock) { return lock != 0; });
    if (any) {
        // the least move Δ of the free dimensions with ([u v]ᵀ Δ) = (alongU, alongV): Δ = [u v] G⁻¹ (…), G their Gram matrix; where G is
        // singular the part of the move that lies in its range
        double uu = 0.0, uv = 0.0, vv = 0.0;
        for (std::size_t k = 0; k < m_u.size(); ++k) {
            if (!isFree(k))
                continue;
            uu += m_u[k] * m_u[k];
            if (!m_v.empty()) {
                uv += m_u[k] * m_v[k];
                vv += m_v[k] * m_v[k];
            }
        }
        const double mean = 0.5 * (uu + vv), spread = std::hypot(0.5 * (uu - vv), uv);
        const double angle = 0.5 * std::atan2(2.0 * uv, uu - vv);
        const double c = std::cos(angle), s = std::sin(angle);
        const auto divided = [](double value, double by) { return by > 1e-9 ? value / by : 0.0; };
        const double first = divided(c * alongU + s * alongV, mean + spread), second = divided(-s * alongU + c * alongV, mean - spread);
        alongU = c * first - s * second;
        alongV = s * first + c * second;
    }
    std::vector<float> z(anchor.begin(), anchor.end());
    for (std::size_t k = 0; k < z.size(); ++k) {
        if (!isFree(k))
            continue;
        double value = static_cast<double>(anchor[k]) + alongU * m_u[k];
        if (!m_v.empty())
            value += alongV * m_v[k];
        z[k] = static_cast<float>(value);
    }
    return z;
}

void Plane::project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y) const
{
    const std::size_t count = frame.count();
    const auto latent = static_cast<std::size_t>(frame.latent);
    if (!isAxisPair()) {
        if (m_v.empty()) {
            projectRows<1>(frame, m_origin, {&m_u}, {&x});
            y.assign(count, 0.0f);
        } else {
            projectRows<2>(frame, m_origin, {&m_u, &m_v}, {&x, &y});
        }
        return;
    }
    x.resize(count); // the common case is a strided copy; sums would cost L times as much
    y.resize(count);
    const auto i = static_cast<std::size_t>(m_axisI);
    for (std::size_t row = 0; row < count; ++row)
        x[row] = frame.mu[row * latent + i];
    if (m_axisJ < 0)
        std::fill(y.begin(), y.end(), 0.0f);
    else
        for (std::size_t row = 0; row < count; ++row)
            y[row] = frame.mu[row * latent + static_cast<std::size_t>(m_axisJ)];
}

void Plane::project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y, std::vector<float>& depth) const
{
    if (hasDepth()) {
        projectRows<3>(frame, m_origin, {&m_u, &m_v, &m_w}, {&x, &y, &depth});
        return;
    }
    project(frame, x, y);
    depth.clear();
}

void Plane::explain(const LatentFrame& frame)
{
    std::vector<Spread> axes(m_origin.size());
    Spread alongU, alongV;
    double count = 0.0;
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const auto mu = frame.muOf(row);
        const PlanePoint at = project(mu);
        if (!std::isfinite(at.x) || !std::isfinite(at.y)) // a code that is not finite
            continue;
        for (std::size_t k = 0; k < axes.size(); ++k)
            axes[k].add(static_cast<double>(mu[k]) - m_origin[k]);
        alongU.add(at.x);
        alongV.add(at.y);
        count += 1.0;
    }
    double total = 0.0;
    for (const Spread& axis : axes)
        total += count > 0.0 ? axis.variance(count) : 0.0;
    m_explainedU = total > 0.0 ? std::clamp(alongU.variance(count) / total, 0.0, 1.0) : 0.0;
    m_explainedV = total > 0.0 ? std::clamp(alongV.variance(count) / total, 0.0, 1.0) : 0.0;
}

} // namespace latentscape
