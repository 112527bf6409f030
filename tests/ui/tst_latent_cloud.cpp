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

    void depth_anyOrder_goesFromFarToNearAndRowsAreFound()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto cloud = LatentCloud::fromPoints({0.0f, 1.0f, 2.0f, 3.0f, 4.0f}, {0.0f, 0.0f, 0.0f, 0.0f, 0.0f}, {0, 1, 2, 3, 4}, 5,
                                                   {2.0f, -1.0f, nan, 0.5f, -3.0f});
        QCOMPARE(cloud->count(), std::size_t{4});
        const std::vector<std::size_t> rows{4, 1, 3, 0};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QCOMPARE(cloud->rowOf(i), rows[i]);
            QCOMPARE(cloud->sampleOf(i), rows[i]);
            QCOMPARE(cloud->pointOf(rows[i]).value(), i);
            QCOMPARE(cloud->at(i).x, static_cast<double>(rows[i]));
            QCOMPARE(cloud->labels()[i], static_cast<std::uint16_t>(rows[i]));
            QVERIFY(i == 0 || cloud->depth()[i] >= cloud->depth()[i - 1]);
        }
        QVERIFY(!cloud->pointOf(2) && !cloud->pointOf(77));
    }

    void depth_turned_keepsTheBounds()
    {
        const auto cloud = tests::clusterCloud(5'000, 3, 1, /*deep=*/true);
        std::vector<float> depth, x(cloud->x().begin(), cloud->x().end()), y(cloud->y().begin(), cloud->y().end());
        const auto bounds = [](const std::vector<float>& a, const std::vector<float>& b, const std::vector<float>& c) {
            return LatentCloud::fromPoints(a, b, {}, 0, c)->bounds();
        };
        RandomStream stream(3, StreamPurpose::Interface);
        for (std::size_t i = 0; i < x.size(); ++i)
            depth.push_back(static_cast<float>(stream.normal()));
        const PlaneBounds front = bounds(x, y, depth), side = bounds(depth, y, x);
        QVERIFY(std::abs(front.right - side.right) < 0.02 * front.right); // the sample of codes depends on the order
        QCOMPARE(front.left, -front.right);
    }

    void keys_plainLabels_areTheLabelsThemselves()
    {
        const auto cloud = tests::clusterCloud(100, 4);
        QCOMPARE(static_cast<const void*>(cloud->keys().data()), static_cast<const void*>(cloud->labels().data()));
        QCOMPARE(cloud->layout().count(), 4);
        QCOMPARE(cloud->shownCount(), std::size_t{100});
    }

    void keys_everyCombination_canBeReadBack()
    {
        const std::size_t n = 1'000;
        for (const auto kind : {MapColouring::Kind::Label, MapColouring::Kind::Classes, MapColouring::Kind::Values}) {
            for (const bool deep : {false, true}) {
                CloudColours colours = tests::colouredBy(kind, n);
                colours.selection = tests::everySeventh(n);
                const auto cloud = tests::clusterCloud(n, 4, 1, deep, colours);
                const KeyLayout& layout = cloud->layout();
                QCOMPARE(layout.kind, kind);
                QCOMPARE(layout.bands > 1, deep);
                for (std::size_t i = 0; i < n; ++i) {
                    const std::size_t sample = cloud->sampleOf(i);
                    const int key = cloud->keys()[i];
                    QVERIFY(key < layout.count());
                    QCOMPARE(layout.isDimmed(key), sample % 7 != 0);
                    const bool none = sample % 50 == 49;
                    const int expected = kind == MapColouring::Kind::Label     ? cloud->labels()[i]
                                         : none                                ? layout.colours - 1
                                         : kind == MapColouring::Kind::Classes ? (*colours.colouring.classes)[sample]
                                                                               : static_cast<int>((*colours.colouring.values)[sample] * 64.0f);
                    QCOMPARE(layout.colourOf(key), expected);
                    QCOMPARE(layout.bandOf(key), deep ? cloud->depth()[i] * layout.bands / 256 : 0);
                }
            }
        }
    }

    void predictedClasses_counted_ignoreThoseWithout()
    {
        const std::size_t n = 500;
        const auto cloud = tests::clusterCloud(n, 4, 1, false, tests::colouredBy(MapColouring::Kind::Classes, n));
        std::size_t counted = 0;
        for (const ClassSummary& c : cloud->classes()) {
            QVERIFY(c.label < 3);
            counted += c.count;
        }
        QCOMPARE(counted, n - n / 50);
        QCOMPARE(cloud->recoloured({})->classes().size(), std::size_t{4}); // by label again
    }

    void values_openEndsOfTheFilter_keepOutliers()
    {
        CloudColours colours;
        colours.colouring.kind = MapColouring::Kind::Values;
        colours.colouring.values = std::make_shared<const std::vector<float>>(std::vector<float>{-9.0f, 0.2f, 0.6f, 9.0f});
        const auto shown = [&](double from, double to) {
            colours.filter = {from, to};
            const auto cloud = LatentCloud::fromPoints({0, 1, 2, 3}, {0, 0, 0, 0}, {}, 0, {}, colours);
            std::vector<bool> result;
            for (const std::uint16_t key : cloud->keys())
                result.push_back(!cloud->layout().isHidden(key));
            return result;
        };
        QCOMPARE(shown(0.0, 0.5), (std::vector<bool>{true, true, false, false}));
        QCOMPARE(shown(0.5, 1.0), (std::vector<bool>{false, false, true, true}));
        QCOMPARE(shown(0.1, 0.9), (std::vector<bool>{false, true, true, false}));
    }

    void thousandsOfClasses_withSelection_keysStillFit()
    {
        const std::size_t n = 100;
        std::vector<float> x(n, 0.0f), y(n, 0.0f), depth(n, 1.0f);
        CloudColours colours;
        colours.selection = tests::everySeventh(n);
        for (const int classes : {6'000, 40'000}) {
            const auto cloud = LatentCloud::fromPoints(x, y, std::vector<std::uint16_t>(n, static_cast<std::uint16_t>(classes - 1)), classes, depth, colours);
            QVERIFY(cloud->layout().count() <= 65'535);
            QCOMPARE(cloud->layout().colourOf(cloud->keys()[0]), classes - 1);
        }
    }

    void nearest_hiddenNeighbour_findsTheNextOne()
    {
        const auto cloud = tests::clusterCloud(3'000, 5);
        const auto shown = [&](std::size_t i) { return cloud->labels()[i] == 2; };
        RandomStream stream(9, StreamPurpose::Interface);
        int found = 0;
        for (int trial = 0; trial < 100; ++trial) {
            const PlanePoint p{stream.uniform(-3.0, 3.0), stream.uniform(-2.0, 2.0)};
            std::optional<std::size_t> expected;
            double best = 8.0 * 8.0;
            for (std::size_t i = 0; i < cloud->count(); ++i) {
                const double dx = (cloud->at(i).x - p.x) / 0.02, dy = (cloud->at(i).y - p.y) / 0.02;
                if (shown(i) && (dx * dx + dy * dy < best || (!expected && dx * dx + dy * dy <= best))) {
                    best = dx * dx + dy * dy;
                    expected = i;
                }
            }
            QCOMPARE(cloud->nearest(p, 0.02, 0.02, 8.0, shown), expected);
            found += expected ? 1 : 0;
        }
        QVERIFY(found > 20);
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
