// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/map_data.h"
#include "support/raster_pictures.h"
#include "ui/map/latent_scatter.h"
#include "ui/map/scatter_raster.h"

#include <QImage>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

using namespace latentscape;
using namespace latentscape::tests;
using namespace latentscape::ui;

class TestScatterRaster : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void allLevels_sameScene_samePixels_data()
    {
        QTest::addColumn<int>("points");
        QTest::addColumn<double>("ratio");
        QTest::addColumn<int>("emphasised");
        QTest::newRow("few large discs") << 300 << 1.0 << -1;
        QTest::newRow("discs at 1") << 20'000 << 1.0 << -1;
        QTest::newRow("discs at 1.25") << 20'000 << 1.25 << -1;
        QTest::newRow("discs at 2, one class emphasised") << 20'000 << 2.0 << 3;
        QTest::newRow("density at 1") << 260'000 << 1.0 << -1;
        QTest::newRow("density at 3, one class emphasised") << 260'000 << 3.0 << 2;
    }
    void allLevels_sameScene_samePixels()
    {
        QFETCH(int, points);
        QFETCH(double, ratio);
        QFETCH(int, emphasised);
        const auto cloud = tests::clusterCloud(static_cast<std::size_t>(points), 10);
        const ScatterStyle style = makeScatterStyle(Theme::light(), 10, {}, emphasised);
        const RasterView view = viewOf(331, 257, ratio, 12.0);
        QCOMPARE(drawingRule(*cloud, view).density, points > 250'000);
        const auto expected = draw(*cloud, style, view, SimdLevel::Portable);
        QVERIFY(std::count(expected.begin(), expected.end(), 0u) < static_cast<std::ptrdiff_t>(expected.size()));
        for (const SimdLevel level : availableSimdLevels())
            QVERIFY(draw(*cloud, style, view, level) == expected);
    }

    void bands_anyCount_samePixels_data()
    {
        QTest::addColumn<int>("points");
        QTest::addColumn<int>("bands");
        for (const int points : {5'000, 260'000}) {
            for (const int bands : {2, 3, 7, 64})
                QTest::addRow("%d points, %d bands", points, bands) << points << bands;
        }
    }
    void bands_anyCount_samePixels()
    {
        QFETCH(int, points);
        QFETCH(int, bands);
        const auto cloud = tests::clusterCloud(static_cast<std::size_t>(points), 10);
        const ScatterStyle style = makeScatterStyle(Theme::darkTheme(), 10, {}, -1);
        const RasterView view = viewOf(300, 211, 1.5, 12.0);
        QVERIFY(draw(*cloud, style, view, bestSimdLevel(), bands) == draw(*cloud, style, view, bestSimdLevel()));
    }

    void pixels_anyScene_arePremultiplied()
    {
        const ScatterStyle style = makeScatterStyle(Theme::light(), 10, {}, 1);
        for (const std::size_t n : {std::size_t{3'000}, std::size_t{260'000}}) {
            for (const std::uint32_t p : draw(*tests::clusterCloud(n, 10), style, viewOf(300, 200, 1.0, 12.0), bestSimdLevel())) {
                const std::uint32_t alpha = p >> 24;
                QVERIFY((p >> 16 & 0xff) <= alpha && (p >> 8 & 0xff) <= alpha && (p & 0xff) <= alpha);
            }
        }
    }

    void disc_anySubPixelPlace_hasItsAreaAndCentre_data()
    {
        QTest::addColumn<double>("dx");
        QTest::addColumn<double>("dy");
        QTest::addColumn<double>("ratio");
        for (const double ratio : {1.0, 1.25, 2.0}) {
            for (const double dx : {0.0, 0.3, 0.5, 0.99})
                QTest::addRow("ratio %.2f, +%.2f", ratio, dx) << dx << 0.7 - 0.6 * dx << ratio;
        }
    }
    void disc_anySubPixelPlace_hasItsAreaAndCentre()
    {
        QFETCH(double, dx);
        QFETCH(double, dy);
        QFETCH(double, ratio);
        RasterView view = viewOf(64, 64, ratio, 64.0); // one unit a pixel
        const auto cloud = singlePoint(static_cast<float>(dx), static_cast<float>(dy));
        const DrawingRule rule = drawingRule(*cloud, view);
        const auto pixels = draw(*cloud, makeScatterStyle(Theme::light(), 1, {}, -1), view, bestSimdLevel());
        double mass = 0.0, sumX = 0.0, sumY = 0.0;
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 64; ++x) {
                const double alpha = (pixels[static_cast<std::size_t>(y * 64 + x)] >> 24) / 255.0;
                mass += alpha;
                sumX += alpha * (x + 0.5);
                sumY += alpha * (y + 0.5);
            }
        }
        const double area = std::numbers::pi * rule.radius * rule.radius * rule.opacity;
        QVERIFY2(std::abs(mass - area) < 0.06 * area, qPrintable(QString::number(mass / area)));
        QVERIFY(std::abs(sumX / mass - (32.0 + dx)) < 0.16); // four sub-pixel places: at most an eighth off
        QVERIFY(std::abs(sumY / mass - (32.0 - dy)) < 0.16);
    }

    void order_twoDiscsAtOnePlace_laterIsOnTop()
    {
        const ScatterStyle style = makeScatterStyle(Theme::light(), 2, {}, -1);
        const auto top = [&](std::vector<std::uint16_t> labels) {
            const auto cloud = LatentCloud::fromPoints({0.01f, 0.01f}, {0.01f, 0.01f}, std::move(labels), 2);
            return draw(*cloud, style, viewOf(40, 40, 2.0), bestSimdLevel())[20 * 40 + 20];
        };
        const auto nearerTo = [&](std::uint32_t p, std::size_t group) { return distance(p, style.groups[group].rgb); };
        const std::uint32_t blueLast = top({1, 0}), yellowLast = top({0, 1});
        QVERIFY(nearerTo(blueLast, 0) < nearerTo(blueLast, 1));
        QVERIFY(nearerTo(yellowLast, 1) < nearerTo(yellowLast, 0));
    }

    void hiddenClass_alone_leavesCanvasEmpty()
    {
        const auto pixels = draw(*singlePoint(0.0f, 0.0f), makeScatterStyle(Theme::light(), 1, {true}, -1), viewOf(64, 64, 1.0), bestSimdLevel());
        QVERIFY(std::all_of(pixels.begin(), pixels.end(), [](std::uint32_t p) { return p == 0; }));
    }

    void farAwayPoints_hugeCoordinates_areLeftOut()
    {
        const auto cloud = LatentCloud::fromPoints({1e30f, -1e30f, 0.0f, 3e9f}, {0.0f, 1e30f, -1e38f, -3e9f}, {0, 0, 0, 0}, 1);
        for (const SimdLevel level : availableSimdLevels()) {
            const auto pixels = draw(*cloud, makeScatterStyle(Theme::light(), 1, {}, -1), viewOf(64, 64, 1.0), level, 3);
            QVERIFY(std::all_of(pixels.begin(), pixels.end(), [](std::uint32_t p) { return p == 0; }));
        }
    }

    void rule_moreCodes_fainterThenDensity()
    {
        const RasterView view = viewOf(800, 600, 1.0, 12.0);
        QCOMPARE(drawingRule(*tests::clusterCloud(5'000, 3), view).opacity, 0.85);
        QCOMPARE(drawingRule(*tests::clusterCloud(60'000, 3), view).opacity, 0.5);
        QVERIFY(!drawingRule(*tests::clusterCloud(200'000, 3), view).density);
        const auto many = tests::clusterCloud(300'000, 3);
        QVERIFY(drawingRule(*many, view).density);
        QVERIFY(!drawingRule(*many, viewOf(800, 600, 1.0, 0.1)).density); // zoomed in, few remain
        const auto some = tests::clusterCloud(60'000, 3);
        QVERIFY(drawingRule(*some, viewOf(800, 600, 1.0, 0.5)).radius > drawingRule(*some, view).radius);
    }

    void settledFrame_anyRatio_equalsSynchronousOne_data()
    {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<int>("points");
        QTest::addColumn<bool>("shaded");
        for (const double ratio : {1.0, 1.25, 1.5, 2.0}) {
            QTest::addRow("%.2f, discs", ratio) << ratio << 20'000 << false;
            QTest::addRow("%.2f, density", ratio) << ratio << 300'000 << false;
            QTest::addRow("%.2f, values with depth and selection", ratio) << ratio << 20'000 << true;
        }
    }
    void settledFrame_anyRatio_equalsSynchronousOne()
    {
        QFETCH(double, ratio);
        QFETCH(int, points);
        QFETCH(bool, shaded);
        const auto n = static_cast<std::size_t>(points);
        CloudColours colours;
        if (shaded) {
            colours = tests::colouredBy(MapColouring::Kind::Values, n);
            colours.selection = tests::everySeventh(n);
        }
        const auto cloud = tests::clusterCloud(n, 10, 1, shaded, colours);
        QCustomPlot plot;
        plot.resize(413, 307);
        plot.setViewport(plot.rect()); // a hidden widget has not been told its size
        plot.setBufferDevicePixelRatio(ratio);
        plot.axisRect()->setAutoMargins(QCP::msNone);
        plot.axisRect()->setMargins({0, 0, 0, 0});
        LatentScatter scatter(&plot);
        plot.xAxis->setRange(-3.3, 5.1);
        plot.yAxis->setRange(-3.0, 3.0);
        scatter.setStyle(tests::styleOf(*cloud));
        scatter.setCloud(cloud);
        const auto paint = [&] {
            QImage image(static_cast<int>(std::ceil(413 * ratio)), static_cast<int>(std::ceil(307 * ratio)), QImage::Format_ARGB32_Premultiplied);
            image.setDevicePixelRatio(ratio);
            image.fill(Qt::white);
            QCPPainter painter(&image);
            plot.toPainter(&painter, 413, 307);
            painter.end();
            return image;
        };
        paint();
        QTRY_VERIFY(scatter.settled());
        // a pan by a fraction of a pixel and a zoom, each until sharp again
        plot.xAxis->setRange(-3.2791, 5.1209);
        plot.replot(QCustomPlot::rpQueuedReplot);
        QVERIFY(!scatter.settled());
        QTRY_VERIFY(scatter.settled());
        plot.xAxis->setRange(-2.0, 3.0);
        plot.yAxis->setRange(-1.6, 2.1);
        plot.replot(QCustomPlot::rpQueuedReplot);
        QTRY_VERIFY(scatter.settled());
        const QImage asynchronous = paint();
        QVERIFY(scatter.settled());
        scatter.setSynchronousRatio(ratio);
        const QImage synchronous = paint();
        QVERIFY(asynchronous == synchronous);
        QImage blank(synchronous);
        blank.fill(Qt::white);
        QVERIFY(synchronous != blank);
    }

    void requests_manyAtOnce_lastOneIsShown()
    {
        QCustomPlot plot;
        plot.resize(300, 200);
        LatentScatter scatter(&plot);
        scatter.setStyle(makeScatterStyle(Theme::light(), 4, {}, -1));
        scatter.setCloud(tests::clusterCloud(50'000, 4));
        for (int i = 0; i < 40; ++i) {
            plot.xAxis->setRange(-4.0 + 0.01 * i, 4.0 + 0.01 * i);
            plot.replot(QCustomPlot::rpImmediateRefresh);
        }
        const auto frame = tests::frameOf({{0.0f, 0.0f}, {1.0f, 1.0f}});
        for (int i = 0; i < 20; ++i)
            scatter.setCodes(tests::frameOf({{0.0f, 0.0f}}, 5), Plane::axes(2, 0, 1), nullptr);
        scatter.setCodes(frame, Plane::axes(2, 0, 1), nullptr);
        QTRY_VERIFY(scatter.settled());
        QCOMPARE(scatter.cloud()->frame(), std::shared_ptr<const LatentFrame>(frame));
        // clearing also forgets what is under way: after it only the codes asked for later arrive
        const auto later = tests::frameOf({{0.5f, 0.5f}});
        QSignalSpy changed(&scatter, &LatentScatter::cloudChanged);
        scatter.setCodes(frame, Plane::axes(2, 0, 1), nullptr);
        scatter.setCloud(nullptr);
        QVERIFY(scatter.settled());
        scatter.setCodes(later, Plane::axes(2, 0, 1), nullptr);
        QTRY_VERIFY(scatter.settled());
        QCOMPARE(scatter.cloud()->frame(), std::shared_ptr<const LatentFrame>(later));
        QCOMPARE(changed.count(), 2); // the clearing and the later codes
    }
};

QTEST_MAIN(TestScatterRaster)
#include "tst_scatter_raster.moc"
