// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/map_data.h"
#include "support/raster_pictures.h"
#include "ui/map/latent_scatter.h"

#include <QRegularExpression>
#include <QTest>

#include <qcustomplot.h>

#include <algorithm>
#include <vector>

using namespace latentscape;
using namespace latentscape::tests;
using namespace latentscape::ui;

class TestScatterStyle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void shadesAndValues_anyLevelAndBands_samePixels_data()
    {
        QTest::addColumn<int>("points");
        QTest::addColumn<MapColouring::Kind>("kind");
        QTest::addColumn<bool>("deep");
        QTest::addColumn<bool>("selects");
        for (const int points : {20'000, 270'000}) {
            QTest::addRow("%d values", points) << points << MapColouring::Kind::Values << false << false;
            QTest::addRow("%d values with depth, filter and selection", points) << points << MapColouring::Kind::Values << true << true;
            QTest::addRow("%d labels with depth", points) << points << MapColouring::Kind::Label << true << false;
            QTest::addRow("%d predicted classes with selection", points) << points << MapColouring::Kind::Classes << false << true;
        }
    }
    void shadesAndValues_anyLevelAndBands_samePixels()
    {
        QFETCH(int, points);
        QFETCH(MapColouring::Kind, kind);
        QFETCH(bool, deep);
        QFETCH(bool, selects);
        const auto n = static_cast<std::size_t>(points);
        CloudColours colours = tests::colouredBy(kind, n);
        if (selects)
            colours.selection = tests::everySeventh(n);
        if (selects && kind == MapColouring::Kind::Values)
            colours.filter = {-5.0, 0.97}; // the lower end is open
        const auto cloud = tests::clusterCloud(n, 10, 1, deep, colours);
        const ScatterStyle style = tests::styleOf(*cloud);
        QVERIFY(style.groups.size() <= ScatterStyle::kMostGroups);
        QCOMPARE(style.groupOfKey.size(), static_cast<std::size_t>(cloud->layout().count()));
        const RasterView view = viewOf(311, 239, 1.5, 14.0);
        QCOMPARE(drawingRule(*cloud, view).density, points > 250'000);
        const auto expected = draw(*cloud, style, view, SimdLevel::Portable);
        QVERIFY(std::count(expected.begin(), expected.end(), 0u) < static_cast<std::ptrdiff_t>(expected.size()) - 1'000);
        for (const SimdLevel level : availableSimdLevels()) {
            for (const int bands : {1, 5})
                QVERIFY(draw(*cloud, style, view, level, bands) == expected);
        }
    }

    void selection_overlappingDiscs_selectedIsOnTop()
    {
        // the selected one comes first in the data set, and still hides the other
        CloudColours colours;
        colours.selection = std::make_shared<Selection>(Selection(2).combined(std::vector<std::size_t>{0}, SelectionMode::Replace));
        const auto cloud = LatentCloud::fromPoints({0.01f, 0.01f}, {0.01f, 0.01f}, {0, 1}, 2, {}, colours);
        const ScatterStyle style = tests::styleOf(*cloud);
        const std::uint32_t selected = style.groups[style.groupOfKey[cloud->keys()[0]]].rgb, dimmed = style.groups[style.groupOfKey[cloud->keys()[1]]].rgb;
        QCOMPARE(selected, Theme::light().classColor(0).rgb() & 0xffffffu);
        const std::uint32_t p = draw(*cloud, style, viewOf(40, 40, 2.0), bestSimdLevel())[20 * 40 + 20];
        QVERIFY(distance(p, selected) < distance(p, dimmed));
    }

    void depth_overlappingDiscs_nearestIsOnTopLargerAndStronger()
    {
        const auto cloud = LatentCloud::fromPoints({0.01f, 0.01f}, {0.01f, 0.01f}, {0, 1}, 2, {1.0f, -1.0f}); // the near one first
        const ScatterStyle style = tests::styleOf(*cloud);
        QCOMPARE(cloud->labels()[1], std::uint16_t{0}); // ordered from far to near
        const ColourGroup far = style.groups[style.groupOfKey[cloud->keys()[0]]], near = style.groups[style.groupOfKey[cloud->keys()[1]]];
        QVERIFY(near.size > far.size && near.emphasis > far.emphasis);
        const std::uint32_t ground = Theme::light().surface.rgb() & 0xffffffu;
        QVERIFY(distance(far.rgb, ground) < distance(Theme::light().classColor(1).rgb(), ground)); // paler
        const std::uint32_t p = draw(*cloud, style, viewOf(40, 40, 2.0), bestSimdLevel())[20 * 40 + 20];
        QVERIFY(distance(p, near.rgb) < distance(p, far.rgb));
    }

    void filter_valuesOutside_leaveTheRestAsIfAlone()
    {
        const std::size_t n = 4'000;
        CloudColours colours = tests::colouredBy(MapColouring::Kind::Values, n);
        colours.filter = {0.25, 0.5};
        const auto filtered = tests::clusterCloud(n, 3, 1, false, colours);
        const ScatterStyle style = tests::styleOf(*filtered);
        std::size_t drawn = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const float value = (*colours.colouring.values)[i];
            QCOMPARE(style.draws(filtered->keys()[i]), value >= 0.25f && value <= 0.5f); // NaN is never drawn
            drawn += style.draws(filtered->keys()[i]) ? 1 : 0;
        }
        QCOMPARE(filtered->shownCount(), drawn);
        QVERIFY(drawn > n / 8 && drawn < n / 2);
        QVERIFY(tests::inked(draw(*filtered, style, viewOf(200, 150, 1.0), bestSimdLevel()))
                < tests::inked(draw(*tests::clusterCloud(n, 3, 1, false, tests::colouredBy(MapColouring::Kind::Values, n)), style, viewOf(200, 150, 1.0),
                                    bestSimdLevel())));
    }

    void opacity_ofTheStyle_fadesDiscsAndDensity()
    {
        for (const std::size_t n : {std::size_t{3'000}, std::size_t{260'000}}) {
            const auto cloud = tests::clusterCloud(n, 4);
            ScatterStyle style = tests::styleOf(*cloud);
            const auto alphas = [&] {
                std::uint64_t sum = 0;
                for (const std::uint32_t p : draw(*cloud, style, viewOf(200, 150, 1.0, 12.0), bestSimdLevel()))
                    sum += p >> 24;
                return sum;
            };
            const std::uint64_t whole = alphas();
            style.opacity = 0.5;
            const std::uint64_t half = alphas();
            QVERIFY(half > whole / 4 && half < whole * 9 / 10);
            style.opacity = 0.0;
            QCOMPARE(alphas(), std::uint64_t{0});
            QVERIFY(!style.draws(0));
        }
    }

    void styleOfAnotherCloud_tooFewKeys_drawsNothing()
    {
        const ScatterStyle style = makeScatterStyle(Theme::light(), 2, {}, -1);
        const auto pixels = draw(*tests::clusterCloud(500, 4), style, viewOf(64, 64, 1.0), bestSimdLevel());
        QVERIFY(std::all_of(pixels.begin(), pixels.end(), [](std::uint32_t p) { return p == 0; }));
    }

    void style_dimmedAndHiddenClasses_shareGroups()
    {
        const ScatterStyle style = makeScatterStyle(Theme::light(), 12, {false, true}, 11);
        QCOMPARE(style.groupOfKey.size(), std::size_t{12});
        QCOMPARE(style.groupOfKey[1], ScatterStyle::kHidden);
        QCOMPARE(style.groups[style.groupOfKey[11]].rgb, Theme::light().classColor(1).rgb() & 0xffffffu); // the palette of ten goes round
        QVERIFY(style.groups[style.groupOfKey[11]].hollow);                                               // as rings
        QCOMPARE(style.groupOfKey[0], style.groupOfKey[5]);
        QVERIFY(style.foldedGroups.size() <= ScatterStyle::kMostFoldedGroups);
        QVERIFY(style.groups[style.groupOfKey[0]].emphasis < 1.0);
        QCOMPARE(makeScatterStyle(Theme::light(), 0, {}, -1).groups.front().rgb, Theme::light().accent.rgb() & 0xffffffu);
    }

    void colours_whileCodesAreUnderWay_bothArrive()
    {
        QCustomPlot plot;
        plot.resize(300, 200);
        LatentScatter scatter(&plot);
        connect(&scatter, &LatentScatter::cloudChanged, this, [&] {
            if (scatter.cloud())
                scatter.setStyle(tests::styleOf(*scatter.cloud()));
        });
        std::vector<std::pair<float, float>> points;
        for (int i = 0; i < 5'000; ++i)
            points.emplace_back(0.001f * static_cast<float>(i), 0.0f);
        const CloudColours values = tests::colouredBy(MapColouring::Kind::Values, points.size());
        for (int i = 0; i < 10; ++i) {
            const auto frame = tests::frameOf(points, static_cast<std::uint64_t>(i));
            scatter.setCodes(frame, Plane::axes(2, 0, 1), nullptr);
            scatter.setColours(values);
            CloudColours selected = values;
            selected.selection = tests::everySeventh(points.size());
            scatter.setColours(selected);
            QTRY_VERIFY(scatter.settled());
            QCOMPARE(scatter.cloud()->frame(), std::shared_ptr<const LatentFrame>(frame));
            QCOMPARE(scatter.cloud()->layout().kind, MapColouring::Kind::Values);
            QVERIFY(scatter.cloud()->layout().dims);
            const float* x = scatter.cloud()->x().data();
            scatter.setColours({});
            QTRY_VERIFY(scatter.settled());
            QCOMPARE(scatter.cloud()->layout(), KeyLayout());
            QCOMPARE(scatter.cloud()->x().data(), x); // other colours, the same points
        }
    }
};

QTEST_MAIN(TestScatterStyle)
#include "tst_scatter_style.moc"
