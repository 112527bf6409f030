// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/plane.h"
#include "support/latent_cloud.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

const std::vector<std::vector<double>> kTurned{{0.6, 0.8, 0.0}, {-0.8, 0.6, 0.0}, {0.0, 0.0, 1.0}};

/// L orthonormal random directions.
std::vector<std::vector<double>> randomBasis(std::size_t latent, RandomStream& stream)
{
    std::vector<std::vector<double>> rows(latent, std::vector<double>(latent));
    for (std::size_t r = 0; r < latent; ++r) {
        for (double& value : rows[r])
            value = stream.normal();
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t q = 0; q < r; ++q) {
                const double along = dotOf(rows[r], rows[q]);
                for (std::size_t k = 0; k < latent; ++k)
                    rows[r][k] -= along * rows[q][k];
            }
        const double length = std::sqrt(dotOf(rows[r], rows[r]));
        for (double& value : rows[r])
            value /= length;
    }
    return rows;
}

bool orthonormal(const Plane& plane)
{
    std::vector<std::span<const double>> directions{plane.u(), plane.v()};
    if (plane.hasDepth())
        directions.push_back(plane.w());
    for (std::size_t a = 0; a < directions.size(); ++a)
        for (std::size_t b = 0; b < directions.size(); ++b)
            if (std::abs(dotOf(directions[a], directions[b]) - (a == b ? 1.0 : 0.0)) > 1e-12)
                return false;
    return true;
}

} // namespace

