// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/map_data.h"
#include "ui/map/latent_cloud.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::ui;

class TestLatentCloud : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labels_permutedIndices_followTheSample()
    {
        const auto frame = tests::frameOf({{0.0f, 0.0f}, {1.0f, 0.0f}, {2.0f, 0.0f}, {3.0f, 0.0f}});
        frame->indices = {3, 0, 2, 1};
        const auto cloud = LatentCloud::project(frame, Plane::axes(2, 0, 1), tests::mapDataset(4, 4));
        QCOMPARE(cloud->classCount(), 4);
        const std::vector<std::uint16_t> expected{3, 0, 2, 1};
        QVERIFY(std::equal(expected.begin(), expected.end(), cloud->labels().begin(), cloud->labels().end()));
    }

    void unlabelledSet_anyFrame_isOneClass()
    {
        const auto cloud = LatentCloud::project(tests::frameOf({{0.0f, 0.0f}, {1.0f, 1.0f}}), Plane::axes(2, 0, 1), tests::mapDataset(2, 0));
        QCOMPARE(cloud->classCount(), 0);
        QVERIFY(cloud->classes().empty());
        QCOMPARE(cloud->labels()[1], std::uint16_t{0});
    }

    void nonFiniteCodes_someRows_areLeftOutAndRowsStillFound()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
        const auto cloud = LatentCloud::project(tests::frameOf({{nan, 0.0f}, {1.0f, 2.0f}, {0.0f, infinity}, {3.0f, 4.0f}}),
                                                Plane::axes(2, 0, 1), tests::mapDataset(4, 2));
        QCOMPARE(cloud->count(), std::size_t{2});
        QCOMPARE(cloud->rowOf(0), std::size_t{1});
        QCOMPARE(cloud->rowOf(1), std::size_t{3});
        QVERIFY(!cloud->pointOf(0));
        QVERIFY(!cloud->pointOf(2));
        QCOMPARE(cloud->pointOf(3).value(), std::size_t{1});
        QCOMPARE(cloud->nearest({3.1, 4.0}, 1.0, 1.0, 1.0).value(), std::size_t{1});
    }

    void allCodesNonFinite_anyQuestion_isAnsweredEmpty()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto cloud = LatentCloud::fromPoints({nan, nan}, {0.0f, nan}, {}, 0);
        QCOMPARE(cloud->count(), std::size_t{0});
        QVERIFY(!cloud->nearest({0.0, 0.0}, 1.0, 1.0, 1e9));
    }

    void classes_knownClusters_haveCountsAndMedians()
    {
        std::vector<float> x, y;
        std::vector<std::uint16_t> labels;
        for (int i = 0; i < 301; ++i) {
            x.push_back(static_cast<float>(i) * 0.01f); // median 1.5
            y.push_back(i == 0 ? 1000.0f : -1.0f);      // one stray code does not move it
            labels.push_back(2);
        }
        x.push_back(7.0f);
        y.push_back(8.0f);
        labels.push_back(0);
        const auto cloud = LatentCloud::fromPoints(x, y, labels, 3);
        QCOMPARE(cloud->classes().size(), std::size_t{2}); // class 1 has no codes
        QCOMPARE(cloud->classes()[0].label, 0);
        QCOMPARE(cloud->classes()[0].count, std::size_t{1});
        QCOMPARE(cloud->classes()[1].label, 2);
        QCOMPARE(cloud->classes()[1].count, std::size_t{301});
        QVERIFY(std::abs(cloud->classes()[1].centre.x - 1.5) < 0.02);
        QCOMPARE(cloud->classes()[1].centre.y, -1.0);
    }

    void bounds_fewStrayCodes_ignoreThem()
    {
        std::vector<float> x, y;
        for (int i = 0; i < 10'000; ++i) {
            x.push_back(static_cast<float>(i % 100) * 0.01f);
            y.push_back(static_cast<float>(i / 100) * 0.01f);
        }
        x[17] = 1e6f;
        y[4711] = -1e6f;
        const PlaneBounds b = LatentCloud::fromPoints(x, y, {}, 0)->bounds();
        QVERIFY(b.left >= 0.0 && b.right <= 1.0 && b.bottom >= 0.0 && b.top <= 1.0);
        QVERIFY(b.width() > 0.95 && b.height() > 0.95);
    }

    void oneDimensionalLatent_twice_sameStrip()
    {
        auto frame = std::make_shared<LatentFrame>();
        frame->latent = 1;
        for (int i = 0; i < 500; ++i) {
            frame->indices.push_back(i);
            frame->mu.push_back(static_cast<float>(i) * 0.01f);
            frame->logvar.push_back(0.0f);
        }
        const Plane plane = Plane::axes(1, 0, 0);
        const auto first = LatentCloud::project(frame, plane, nullptr), second = LatentCloud::project(frame, plane, nullptr);
        float low = 0.0f, high = 0.0f;
        for (std::size_t i = 0; i < first->count(); ++i) {
            QCOMPARE(first->y()[i], second->y()[i]);
            QCOMPARE(first->x()[i], frame->mu[i]);
            low = std::min(low, first->y()[i]);
            high = std::max(high, first->y()[i]);
        }
        QVERIFY(low < -0.4f && high > 0.4f && low >= -0.6f && high <= 0.6f);
    }

    void nearest_unequalScales_equalsBruteForce()
    {
        const auto cloud = tests::clusterCloud(3'000, 5);
        RandomStream stream(7, StreamPurpose::Interface);
        for (int trial = 0; trial < 200; ++trial) {
            const PlanePoint p{stream.uniform(-4.0, 4.0), stream.uniform(-3.0, 3.0)};
            const double sx = 0.02, sy = 0.01, radius = 8.0;
            std::optional<std::size_t> expected;
            double best = radius * radius;
            for (std::size_t i = 0; i < cloud->count(); ++i) {
                const double dx = (cloud->at(i).x - p.x) / sx, dy = (cloud->at(i).y - p.y) / sy;
                if (dx * dx + dy * dy < best || (!expected && dx * dx + dy * dy <= best)) {
                    best = dx * dx + dy * dy;
                    expected = i;
                }
            }
            QCOMPARE(cloud->nearest(p, sx, sy, radius), expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestLatentCloud)
#include "tst_latent_cloud.moc"
