// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/grand_tour.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace latentscape {

namespace {

using Vector = std::vector<double>;

constexpr double kSmallestAngle = 0.3; // radians: nearer planes are not worth a leg

double dot(const Vector& a, const Vector& b) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += a[k] * b[k];
    return sum;
}

Vector mixed(const Vector& a, double weightA, const Vector& b, double weightB)
{
    Vector out(a.size());
    for (std::size_t k = 0; k < a.size(); ++k)
        out[k] = weightA * a[k] + weightB * b[k];
    return out;
}

void normalise(Vector& a)
{
    const double length = std::sqrt(dot(a, a));
    for (double& value : a)
        value /= length;
}

} // namespace

GrandTour::GrandTour(int latent, std::uint64_t seed)
    : m_latent(latent)
    , m_random(seed, StreamPurpose::Interface, /*substream=*/77)
{
    assert(latent >= 3);
    const auto size = static_cast<std::size_t>(latent);
    m_fromU.assign(size, 0.0);
    m_fromV.assign(size, 0.0);
    m_fromU[0] = 1.0;
    m_fromV[1] = 1.0;
    chooseNext();
}

/// A random plane, and the pairs of directions that turn into each other on the shortest way (the principal vectors of the two planes, by
/// the singular value decomposition of their 2 × 2 products). In three dimensions two planes share a line, so one angle is zero.
void GrandTour::chooseNext()
{
    const auto size = static_cast<std::size_t>(m_latent);
    for (;;) {
        Vector u(size), v(size);
        for (std::size_t k = 0; k < size; ++k) {
            u[k] = m_random.normal();
            v[k] = m_random.normal();
        }
        normalise(u);
        v = mixed(v, 1.0, u, -dot(u, v));
        normalise(v);
        const double a = dot(m_fromU, u), b = dot(m_fromU, v), c = dot(m_fromV, u), d = dot(m_fromV, v);
        // rotations of both pairs that make the products diagonal
        const double sum = std::atan2(c - b, a + d), difference = std::atan2(c + b, a - d);
        const double left = 0.5 * (difference + sum), right = 0.5 * (difference - sum);
        const Vector fromU = mixed(m_fromU, std::cos(left), m_fromV, std::sin(left));
        const Vector fromV = mixed(m_fromU, -std::sin(left), m_fromV, std::cos(left));
        Vector toU = mixed(u, std::cos(right), v, std::sin(right));
        Vector toV = mixed(u, -std::sin(right), v, std::cos(right));
        const auto direct = [](const Vector& from, Vector& to) { // the rest of to at a right angle to from, and the angle between the two
            double cosine = dot(from, to);
            if (cosine < 0.0) {
                for (double& value : to)
                    value = -value;
                cosine = -cosine;
            }
            const double angle = std::acos(std::min(1.0, cosine));
            to = mixed(to, 1.0, from, -cosine);
            const double length = std::sqrt(dot(to, to));
            if (length < 1e-9)
                return 0.0; // a shared line: it stays
            for (double& value : to)
                value /= length;
            return angle;
        };
        const double angleU = direct(fromU, toU), angleV = direct(fromV, toV);
        if (std::max(angleU, angleV) < kSmallestAngle)
            continue;
        m_fromU = fromU;
        m_fromV = fromV;
        m_towardsU = std::move(toU);
        m_towardsV = std::move(toV);
        m_angles = {angleU, angleV};
        m_turn = left;
        m_position = 0.0;
        return;
    }
}

void GrandTour::advance(double radians)
{
    if (!std::isfinite(radians))
        return;
    double left = std::max(0.0, radians);
    while (left > 0.0) {
        const double whole = std::max(m_angles[0], m_angles[1]);
        const double step = std::min(left, whole - m_position);
        m_position += step;
        left -= step;
        if (m_position < whole)
            return;
        Pair end = shown(); // the end of this leg is the beginning of the next one
        normalise(end.u);
        end.v = mixed(end.v, 1.0, end.u, -dot(end.u, end.v));
        normalise(end.v);
        m_fromU = std::move(end.u);
        m_fromV = std::move(end.v);
        chooseNext();
    }
}

GrandTour::Pair GrandTour::shown() const
{
    const double share = m_position / std::max(m_angles[0], m_angles[1]);
    const double angleU = share * m_angles[0], angleV = share * m_angles[1];
    const Vector u = mixed(m_fromU, std::cos(angleU), m_towardsU, std::sin(angleU)), v = mixed(m_fromV, std::cos(angleV), m_towardsV, std::sin(angleV));
    return {mixed(u, std::cos(m_turn), v, -std::sin(m_turn)), mixed(u, std::sin(m_turn), v, std::cos(m_turn))};
}

Plane GrandTour::plane(const std::vector<double>& origin) const
{
    Pair pair = shown();
    return Plane::spanning(PlaneKind::Tour, origin, std::move(pair.u), std::move(pair.v));
}

} // namespace latentscape
