// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/lasso.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>

using namespace latentscape;

namespace {

using Polygon = std::vector<PlanePoint>;

/// The rule itself, point by point.
std::vector<std::size_t> bruteForce(const std::vector<float>& x, const std::vector<float>& y, const Polygon& polygon)
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto px = static_cast<double>(x[i]), py = static_cast<double>(y[i]);
        bool inside = false;
        for (std::size_t a = 0; a < polygon.size(); ++a) {
            const PlanePoint &p = polygon[a], &q = polygon[(a + 1) % polygon.size()];
            if ((p.y > py) != (q.y > py) && px < (q.x - p.x) * (py - p.y) / (q.y - p.y) + p.x)
                inside = !inside;
        }
        if (inside && std::isfinite(px) && std::isfinite(py))
            found.push_back(i);
    }
    return found;
}

struct Cloud {
    std::vector<float> x, y;
};

Cloud randomCloud(std::size_t count, double scale, double shift, std::uint64_t seed)
{
    RandomStream stream(seed, StreamPurpose::Interface);
    Cloud cloud;
    for (std::size_t i = 0; i < count; ++i) {
        cloud.x.push_back(static_cast<float>(shift + scale * stream.normal()));
        cloud.y.push_back(static_cast<float>(-shift + scale * stream.normal()));
    }
    return cloud;
}

} // namespace

class TestLasso : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomPolygons_anyShape_equalTheRule_data()
    {
        QTest::addColumn<int>("corners");
        QTest::addColumn<double>("shift");
        QTest::newRow("triangles") << 3 << 0.0;
        QTest::newRow("quadrangles") << 4 << 0.0;
        QTest::newRow("tangled") << 12 << 0.0;
        QTest::newRow("very tangled") << 80 << 0.0;
        QTest::newRow("far from the origin") << 9 << 5000.0;
    }
    void randomPolygons_anyShape_equalTheRule()
    {
        QFETCH(int, corners);
        QFETCH(double, shift);
        const Cloud cloud = randomCloud(4000, 1.0, shift, 1);
        RandomStream stream(static_cast<std::uint64_t>(corners), StreamPurpose::Interface);
        std::size_t hits = 0;
        for (int trial = 0; trial < 30; ++trial) {
            Polygon polygon; // corners in any order: most of them cross themselves
            for (int c = 0; c < corners; ++c)
                polygon.push_back({shift + 1.5 * stream.normal(), -shift + 1.5 * stream.normal()});
            const auto found = pointsInPolygon(cloud.x, cloud.y, polygon);
            QCOMPARE(found, bruteForce(cloud.x, cloud.y, polygon));
            hits += found.size();
        }
        QVERIFY(hits > 1000);
    }

    void freehandLoop_manyCorners_equalsTheRule()
    {
        const Cloud cloud = randomCloud(20000, 1.0, 0.0, 2);
        RandomStream stream(3, StreamPurpose::Interface);
        Polygon polygon;
        for (int c = 0; c < 3000; ++c) { // a loop that wraps twice, drawn with a trembling hand
            const double angle = 4.0 * std::numbers::pi * c / 3000.0, radius = 1.0 + 0.4 * std::sin(2.5 * angle) + 0.01 * stream.normal();
            polygon.push_back({radius * std::cos(angle), radius * std::sin(angle)});
        }
        QCOMPARE(pointsInPolygon(cloud.x, cloud.y, polygon), bruteForce(cloud.x, cloud.y, polygon));
    }

    void crossedSquare_evenOdd_leavesTheDoublePartOut()
    {
        const std::vector<float> x{0.5f, 1.5f, 2.5f}, y{0.5f, 1.5f, 2.5f};
        // two overlapping squares in one line: the overlap is inside twice, which is outside
        const Polygon polygon{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}, {1, 1}, {3, 1}, {3, 3}, {1, 3}, {1, 1}};
        QCOMPARE(pointsInPolygon(x, y, polygon), (std::vector<std::size_t>{0, 2}));
    }

    void pointsOnTheGrid_andPolygonsOnIt_equalTheRule()
    {
        Cloud cloud; // ties: points on edges and corners go the way the rule sends them
        for (int i = -8; i <= 8; ++i)
            for (int j = -8; j <= 8; ++j) {
                cloud.x.push_back(static_cast<float>(i));
                cloud.y.push_back(static_cast<float>(j));
            }
        RandomStream stream(5, StreamPurpose::Interface);
        for (int trial = 0; trial < 100; ++trial) {
            Polygon polygon;
            for (int c = 0; c < 7; ++c)
                polygon.push_back({static_cast<double>(stream.below(17)) - 8.0, static_cast<double>(stream.below(17)) - 8.0});
            QCOMPARE(pointsInPolygon(cloud.x, cloud.y, polygon), bruteForce(cloud.x, cloud.y, polygon));
        }
    }

    void pointsThatAreNotFinite_areOutside()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
        const std::vector<float> x{0, nan, 0, infinite, -infinite, nan}, y{0, 0, nan, 0, infinite, nan};
        QCOMPARE(pointsInPolygon(x, y, Polygon{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}), std::vector<std::size_t>{0});
    }

    void degeneratePolygons_holdNothing()
    {
        const Cloud cloud = randomCloud(500, 1.0, 0.0, 6);
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, {}).empty());
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{-9, -9}, {9, 9}}).empty());
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{1, 1}, {1, 1}, {1, 1}}).empty());
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{-9, 0}, {9, 0}, {3, 0}}).empty());
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{0, -9}, {0, 9}, {0, 3}}).empty());
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{-9, -9}, {nan, 9}, {9, 9}}).empty());
    }

    void wholeView_andFarAwayView_holdAllAndNone()
    {
        const Cloud cloud = randomCloud(500, 1.0, 0.0, 7);
        QCOMPARE(pointsInPolygon(cloud.x, cloud.y, Polygon{{-99, -99}, {99, -99}, {99, 99}, {-99, 99}}).size(), std::size_t{500});
        QVERIFY(pointsInPolygon(cloud.x, cloud.y, Polygon{{50, 50}, {60, 50}, {60, 60}}).empty());
        QVERIFY(pointsInPolygon({}, {}, Polygon{{0, 0}, {1, 0}, {1, 1}}).empty());
    }
};

QTEST_APPLESS_MAIN(TestLasso)
#include "tst_lasso.moc"
