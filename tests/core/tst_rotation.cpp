// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/plane.h"
#include "core/explore/rotation3.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>

using namespace latentscape;

namespace {

using Rows = std::array<std::array<double, 3>, 3>;

double differenceOf(const Rows& a, const Rows& b)
{
    double worst = 0.0;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            worst = std::max(worst, std::abs(a[i][j] - b[i][j]));
    return worst;
}

Rows productWithTransposed(const Rows& a)
{
    Rows out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                out[i][j] += a[i][k] * a[j][k];
    return out;
}

constexpr Rows kNone{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

/// The three axes of a space as a basis.
PrincipalBasis axesBasis()
{
    return {{0, 0, 0}, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {0.5, 0.3, 0.2}};
}

} // namespace

class TestRotation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rows_afterManyDrags_areOrthonormalAndRightHanded()
    {
        RandomStream stream(1, StreamPurpose::Interface);
        Rotation3 rotation;
        for (int i = 0; i < 20000; ++i) {
            rotation = rotation.turned(stream.uniform(-0.3, 0.3), stream.uniform(-0.3, 0.3));
            if (i % 100 != 0)
                continue;
            const Rows rows = rotation.rows();
            QVERIFY(differenceOf(productWithTransposed(rows), kNone) < 1e-13);
            const double determinant = rows[0][0] * (rows[1][1] * rows[2][2] - rows[1][2] * rows[2][1])
                - rows[0][1] * (rows[1][0] * rows[2][2] - rows[1][2] * rows[2][0]) + rows[0][2] * (rows[1][0] * rows[2][1] - rows[1][1] * rows[2][0]);
            QVERIFY(std::abs(determinant - 1.0) < 1e-13);
        }
    }

    void inverseDrags_inReverse_leadBack()
    {
        RandomStream stream(2, StreamPurpose::Interface);
        const Rotation3 start = Rotation3().turned(0.4, -1.1);
        Rotation3 rotation = start;
        std::vector<std::pair<double, double>> drags;
        for (int i = 0; i < 50; ++i) {
            drags.emplace_back(stream.uniform(-2, 2), stream.uniform(-2, 2));
            rotation = rotation.turned(drags.back().first, drags.back().second);
        }
        QVERIFY(differenceOf(rotation.rows(), start.rows()) > 0.01);
        for (auto drag = drags.rbegin(); drag != drags.rend(); ++drag)
            rotation = rotation.turned(-drag->first, -drag->second);
        QVERIFY(differenceOf(rotation.rows(), start.rows()) < 1e-12);
    }

    void turned_fullCircle_isTheSamePicture()
    {
        QVERIFY(differenceOf(Rotation3().turned(2.0 * std::numbers::pi, 0.0).rows(), kNone) < 1e-14);
        QVERIFY(differenceOf(Rotation3().turned(0.0, std::numbers::pi).turned(0.0, std::numbers::pi).rows(), kNone) < 1e-14);
    }

    void turned_byNothing_changesNothing()
    {
        const Rotation3 rotation = Rotation3().turned(0.4, 0.1);
        QVERIFY(rotation.turned(0.0, 0.0) == rotation);
        QVERIFY(rotation.turned(std::numeric_limits<double>::quiet_NaN(), 0.0) == rotation);
        QVERIFY(rotation.turned(std::numeric_limits<double>::infinity(), 0.0) == rotation);
    }

    void dragToTheRight_bringsTheLeftSideToTheFront()
    {
        const std::vector<float> left{-1, 0, 0}, right{1, 0, 0}, top{0, 1, 0};
        const Plane plane = Plane::rotated(axesBasis(), Rotation3().turned(0.5, 0.0));
        QVERIFY(std::abs(plane.depth(left) - std::sin(0.5)) < 1e-12);
        QVERIFY(std::abs(plane.depth(right) + std::sin(0.5)) < 1e-12);
        QVERIFY(std::abs(plane.depth(top)) < 1e-12);
        QVERIFY(std::abs(plane.project(top).y - 1.0) < 1e-12);
        // what was in front moves with the hand
        QVERIFY(std::abs(plane.project(std::vector<float>{0, 0, 1}).x - std::sin(0.5)) < 1e-12);
    }

    void dragUpwards_bringsTheLowerSideToTheFront()
    {
        const Plane plane = Plane::rotated(axesBasis(), Rotation3().turned(0.0, 0.5));
        QVERIFY(std::abs(plane.depth(std::vector<float>{0, -1, 0}) - std::sin(0.5)) < 1e-12);
        QVERIFY(std::abs(plane.depth(std::vector<float>{1, 0, 0})) < 1e-12);
        QVERIFY(std::abs(plane.project(std::vector<float>{0, 0, 1}).y - std::sin(0.5)) < 1e-12);
    }

    void turned_afterAnother_turnsAboutTheScreensAxes()
    {
        // a quarter turn to the right first; then up still means up on the screen
        const Plane plane = Plane::rotated(axesBasis(), Rotation3().turned(std::numbers::pi / 2, 0.0).turned(0.0, 0.5));
        QVERIFY(std::abs(plane.depth(std::vector<float>{0, -1, 0}) - std::sin(0.5)) < 1e-12);
        QVERIFY(std::abs(plane.project(std::vector<float>{-1, 0, 0}).y - std::sin(0.5)) < 1e-12); // it was in front after the first turn
    }

    void depth_ofARotation_keepsDistances()
    {
        RandomStream stream(3, StreamPurpose::Interface);
        const Plane plane = Plane::rotated(axesBasis(), Rotation3().turned(1.0, 0.7).turned(-0.3, 2.0));
        for (int i = 0; i < 100; ++i) {
            std::vector<float> z(3);
            stream.fillNormal(z);
            const PlanePoint at = plane.project(z);
            const double depth = plane.depth(z);
            const double squared = static_cast<double>(z[0]) * z[0] + static_cast<double>(z[1]) * z[1] + static_cast<double>(z[2]) * z[2];
            QVERIFY(std::abs(at.x * at.x + at.y * at.y + depth * depth - squared) < 1e-10);
        }
    }
};

QTEST_APPLESS_MAIN(TestRotation)
#include "tst_rotation.moc"
