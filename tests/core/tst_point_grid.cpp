// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/point_grid.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace latentscape;

namespace {

std::optional<std::size_t> bruteForce(const std::vector<float>& x, const std::vector<float>& y, double px, double py, double scaleX,
                                      double scaleY, double radius)
{
    double best = radius * radius;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double dx = (static_cast<double>(x[i]) - px) / scaleX;
        const double dy = (static_cast<double>(y[i]) - py) / scaleY;
        const double squared = dx * dx + dy * dy;
        if (squared < best || (squared == best && !found)) {
            best = squared;
            found = i;
        }
    }
    return found;
}

} // namespace

class TestPointGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nearest_randomCloudsAndScales_equalsBruteForce_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("shape");
        for (const int count : {1, 2, 37, 3000})
            for (const char* shape : {"normal", "line", "outlier", "lattice"})
                QTest::addRow("%d %s", count, shape) << count << QString(shape);
    }

    void nearest_randomCloudsAndScales_equalsBruteForce()
    {
        QFETCH(int, count);
        QFETCH(QString, shape);
        RandomStream stream(static_cast<std::uint64_t>(count), StreamPurpose::Interface);
        std::vector<float> x, y;
        for (int i = 0; i < count; ++i) {
            x.push_back(static_cast<float>(stream.normal()));
            y.push_back(shape == "line" ? 2.0f : static_cast<float>(3.0 * stream.normal()));
            if (shape == "lattice") { // equal distances: the lower index must win
                x.back() = std::round(x.back());
                y.back() = std::round(y.back());
            }
        }
        if (shape == "outlier")
            x[0] = 1e6f;
        const PointGrid grid(x, y);
        for (int trial = 0; trial < 500; ++trial) {
            const bool far = trial % 10 == 0;
            double px = stream.uniform(-4, 4) * (far ? 100 : 1), py = stream.uniform(-10, 10);
            if (shape == "lattice") {
                px = std::round(2 * px) / 2;
                py = std::round(2 * py) / 2;
            }
            const double scaleX = std::pow(10.0, stream.uniform(-3, 0)), scaleY = std::pow(10.0, stream.uniform(-3, 0));
            const double radius = std::pow(10.0, stream.uniform(0, 4));
            const auto found = grid.nearest(x, y, px, py, scaleX, scaleY, radius);
            QCOMPARE(found, bruteForce(x, y, px, py, scaleX, scaleY, radius));
        }
    }

    void nearest_nothingWithinTheRadius_isEmpty()
    {
        const std::vector<float> x{0.0f, 1.0f}, y{0.0f, 1.0f};
        const PointGrid grid(x, y);
        QVERIFY(!grid.nearest(x, y, 0.5, 0.5, 0.01, 0.01, 10.0));
        QCOMPARE(grid.nearest(x, y, 0.05, 0.0, 0.01, 0.01, 10.0), std::optional<std::size_t>(0));
        QCOMPARE(grid.nearest(x, y, 1e9, 1e9, 1.0, 1.0, 1e12), std::optional<std::size_t>(1));
    }

    void nearest_anisotropicScale_measuresInPixels()
    {
        const std::vector<float> x{0.0f, 1.0f}, y{1.0f, 0.0f};
        const PointGrid grid(x, y);
        QCOMPARE(grid.nearest(x, y, 0.0, 0.0, /*scaleX=*/1.0, /*scaleY=*/0.01, 1000.0), std::optional<std::size_t>(1));
        QCOMPARE(grid.nearest(x, y, 0.0, 0.0, /*scaleX=*/0.01, /*scaleY=*/1.0, 1000.0), std::optional<std::size_t>(0));
    }

    void build_emptyOrNotFinite_neverFindsThose()
    {
        QVERIFY(!PointGrid().nearest({}, {}, 0, 0, 1, 1, 10));
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const std::vector<float> x{nan, 1.0f, std::numeric_limits<float>::infinity()}, y{0.0f, 1.0f, 0.0f};
        const PointGrid grid(x, y);
        QCOMPARE(grid.nearest(x, y, 0, 0, 1, 1, 100), std::optional<std::size_t>(1));
        QVERIFY(!grid.nearest(x, y, std::numeric_limits<double>::quiet_NaN(), 0, 1, 1, 100));
    }
};

QTEST_APPLESS_MAIN(TestPointGrid)
#include "tst_point_grid.moc"
