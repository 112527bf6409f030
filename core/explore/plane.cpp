// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/plane.h"

#include "core/explore/symmetric_eigen.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace latentscape {

namespace {

template <typename A, typename B>
double dot(const A& a, const B& b) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

std::vector<double> meanOf(const LatentFrame& frame)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    std::vector<double> mean(latent, 0.0);
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const auto mu = frame.muOf(row);
        for (std::size_t k = 0; k < latent; ++k)
            mean[k] += static_cast<double>(mu[k]);
    }
    for (double& value : mean)
        value /= static_cast<double>(std::max<std::size_t>(frame.count(), 1));
    return mean;
}

std::vector<double> covarianceOf(const LatentFrame& frame, const std::vector<double>& mean)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    std::vector<double> covariance(latent * latent, 0.0);
    std::vector<double> centred(latent);
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const auto mu = frame.muOf(row);
        for (std::size_t k = 0; k < latent; ++k)
            centred[k] = static_cast<double>(mu[k]) - mean[k];
        for (std::size_t i = 0; i < latent; ++i)
            for (std::size_t j = i; j < latent; ++j)
                covariance[i * latent + j] += centred[i] * centred[j];
    }
    const double scale = 1.0 / static_cast<double>(std::max<std::size_t>(frame.count(), 1));
    for (std::size_t i = 0; i < latent; ++i)
        for (std::size_t j = i; j < latent; ++j)
            covariance[j * latent + i] = covariance[i * latent + j] *= scale;
    return covariance;
}

void negate(std::vector<double>& direction) noexcept
{
    for (double& value : direction)
        value = -value;
}

/// Makes the component of the largest size positive: a sign that does not depend on how the eigenvectors were found.
void makeLargestPositive(std::vector<double>& direction) noexcept
{
    const auto largest = std::max_element(direction.begin(), direction.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (largest != direction.end() && *largest < 0.0)
        negate(direction);
}

struct Direction {
    std::vector<double> axis;
    double explained = 0.0;
};

/// Keeps the picture steady between epochs: the pair is ordered and signed so that each direction turns as little as possible.
void pinTo(const Plane& previous, Direction& u, Direction& v) noexcept
{
    const double straight = std::abs(dot(u.axis, previous.u())) + std::abs(dot(v.axis, previous.v()));
    const double crossed = std::abs(dot(v.axis, previous.u())) + std::abs(dot(u.axis, previous.v()));
    if (crossed > straight)
        std::swap(u, v);
    if (dot(u.axis, previous.u()) < 0.0)
        negate(u.axis);
    if (dot(v.axis, previous.v()) < 0.0)
        negate(v.axis);
}

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
    const auto latent = static_cast<std::size_t>(frame.latent);
    Plane plane;
    plane.m_origin = meanOf(frame);
    const std::vector<double> covariance = covarianceOf(frame, plane.m_origin);
    double total = 0.0;
    for (std::size_t k = 0; k < latent; ++k)
        total += covariance[k * latent + k];

    const SymmetricEigen eigen = decomposeSymmetric(covariance, latent);
    const auto directionAt = [&](std::size_t rank) {
        Direction direction;
        direction.axis.assign(eigen.vectors.begin() + static_cast<std::ptrdiff_t>(rank * latent),
                              eigen.vectors.begin() + static_cast<std::ptrdiff_t>((rank + 1) * latent));
        direction.explained = total > 0.0 ? std::clamp(eigen.values[rank] / total, 0.0, 1.0) : 0.0;
        makeLargestPositive(direction.axis);
        return direction;
    };
    const bool pinned = previous != nullptr && previous->latent() == frame.latent;
    Direction u = directionAt(0);
    if (latent > 1) {
        Direction v = directionAt(1);
        if (pinned)
            pinTo(*previous, u, v);
        plane.m_v = std::move(v.axis);
        plane.m_explainedV = v.explained;
    } else if (pinned && dot(u.axis, previous->u()) < 0.0) {
        negate(u.axis);
    }
    plane.m_u = std::move(u.axis);
    plane.m_explainedU = u.explained;
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

std::vector<float> Plane::lift(PlanePoint p, std::span<const float> anchor) const
{
    const PlanePoint from = project(anchor);
    std::vector<float> z(anchor.begin(), anchor.end());
    for (std::size_t k = 0; k < z.size(); ++k) {
        double value = static_cast<double>(anchor[k]) + (p.x - from.x) * m_u[k];
        if (!m_v.empty())
            value += (p.y - from.y) * m_v[k];
        z[k] = static_cast<float>(value);
    }
    return z;
}

void Plane::project(const LatentFrame& frame, std::vector<float>& x, std::vector<float>& y) const
{
    const std::size_t count = frame.count();
    const auto latent = static_cast<std::size_t>(frame.latent);
    x.resize(count);
    y.resize(count);
    if (isAxisPair()) { // the common case is a strided copy; the sums below would cost L times as much
        const auto i = static_cast<std::size_t>(m_axisI);
        for (std::size_t row = 0; row < count; ++row)
            x[row] = frame.mu[row * latent + i];
        if (m_axisJ < 0)
            std::fill(y.begin(), y.end(), 0.0f);
        else
            for (std::size_t row = 0; row < count; ++row)
                y[row] = frame.mu[row * latent + static_cast<std::size_t>(m_axisJ)];
        return;
    }
    for (std::size_t row = 0; row < count; ++row) {
        const PlanePoint point = project(frame.muOf(row));
        x[row] = static_cast<float>(point.x);
        y[row] = static_cast<float>(point.y);
    }
}

} // namespace latentscape
