// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"
#include "ui/map/hover_card.h"
#include "ui/map/map_colour_bar.h"
#include "ui/map/map_hint.h"
#include "ui/map/map_decor.h"
#include "ui/map/map_legend.h"
#include "ui/map/map_overlay.h"

#include <QPainter>
#include <QAccessible>
#include <QSignalSpy>

#include <algorithm>

using namespace latentscape;
using namespace latentscape::tests;

class TestLatentMapLook : public LatentMapFixture {
    Q_OBJECT

private:
    static constexpr std::size_t kCodes = kSide * kSide;
    CloudColours m_values = colouredBy(MapColouring::Kind::Values, kCodes);

    void colourByValues()
    {
        m_map->setColouring(m_values.colouring);
        QTRY_VERIFY(m_map->settled());
    }
    [[nodiscard]] float valueOf(std::size_t row) const { return (*m_values.colouring.values)[row]; }
    [[nodiscard]] QColor colourAt(const QImage& image, PlanePoint p) const { return image.pixelColor(pixel(p)); }
    void bare() // nothing but ground and backdrop where the tests look
    {
        m_map->setLabelledClusters(false);
        QTRY_VERIFY(m_map->settled());
    }

private Q_SLOTS:
    // --- colours ------------------------------------------------------------------------------------------------------------

    void values_chosen_colourThePointsAndShowTheBar()
    {
        auto* bar = m_map->findChild<MapColourBar*>();
        auto* legend = m_map->findChild<MapLegend*>();
        QVERIFY(bar && !bar->isVisible() && legend->isVisible());
        bare();
        colourByValues();
        QVERIFY(bar->isVisible() && !legend->isVisible());
        const QImage image = m_map->renderedImage(1.0);
        for (const std::size_t row : {std::size_t{20}, std::size_t{40}, std::size_t{60}}) {
            const auto [x, y] = lattice()[row];
            const QColor shown = colourAt(image, {static_cast<double>(x), static_cast<double>(y)});
            const QColor wanted = QColor::fromRgb(scaleColour(ColourScaleName::Viridis, static_cast<double>(valueOf(row))));
            const int off = std::abs(shown.red() - wanted.red()) + std::abs(shown.green() - wanted.green()) + std::abs(shown.blue() - wanted.blue());
            QVERIFY2(off < 150, qPrintable(shown.name() + QLatin1Char(' ') + wanted.name())); // discs are not quite opaque
        }
        m_map->setColouring({});
        QTRY_VERIFY(m_map->settled());
        QVERIFY(!bar->isVisible() && legend->isVisible());
    }

