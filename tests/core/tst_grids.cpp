// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/grids.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace latentscape;

class TestGrids : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void inverseNormalCdf_knownQuantiles_agree_data()
    {
        QTest::addColumn<double>("p");
        QTest::addColumn<double>("x");
        QTest::newRow("median") << 0.5 << 0.0;
        QTest::newRow("one sigma") << 0.8413447460685429 << 1.0;
        QTest::newRow("97.5 %") << 0.975 << 1.959963984540054;
        QTest::newRow("1 %") << 0.01 << -2.3263478740408408;
        QTest::newRow("1e-10") << 1e-10 << -6.361340902404056;
        QTest::newRow("1e-300") << 1e-300 << -37.0470962993612;
    }

    void inverseNormalCdf_knownQuantiles_agree()
    {
        QFETCH(double, p);
        QFETCH(double, x);
        QVERIFY(std::abs(inverseNormalCdf(p) - x) <= 1e-9 * std::max(1.0, std::abs(x)));
    }

    void inverseNormalCdf_manyPoints_invertsErfc()
    {
        for (int i = 1; i < 2000; ++i) {
            const double p = i / 2000.0;
            const double back = 0.5 * std::erfc(-inverseNormalCdf(p) / std::numbers::sqrt2);
            QVERIFY(std::abs(back - p) <= 1e-12);
            QVERIFY(std::abs(inverseNormalCdf(1.0 - p) + inverseNormalCdf(p)) < 1e-9);
        }
    }

    void priorGrid_threeByTwo_isRowMajorFromTheTopLeft()
    {
        const auto codes = priorGrid(Plane::axes(3, 0, 2), std::vector<float>{9, 7, 9}, 3, 2);
        QCOMPARE(codes.size(), std::size_t{18});
        const float outer = static_cast<float>(inverseNormalCdf(5.0 / 6.0));
        const float upper = static_cast<float>(inverseNormalCdf(0.75));
        QCOMPARE(codes[0], -outer);
        QCOMPARE(codes[1], 7.0f); // not in the plane: kept from the anchor
        QCOMPARE(codes[2], upper);
        QVERIFY(std::abs(codes[3]) < 1e-12f);
        QCOMPARE(codes[6], outer);
        QCOMPARE(codes[11], -upper);
    }

    void priorGrid_planeOffTheOrigin_isCentredOnThePrior()
    {
        LatentFrame frame;
        frame.latent = 2;
        for (int i = 0; i < 100; ++i) {
            frame.indices.push_back(i);
            frame.mu.insert(frame.mu.end(), {5.0f + 0.1f * static_cast<float>(i), 3.0f + 0.01f * static_cast<float>(i % 7)});
        }
        const auto codes = priorGrid(Plane::principal(frame, nullptr), std::vector<float>{0, 0}, 5, 5);
        QVERIFY(std::abs(codes[2 * 12]) < 1e-5f); // the middle code is z = 0
        QVERIFY(std::abs(codes[2 * 12 + 1]) < 1e-5f);
    }

    void windowGrid_rectangle_takesCellCentres()
    {
        const auto codes = windowGrid(Plane::axes(2, 0, 1), std::vector<float>{0, 0}, -1.0, 1.0, 0.0, 4.0, 2, 4);
        QCOMPARE(codes.size(), std::size_t{16});
        QCOMPARE(codes[0], -0.5f);
        QCOMPARE(codes[1], 3.5f);
        QCOMPARE(codes[2], 0.5f);
        QCOMPARE(codes[15], 0.5f);
    }
};

QTEST_APPLESS_MAIN(TestGrids)
#include "tst_grids.moc"