class TestPlane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void axes_projectAndLift_moveOnlyTheTwo()
    {
        const Plane plane = Plane::axes(5, 3, 1);
        QVERIFY(plane.isAxisPair());
        const std::vector<float> anchor{1, 2, 3, 4, 5};
        const PlanePoint at = plane.project(anchor);
        QCOMPARE(at.x, 4.0);
        QCOMPARE(at.y, 2.0);
        QCOMPARE(plane.lift({-1.5, 0.25}, anchor), (std::vector<float>{1, 0.25f, 3, -1.5f, 5}));
    }

    void lift_randomPlanes_projectsBackAndKeepsTheRest()
    {
        RandomStream stream(3, StreamPurpose::Interface);
        for (const int latent : {2, 3, 8, 20}) {
            LatentFrame frame;
            frame.latent = latent;
            for (int i = 0; i < 300; ++i) {
                frame.indices.push_back(i);
                for (int k = 0; k < latent; ++k)
                    frame.mu.push_back(static_cast<float>(stream.normal() * (latent - k)));
            }
            const Plane plane = Plane::principal(frame, nullptr);
            for (int trial = 0; trial < 100; ++trial) {
                std::vector<float> anchor(static_cast<std::size_t>(latent));
                stream.fillNormal(anchor);
                const PlanePoint wanted{stream.uniform(-4, 4), stream.uniform(-4, 4)};
                const auto z = plane.lift(wanted, anchor);
                const PlanePoint back = plane.project(z);
                QVERIFY(std::abs(back.x - wanted.x) < 1e-5 && std::abs(back.y - wanted.y) < 1e-5);
                // What is moved lies in the plane: the difference has nothing outside u and v.
                const PlanePoint from = plane.project(anchor);
                for (std::size_t k = 0; k < z.size(); ++k) {
                    const double inPlane = (back.x - from.x) * plane.u()[k] + (back.y - from.y) * plane.v()[k];
                    QVERIFY(std::abs(static_cast<double>(z[k]) - static_cast<double>(anchor[k]) - inPlane) < 1e-5);
                }
            }
        }
    }

    void principal_knownCloud_findsDirectionsAndShares()
    {
        const LatentFrame frame = latentCloud(kTurned, {3.0, 2.0, 0.5}, 5.0, 1);
        const Plane plane = Plane::principal(frame, nullptr);
        QVERIFY(!plane.isAxisPair());
        QVERIFY(std::abs(dotOf(plane.u(), kTurned[0])) > 0.995);
        QVERIFY(std::abs(dotOf(plane.v(), kTurned[1])) > 0.995);
        QVERIFY(std::abs(plane.explainedU() - 9.0 / 13.25) < 0.03);
        QVERIFY(std::abs(plane.explainedV() - 4.0 / 13.25) < 0.03);
        QVERIFY(std::abs(plane.origin()[0] - 5.0) < 0.2);
        std::vector<float> x, y;
        plane.project(frame, x, y);
        double meanX = 0.0, crossed = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            meanX += static_cast<double>(x[i]);
            crossed += static_cast<double>(x[i]) * static_cast<double>(y[i]);
        }
        QVERIFY(std::abs(meanX / 4000.0) < 1e-4);
        QVERIFY(std::abs(crossed / 4000.0) < 1e-3); // principal coordinates do not correlate
    }

    void principal_signWithoutPrevious_largestComponentIsPositive()
    {
        const Plane plane = Plane::principal(latentCloud(kTurned, {3.0, 2.0, 0.5}, 0.0, 1), nullptr);
        QVERIFY(plane.u()[1] > 0.7);
        QVERIFY(std::abs(plane.v()[0]) > 0.7 && plane.v()[0] > 0.0);
    }

    void principal_previousFlippedAndSwapped_isFollowed()
    {
        std::vector<std::vector<double>> flipped = kTurned;
        for (double& value : flipped[0])
            value = -value;
        const Plane before = Plane::principal(latentCloud(flipped, {3.0, 2.0, 0.5}, 0.0, 1, 50000), nullptr);
        // The second direction now carries a little more variance than the first.
        const Plane after = Plane::principal(latentCloud(kTurned, {2.0, 2.17, 0.5}, 0.0, 2, 50000), &before);
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(after.u()[k] - before.u()[k]) < 0.15);
            QVERIFY(std::abs(after.v()[k] - before.v()[k]) < 0.15);
        }
        QVERIFY(after.explainedV() > after.explainedU());
    }

    void kinds_everyFactory_saysItsOwn()
    {
        const LatentFrame frame = latentCloud(kTurned, {3.0, 2.0, 0.5}, 1.0, 1);
        const PrincipalBasis basis = principalBasis(frame, 3, nullptr);
        const std::vector<float> direction{1.0f, 0.0f, 0.0f};
        QVERIFY(Plane::axes(3, 0, 1).kind() == PlaneKind::Axes);
        QVERIFY(Plane::principal(frame, nullptr).kind() == PlaneKind::Principal);
        QVERIFY(Plane::principal(basis).kind() == PlaneKind::Principal);
        QVERIFY(Plane::rotated(basis, {}).kind() == PlaneKind::Rotation);
        QVERIFY(Plane::attribute(basis, direction).kind() == PlaneKind::Attribute);
        QVERIFY(Plane::spanning(PlaneKind::Tour, {0, 0, 0}, {1, 1, 0}, {0, 1, 1}).kind() == PlaneKind::Tour);
        for (const Plane& plane : {Plane::principal(basis), Plane::rotated(basis, {}), Plane::attribute(basis, direction)})
            QVERIFY(!plane.isAxisPair() && plane.axisI() == -1 && plane.axisJ() == -1);
        QVERIFY(Plane::principal(basis) == Plane::principal(frame, nullptr));
    }

    void rotated_none_isThePrincipalPlaneWithDepth()
    {
        const LatentFrame frame = latentCloud(kTurned, {3.0, 2.0, 0.5}, 1.0, 1);
        const PrincipalBasis basis = principalBasis(frame, 3, nullptr);
        const Plane flat = Plane::principal(basis), turned = Plane::rotated(basis, {});
        for (std::size_t k = 0; k < 3; ++k) {
            QCOMPARE(turned.u()[k], flat.u()[k]);
            QCOMPARE(turned.v()[k], flat.v()[k]);
            QCOMPARE(turned.w()[k], basis.direction(2)[k]);
        }
        QVERIFY(!flat.hasDepth() && turned.hasDepth());
        QCOMPARE(flat.depth(frame.muOf(5)), 0.0);
        const auto mu = frame.muOf(5);
        double expected = 0.0;
        for (std::size_t k = 0; k < 3; ++k)
            expected += (static_cast<double>(mu[k]) - basis.origin[k]) * basis.direction(2)[k];
        QVERIFY(std::abs(turned.depth(mu) - expected) < 1e-12);
    }

    void rotated_anyWay_isOrthonormalAndSharesAreThoseOfExplain()
    {
        RandomStream stream(8, StreamPurpose::Interface);
        const LatentFrame frame = latentCloud(randomBasis(6, stream), {3.0, 2.0, 1.5, 0.5, 0.3, 0.1}, 1.0, 2);
        const PrincipalBasis basis = principalBasis(frame, 3, nullptr);
        Rotation3 rotation;
        for (int i = 0; i < 20; ++i) {
            rotation = rotation.turned(stream.uniform(-1, 1), stream.uniform(-1, 1));
            Plane plane = Plane::rotated(basis, rotation);
            QVERIFY(orthonormal(plane));
            const double alongU = plane.explainedU(), alongV = plane.explainedV();
            plane.explain(frame);
            QVERIFY(std::abs(plane.explainedU() - alongU) < 1e-5);
            QVERIFY(std::abs(plane.explainedV() - alongV) < 1e-5);
        }
    }

    void attribute_anyDirection_leavesTheWidestRest()
    {
        RandomStream stream(9, StreamPurpose::Interface);
        const std::size_t latent = 5;
        const LatentFrame frame = latentCloud(randomBasis(latent, stream), {3.0, 2.0, 1.0, 0.5, 0.2}, -2.0, 3);
        const PrincipalBasis basis = principalBasis(frame, 5, nullptr);
        for (int trial = 0; trial < 20; ++trial) {
            std::vector<float> direction(latent);
            stream.fillNormal(direction);
            const Plane plane = Plane::attribute(basis, direction);
            QVERIFY(orthonormal(plane));
            const double length = std::sqrt(dotOf(direction, direction));
            QVERIFY(std::abs(dotOf(plane.u(), direction) - length) < 1e-5 * length);
            QVERIFY(std::equal(plane.origin().begin(), plane.origin().end(), basis.origin.begin()));
            const double widest = varianceAlong(frame, plane.v());
            for (int other = 0; other < 50; ++other) { // no direction at a right angle to u has more variance
                std::vector<double> random(latent);
                for (double& value : random)
                    value = stream.normal();
                const Plane rival = Plane::spanning(PlaneKind::Attribute, basis.origin, {plane.u().begin(), plane.u().end()}, random);
                QVERIFY(varianceAlong(frame, rival.v()) <= widest + 1e-4);
            }
        }
    }

    void attribute_alongThePrincipalOnes_takesTheNext()
    {
        const PrincipalBasis basis = principalBasis(latentCloud(kTurned, {3.0, 2.0, 0.5}, 0.0, 4), 3, nullptr);
        for (int r = 0; r < 3; ++r) {
            const std::vector<float> direction(basis.direction(r).begin(), basis.direction(r).end());
            const Plane plane = Plane::attribute(basis, direction);
            QVERIFY(orthonormal(plane));
            QVERIFY(dotOf(plane.v(), basis.direction(r == 0 ? 1 : 0)) > 0.999);
        }
        PrincipalBasis one = principalBasis(latentCloud(kTurned, {3.0, 2.0, 0.5}, 0.0, 4), 1, nullptr);
        const std::vector<float> along(one.direction(0).begin(), one.direction(0).end());
        QVERIFY(orthonormal(Plane::attribute(one, along))); // nothing remains of the basis: some direction, but a sound one
        QVERIFY(orthonormal(Plane::principal(one)));
    }

    void spanning_parallelOrMissing_isReplacedByTheFarthestAxis()
    {
        for (const std::vector<double>& v : {std::vector<double>{-4e8, -2e7, -1e8}, std::vector<double>{}, std::vector<double>{0, 0, 0}}) {
            const Plane plane = Plane::spanning(PlaneKind::Tour, {1, 2, 3}, {4, 0.2, 1}, v);
            QVERIFY(orthonormal(plane));
            QVERIFY(plane.v()[1] > 0.99);
        }
        const Plane strip = Plane::spanning(PlaneKind::Tour, {1.0}, {-2.0}, {});
        QVERIFY(strip.v().empty());
        QCOMPARE(strip.project(std::vector<float>{3.0f}).x, -2.0);
    }

    void lift_lockedDimensions_areKeptAndTheMoveIsTheLeast()
    {
        RandomStream stream(12, StreamPurpose::Interface);
        for (int trial = 0; trial < 300; ++trial) {
            const std::size_t latent = 3 + static_cast<std::size_t>(stream.below(8));
            const auto rows = randomBasis(latent, stream);
            const Plane plane = Plane::spanning(PlaneKind::Principal, std::vector<double>(latent, 0.3), rows[0], rows[1]);
            std::vector<std::uint8_t> locked(latent, 0);
            std::size_t free = latent;
            for (std::size_t k = 0; k < latent && free > 2; ++k)
                if (stream.below(2) == 0) {
                    locked[k] = 1;
                    --free;
                }
            std::vector<float> anchor(latent);
            stream.fillNormal(anchor);
            const PlanePoint wanted{stream.uniform(-2, 2), stream.uniform(-2, 2)};
            const std::vector<float> z = plane.lift(wanted, anchor, locked);
            std::vector<double> move(latent);
            for (std::size_t k = 0; k < latent; ++k) {
                move[k] = static_cast<double>(z[k]) - static_cast<double>(anchor[k]);
                QVERIFY(locked[k] == 0 || z[k] == anchor[k]);
            }
            const double size = std::sqrt(dotOf(move, move));
            const PlanePoint at = plane.project(z);
            QVERIFY(std::hypot(at.x - wanted.x, at.y - wanted.y) < 1e-5 * (1.0 + size));
            // Any other free move to the same place differs by one that the plane does not see; the least has no part along it.
            std::vector<double> u(plane.u().begin(), plane.u().end()), v(plane.v().begin(), plane.v().end()), unseen(latent);
            for (std::size_t k = 0; k < latent; ++k) {
                unseen[k] = locked[k] ? 0.0 : stream.normal();
                u[k] = locked[k] ? 0.0 : u[k];
                v[k] = locked[k] ? 0.0 : v[k];
            }
            const Plane seen = Plane::spanning(PlaneKind::Principal, std::vector<double>(latent, 0.0), u, v);
            const double alongU = dotOf(unseen, seen.u()), alongV = dotOf(unseen, seen.v());
            for (std::size_t k = 0; k < latent; ++k)
                unseen[k] -= alongU * seen.u()[k] + alongV * seen.v()[k];
            QVERIFY(std::abs(dotOf(unseen, move)) < 1e-4 * (1.0 + size));
        }
    }

    void lift_oneFreeDimension_comesAsNearAsItCan()
    {
        RandomStream stream(13, StreamPurpose::Interface);
        const auto rows = randomBasis(4, stream);
        const Plane plane = Plane::spanning(PlaneKind::Principal, {0, 0, 0, 0}, rows[0], rows[1]);
        const std::vector<float> anchor{0.1f, -0.4f, 1.0f, 0.7f};
        const std::vector<std::uint8_t> locked{1, 1, 0, 1};
        const PlanePoint wanted{1.5, -0.5};
        const auto z = plane.lift(wanted, anchor, locked);
        const auto distanceOf = [&](float third) {
            const PlanePoint at = plane.project(std::vector<float>{0.1f, -0.4f, third, 0.7f});
            return std::hypot(at.x - wanted.x, at.y - wanted.y);
        };
        QVERIFY(distanceOf(z[2]) < distanceOf(z[2] + 0.01f) && distanceOf(z[2]) < distanceOf(z[2] - 0.01f));
        QVERIFY(distanceOf(z[2]) < distanceOf(anchor[2]));
        QCOMPARE(plane.lift(wanted, anchor, std::vector<std::uint8_t>{1, 1, 1, 1}), anchor);
        QCOMPARE(plane.lift(wanted, anchor, std::vector<std::uint8_t>{0, 0, 0, 0}), plane.lift(wanted, anchor));
        // an axis pair whose first axis is locked still moves along the second
        QCOMPARE(Plane::axes(3, 0, 2).lift({5, 6}, std::vector<float>{1, 2, 3}, std::vector<std::uint8_t>{1, 0, 0}), (std::vector<float>{1, 2, 6}));
    }

    void project_wholeFrame_agreesWithSinglePoints()
    {
        RandomStream stream(14, StreamPurpose::Interface);
        for (const std::size_t latent : {1u, 2u, 3u, 7u, 20u, 33u}) {
            std::vector<double> deviations(latent, 1.0);
            const LatentFrame frame = axisCloud(deviations, 300.0, 5, 500); // far from 0: the origin must be taken out first
            std::vector<double> origin(latent, 300.0);
            const auto rows = randomBasis(std::max<std::size_t>(latent, 3), stream);
            Plane plane = latent == 1 ? Plane::spanning(PlaneKind::Principal, origin, {-1.0}, {})
                                      : Plane::spanning(PlaneKind::Principal, origin, {rows[0].begin(), rows[0].begin() + static_cast<std::ptrdiff_t>(latent)},
                                                        {rows[1].begin(), rows[1].begin() + static_cast<std::ptrdiff_t>(latent)});
            std::vector<float> x, y, depth(3);
            plane.project(frame, x, y, depth);
            QVERIFY(depth.empty());
            QCOMPARE(x.size(), frame.count());
            for (std::size_t row = 0; row < frame.count(); ++row) {
                const PlanePoint at = plane.project(frame.muOf(row));
                QVERIFY(std::abs(static_cast<double>(x[row]) - at.x) < 2e-5 && std::abs(static_cast<double>(y[row]) - at.y) < 2e-5);
            }
        }
        const LatentFrame frame = latentCloud(kTurned, {3.0, 2.0, 0.5}, 1.0, 1);
        const Plane plane = Plane::rotated(principalBasis(frame, 3, nullptr), Rotation3().turned(0.7, -0.3));
        std::vector<float> x, y, depth, flatX, flatY;
        plane.project(frame, x, y, depth);
        plane.project(frame, flatX, flatY);
        QVERIFY(x == flatX && y == flatY);
        for (std::size_t row = 0; row < frame.count(); ++row)
            QVERIFY(std::abs(static_cast<double>(depth[row]) - plane.depth(frame.muOf(row))) < 1e-5);
    }

    void explain_planes_agreesWithThePrincipalShares()
    {
        LatentFrame frame = latentCloud(kTurned, {3.0, 2.0, 0.5}, 50.0, 1);
        Plane plane = Plane::principal(frame, nullptr);
        const double u = plane.explainedU(), v = plane.explainedV();
        plane.explain(frame);
        QVERIFY(std::abs(plane.explainedU() - u) < 1e-5 && std::abs(plane.explainedV() - v) < 1e-5);
        Plane axes = Plane::axes(3, 2, 0);
        QCOMPARE(axes.explainedU(), 0.0);
        axes.explain(frame);
        QVERIFY(std::abs(axes.explainedU() - 0.25 / 13.25) < 0.003);
        frame.mu[4] = std::numeric_limits<float>::quiet_NaN(); // one code of 4000
        axes.explain(frame);
        QVERIFY(std::abs(axes.explainedU() - 0.25 / 13.25) < 0.003);
        LatentFrame empty;
        empty.latent = 3;
        axes.explain(empty);
        QCOMPARE(axes.explainedU(), 0.0);
    }

    void oneDimension_isAStrip()
    {
        const Plane axis = Plane::axes(1, 0, 0);
        QCOMPARE(axis.project(std::vector<float>{2.5f}).x, 2.5);
        QCOMPARE(axis.project(std::vector<float>{2.5f}).y, 0.0);
        QCOMPARE(axis.lift({1.0, 9.0}, std::vector<float>{2.5f}), std::vector<float>{1.0f});
        const Plane principal = Plane::principal(latentCloud({{1.0}}, {2.0}, 1.0, 1), nullptr);
        QCOMPARE(principal.explainedU(), 1.0);
        QVERIFY(principal.v().empty());
    }

    void constantOrEmptyFrame_givesAFinitePlane()
    {
        LatentFrame frame;
        frame.latent = 3;
        for (int filled = 0; filled < 2; ++filled) {
            const Plane plane = Plane::principal(frame, nullptr);
            QCOMPARE(plane.explainedU(), 0.0);
            QCOMPARE(plane.u()[0], 1.0);
            QCOMPARE(plane.v()[1], 1.0);
            for (int i = 0; i < 10; ++i) {
                frame.indices.push_back(i);
                frame.mu.insert(frame.mu.end(), {1.0f, 2.0f, 3.0f});
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestPlane)
#include "tst_plane.moc"