    void colouring_thereAndBack_givesTheSamePicture()
    {
        const QImage before = m_map->renderedImage(1.0);
        colourByValues();
        QVERIFY(m_map->renderedImage(1.0) != before);
        m_map->setColouring({});
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->renderedImage(1.0) == before);
    }

    void predictedClasses_chosen_fillTheLegend()
    {
        MapColouring colouring = m_values.colouring;
        colouring.kind = MapColouring::Kind::Classes;
        colouring.title = QStringLiteral("predicted");
        m_map->setColouring(colouring);
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->findChild<MapLegend*>()->isVisible());
        std::size_t counted = 0;
        for (const LatentMap::ClassEntry& entry : m_map->classes())
            counted += entry.count;
        QCOMPARE(counted, kCodes - 1); // one has no prediction
        m_map->isolateClass(2);
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0})); // row 40: predicted 40 / 2 % 3 = 2
        QCOMPARE(picked.count(), 1);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({1.0, 0.0})); // row 42: 0
        QCOMPARE(picked.count(), 1);
    }

    void filter_handleDragged_hidesPointsFromPicks()
    {
        colourByValues();
        auto* bar = m_map->findChild<MapColourBar*>();
        QSignalSpy changed(m_map.get(), &LatentMap::valueFilterChanged), picked(m_map.get(), &LatentMap::picked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}));
        QCOMPARE(picked.count(), 1);
        const float middle = valueOf(kMiddleRow);
        QVERIFY(middle < 0.9f);
        const QPoint handle = bar->handlePosition(false);
        const QPoint above(handle.x(), handle.y() - static_cast<int>(bar->barRect().height() * (middle + 0.08f)));
        QTest::mousePress(bar, Qt::LeftButton, {}, handle);
        QTest::mouseMove(bar, above);
        QTest::mouseRelease(bar, Qt::LeftButton, {}, above);
        QVERIFY(changed.count() >= 1);
        QVERIFY(m_map->valueFilter() && m_map->valueFilter()->first > static_cast<double>(middle));
        QTRY_VERIFY(m_map->settled());
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}));
        QCOMPARE(picked.count(), 1);
        bar->setFocus(Qt::TabFocusReason);
        QTest::keyClick(bar, Qt::Key_Home);
        QVERIFY(!m_map->valueFilter());
        QTRY_VERIFY(m_map->settled());
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}));
        QCOMPARE(picked.count(), 2);
    }

    void hoverCard_valuesAndPredictions_tellThem()
    {
        const auto* card = m_map->findChild<HoverCard*>();
        colourByValues();
        hover(pixel({0.0, 0.0}));
        QTRY_VERIFY(card->isVisible());
        QVERIFY2(card->content().subtitle.endsWith(QStringLiteral("KL %1 nats").arg(static_cast<double>(valueOf(kMiddleRow)), 0, 'f', 3)),
                 qPrintable(card->content().subtitle));
        MapColouring colouring = m_values.colouring;
        colouring.kind = MapColouring::Kind::Classes;
        colouring.title = QStringLiteral("predicted");
        m_map->setColouring(colouring);
        QTRY_VERIFY(m_map->settled());
        hover(pixel({0.25, 0.25}));
        hover(pixel({0.0, 0.0}));
        QTRY_VERIFY(card->isVisible());
        QVERIFY(card->content().subtitle.endsWith(QStringLiteral("predicted class 2")));
    }

    void filter_byProgram_drawsLessAndTellsNothing()
    {
        colourByValues();
        QSignalSpy changed(m_map.get(), &LatentMap::valueFilterChanged);
        const int all = inkedPixels(m_map->renderedImage(1.0), Theme::light().surface);
        m_map->setValueFilter(std::pair(0.4, 0.6));
        QTRY_VERIFY(m_map->settled());
        QVERIFY(inkedPixels(m_map->renderedImage(1.0), Theme::light().surface) < all - 500);
        QCOMPARE(changed.count(), 0);
        MapColouring other = m_values.colouring;
        other.high = 2.0;
        m_map->setColouring(other);
        QVERIFY(m_map->valueFilter()); // the same numbers
        other.title = QStringLiteral("loss");
        m_map->setColouring(other);
        QVERIFY(!m_map->valueFilter()); // others
        QTRY_VERIFY(m_map->settled());
    }

    void selection_someCodes_dimsTheOthers()
    {
        bare();
        const QImage before = m_map->renderedImage(1.0);
        m_map->setSelection(std::make_shared<Selection>(kCodes)); // empty
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->renderedImage(1.0) == before);
        QCOMPARE(m_map->selectedCount(), std::size_t{0});
        m_map->setSelection(std::make_shared<Selection>(Selection(kCodes).combined(std::vector<std::size_t>{kMiddleRow}, SelectionMode::Replace)));
        QTRY_VERIFY(m_map->settled());
        const QImage after = m_map->renderedImage(1.0);
        QCOMPARE(colourAt(after, {0.0, 0.0}), colourAt(before, {0.0, 0.0}));
        const QColor dimmed = colourAt(after, {0.5, 0.5});
        QVERIFY(dimmed.saturation() < 30 && colourAt(before, {0.5, 0.5}).saturation() > 100);
        QCOMPARE(m_map->selectedCount(), std::size_t{1});
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({-1.0, 0.0})); // dimmed codes are still there
        QCOMPARE(picked.count(), 1);
        m_map->setSelection(nullptr);
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->renderedImage(1.0) == before);
    }

    void depth_planeInSpace_shadesFarPoints()
    {
        bare();
        showInSpace();
        const QImage image = m_map->renderedImage(2.0);
        const auto ink = [&](PlanePoint p) { // how much of the ground a disc hides
            const QPoint at = (m_map->toPixel(p) * 2.0).toPoint();
            int sum = 0;
            for (int y = -10; y <= 10; ++y) {
                for (int x = -10; x <= 10; ++x) {
                    const QColor c = image.pixelColor(at + QPoint(x, y));
                    sum += std::max({255 - c.red(), 255 - c.green(), 255 - c.blue()});
                }
            }
            return sum;
        };
        QVERIFY(ink({1.0, 2.0}) > 3 * ink({-1.0, -2.0}) / 2); // rows grow towards the person; both of class 0
    }

    // --- handles and insets -------------------------------------------------------------------------------------------------

    void ellipseAndDraws_shown_areInTheAccent()
    {
        auto* overlay = m_map->findChild<MapOverlay*>();
        m_map->setProbe({-2.0, -2.0});
        const int draws = m_map->scatterDraws();
        m_map->setEllipse(PlaneEllipse{{0.25, 0.25}, 0.8, 0.3, M_PI / 6});
        m_map->setDraws({{-1.25, 1.25}, {1.75, -1.25}});
        QImage image(overlay->size(), QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        overlay->render(&image, {}, {}, {});
        const auto accentNear = [&](PlanePoint p) {
            for (int y = -2; y <= 2; ++y) {
                for (int x = -2; x <= 2; ++x) {
                    const QColor c = image.pixelColor(pixel(p) + QPoint(x, y));
                    if (c.alpha() > 100 && c.blue() > c.red() + 60)
                        return true;
                }
            }
            return false;
        };
        const double c = std::cos(M_PI / 6), s = std::sin(M_PI / 6);
        QVERIFY(accentNear({0.25 + 0.8 * c, 0.25 + 0.8 * s})); // the ends of the axes at one σ
        QVERIFY(accentNear({0.25 - 0.3 * s, 0.25 + 0.3 * c}));
        QVERIFY(!accentNear({0.25 + 0.8 * c, 0.25 - 0.8 * s}));
        QVERIFY(accentNear({-1.25, 1.25}) && accentNear({1.75, -1.25}));
        QCOMPARE(m_map->scatterDraws(), draws);
        m_map->setEllipse(std::nullopt);
        m_map->setDraws({});
        image.fill(Qt::transparent);
        overlay->render(&image, {}, {}, {});
        QVERIFY(!accentNear({0.25 + 0.8 * c, 0.25 + 0.8 * s}) && !accentNear({-1.25, 1.25}));
    }

    void decor_ofOneDimension_saysNothingOfHeights()
    {
        const auto drawn = [](const QString& yLabel, double bottom, bool prior = true) {
            MapDecor decor;
            decor.priorMean = prior ? std::optional(PlanePoint()) : std::nullopt;
            decor.xLabel = QStringLiteral("z1");
            decor.yLabel = yLabel;
            const MapView view{QRectF(-4.0, bottom, 8.0, 6.0), QSizeF(400, 300)};
            QImage image(400, 300, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            drawGrid(painter, decor, view);
            drawForeground(painter, decor, view, nullptr);
            return image;
        };
        QCOMPARE(drawn({}, -3.0), drawn({}, -1.3));
        QVERIFY(drawn(QStringLiteral("z2"), -3.0) != drawn(QStringLiteral("z2"), -1.3));
        const QImage with = drawn({}, -3.0), without = drawn({}, -3.0, /*prior=*/false);
        int dashes = 0; // of the line at one σ
        for (int y = 30; y < 270; ++y)
            dashes += with.pixel(250, y) != without.pixel(250, y);
        QVERIFY2(dashes > 60 && dashes < 180, qPrintable(QString::number(dashes)));
    }

    void decor_ofAnyPlane_drawsThePriorAroundItsMean()
    {
        const auto drawn = [](PlanePoint mean, PlanePoint corner) {
            MapDecor decor;
            decor.priorMean = mean;
            const MapView view{QRectF(corner.x, corner.y, 8.0, 6.0), QSizeF(400, 300)};
            QImage image(400, 300, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            drawForeground(painter, decor, view, nullptr);
            return image.copy(30, 10, 360, 260); // without the tick labels
        };
        QCOMPARE(drawn({2.0, -1.0}, {-2.0, -4.0}), drawn({0.0, 0.0}, {-4.0, -3.0}));
        QVERIFY(drawn({2.0, -1.0}, {-4.0, -3.0}) != drawn({0.0, 0.0}, {-4.0, -3.0}));
    }

    void smallMap_everythingShown_nothingOverlaps_data()
    {
        QTest::addColumn<bool>("values");
        QTest::newRow("legend") << false;
        QTest::newRow("colour bar") << true;
    }
    void smallMap_everythingShown_nothingOverlaps()
    {
        QFETCH(bool, values);
        m_map->resize(400, 300);
        m_map->setDataset(mapDataset(kCodes, 10));
        m_map->setCaption(QStringLiteral("live · codes up to one epoch old"));
        m_map->setAxisLabels(QStringLiteral("PC 1"), QStringLiteral("PC 2"));
        MapBackdrop backdrop;
        backdrop.image = QImage(3, 2, QImage::Format_RGB32);
        backdrop.image.fill(Qt::gray);
        backdrop.range = QRectF(-3.0, -2.0, 6.0, 4.0);
        backdrop.caption = QStringLiteral("density of codes");
        m_map->setBackdrop(backdrop);
        if (values)
            m_map->setColouring(m_values.colouring);
        m_map->showHint(QStringLiteral("Drag around codes to select them. Hold Shift to add, Ctrl to remove."));
        showInSpace();
        const QRect gizmo = m_map->findChild<MapGizmo*>()->geometry(), hint = m_map->findChild<MapHint*>()->geometry();
        const QWidget* corner = values ? static_cast<QWidget*>(m_map->findChild<MapColourBar*>()) : m_map->findChild<MapLegend*>();
        QVERIFY(corner->isVisible() && m_map->findChild<MapGizmo*>()->isVisible() && m_map->findChild<MapHint*>()->isVisible());
        QVERIFY(!gizmo.intersects(corner->geometry()));
        QVERIFY(!hint.intersects(corner->geometry()));
        QVERIFY(!hint.intersects(gizmo));
        for (const QRect& r : {gizmo, hint, corner->geometry()})
            QVERIFY(m_map->rect().contains(r));
        QVERIFY(m_map->height() - gizmo.bottom() > 2 * m_map->fontMetrics().height()); // two lines of text below it
    }

    // --- accessibility ------------------------------------------------------------------------------------------------------

    void accessible_toolSelectionAndHint_areDescribed()
    {
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(m_map.get());
        QVERIFY(chart->text(QAccessible::Description).contains(QStringLiteral("Probe tool")));
        m_map->setTool(LatentMap::Tool::Lasso);
        m_map->setSelection(everySeventh(kCodes));
        m_map->showHint(QStringLiteral("Drag around codes."));
        QTRY_VERIFY(m_map->settled());
        const QString description = chart->text(QAccessible::Description);
        QVERIFY(description.contains(QStringLiteral("Lasso tool")));
        QVERIFY(description.contains(QStringLiteral("12 are selected")));
        QVERIFY(description.contains(QStringLiteral("Drag around codes.")));
        QAccessibleInterface* alert = QAccessible::queryAccessibleInterface(m_map->findChild<MapHint*>());
        QCOMPARE(alert->role(), QAccessible::AlertMessage);
        QCOMPARE(alert->text(QAccessible::Name), QStringLiteral("Drag around codes."));
    }

    void accessible_colourBar_hasNameAndValue()
    {
        colourByValues();
        m_map->setValueFilter(std::pair(0.25, 0.75));
        QAccessibleInterface* bar = QAccessible::queryAccessibleInterface(m_map->findChild<MapColourBar*>());
        QCOMPARE(bar->role(), QAccessible::Slider);
        QCOMPARE(bar->text(QAccessible::Name), QStringLiteral("Colour bar"));
        QCOMPARE(bar->text(QAccessible::Value), QStringLiteral("KL from 0 to 1 nats. Shown from 0.25 to 0.75."));
    }
};

QTEST_MAIN(TestLatentMapLook)
#include "tst_latent_map_look.moc"
