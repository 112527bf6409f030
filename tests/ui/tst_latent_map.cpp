// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/map_data.h"
#include "ui/map/hover_card.h"
#include "ui/map/latent_map.h"
#include "ui/map/map_legend.h"

#include <QAccessible>
#include <QFileInfo>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace latentscape;
using namespace latentscape::ui;

namespace {

constexpr int kSide = 9; // codes on a lattice of kSide × kSide, half a unit apart: far enough for presses between them

std::vector<std::pair<float, float>> lattice()
{
    std::vector<std::pair<float, float>> points;
    for (int i = 0; i < kSide * kSide; ++i)
        points.emplace_back(-2.0f + 0.5f * static_cast<float>(i % kSide), -2.0f + 0.5f * static_cast<float>(i / kSide));
    return points;
}

constexpr std::size_t kMiddleRow = 40; // the code at the origin

/// How much of a picture differs from a colour.
int inkedPixels(const QImage& image, const QColor& ground)
{
    int inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            inked += image.pixelColor(x, y) != ground;
    }
    return inked;
}

} // namespace

class TestLatentMap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<PlanePoint>(); }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        m_map = std::make_unique<LatentMap>();
        m_map->resize(600, 500);
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
        m_map->setDataset(tests::mapDataset(kSide * kSide, 3));
        show(tests::frameOf(lattice()));
        m_map->activateWindow();
        m_map->setFocus();
    }
    void cleanup() { m_map.reset(); }

    // --- the probe ----------------------------------------------------------------------------------------------------------

    void press_besideCodes_bringsTheProbe()
    {
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), released(m_map.get(), &LatentMap::probeReleased);
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        const QPoint between = pixel({0.25, 0.25});
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, between);
        QCOMPARE(moved.count(), 1);
        verifyNear(m_map->probe(), m_map->toPlane(between));
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, between);
        QCOMPARE(released.count(), 1);
        QCOMPARE(picked.count(), 0);
    }

    void drag_fromACode_movesTheProbeAndPicksNothing()
    {
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), released(m_map.get(), &LatentMap::probeReleased);
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        const QPoint start = pixel({0.0, 0.0});
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, start);
        QCOMPARE(moved.count(), 0); // it may still become a click
        QTest::mouseMove(m_map.get(), start + QPoint(2, 1));
        QCOMPARE(moved.count(), 0);
        QTest::mouseMove(m_map.get(), start + QPoint(30, -20));
        QCOMPARE(moved.count(), 1);
        verifyNear(m_map->probe(), m_map->toPlane(start + QPoint(30, -20)));
        QTest::mouseMove(m_map.get(), start + QPoint(1, 0)); // back at the start it stays a drag
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, start + QPoint(1, 0));
        QCOMPARE(moved.count(), 2);
        QCOMPARE(released.count(), 1);
        QCOMPARE(picked.count(), 0);
    }

    void click_nearACode_picksItWithoutMovingTheProbe()
    {
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), picked(m_map.get(), &LatentMap::picked);
        const QPoint near = pixel({0.0, 0.0}) + QPoint(5, -4); // 6.4 pixels off
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, near);
        QTest::mouseMove(m_map.get(), near + QPoint(2, 2)); // a hand is never quite still
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, near + QPoint(2, 2));
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked.at(0).at(0).toLongLong(), static_cast<qlonglong>(kMiddleRow));
        QCOMPARE(moved.count(), 0);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}) + QPoint(9, 0)); // out of reach
        QCOMPARE(picked.count(), 1);
        QCOMPARE(moved.count(), 1);
    }

    void altDrag_fromACode_picksAtPressThenDrags()
    {
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), picked(m_map.get(), &LatentMap::picked);
        const QPoint start = pixel({0.0, 0.0});
        QTest::mousePress(m_map.get(), Qt::LeftButton, Qt::AltModifier, start);
        QCOMPARE(picked.count(), 1);
        QTest::mouseMove(m_map.get(), start + QPoint(40, 0));
        QCOMPARE(moved.count(), 1);
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, Qt::AltModifier, start + QPoint(40, 0));
        QCOMPARE(picked.count(), 1);
    }

    void drag_manyMoves_neverDrawsThePointsNorChangesTheView()
    {
        const QRectF range = m_map->viewRange();
        const int draws = m_map->scatterDraws();
        QSignalSpy painted(m_map.get(), &LatentMap::overlayPainted), moved(m_map.get(), &LatentMap::probeMoved);
        const QPoint start = pixel({0.25, 0.25});
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, start);
        for (int i = 1; i <= 50; ++i) {
            QTest::mouseMove(m_map.get(), start + QPoint(3 * i, i));
            const int before = static_cast<int>(painted.count());
            QTRY_VERIFY(painted.count() > before); // each move reaches the screen
        }
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, start + QPoint(150, 50));
        QCOMPARE(moved.count(), 51);
        QCOMPARE(m_map->scatterDraws(), draws);
        QCOMPARE(m_map->viewRange(), range);
    }

    void doubleClick_onACode_putsTheProbeThere()
    {
        const QPoint at = pixel({1.0, 1.0}) + QPoint(3, 0);
        QTest::mouseDClick(m_map.get(), Qt::LeftButton, {}, at);
        verifyNear(m_map->probe(), m_map->toPlane(at));
    }

    void setProbe_byProgram_emitsNothing()
    {
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved);
        m_map->setProbe({1.0, -1.0});
        QCOMPARE(moved.count(), 0);
        QCOMPARE(m_map->probe().x, 1.0);
    }

    void arrows_pressed_nudgeByTheView()
    {
        m_map->setProbe({0.0, 0.0});
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), released(m_map.get(), &LatentMap::probeReleased);
        const QRectF range = m_map->viewRange();
        QTest::keyClick(m_map.get(), Qt::Key_Right);
        verifyNear(m_map->probe(), {range.width() / 100, 0.0});
        QTest::keyClick(m_map.get(), Qt::Key_Up, Qt::ShiftModifier);
        verifyNear(m_map->probe(), {range.width() / 100, range.height() / 10});
        QTest::keyClick(m_map.get(), Qt::Key_Left);
        QTest::keyClick(m_map.get(), Qt::Key_Down, Qt::ShiftModifier);
        verifyNear(m_map->probe(), {0.0, 0.0});
        QCOMPARE(moved.count(), 4);
        QCOMPARE(released.count(), 4);
    }

    void escape_pressed_letsGo()
    {
        QSignalSpy released(m_map.get(), &LatentMap::pickReleased);
        QTest::keyClick(m_map.get(), Qt::Key_Escape);
        QCOMPARE(released.count(), 1);
    }

    void enter_probeAtACode_picksIt()
    {
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        m_map->setProbe({0.02, 0.0});
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked.at(0).at(0).toLongLong(), static_cast<qlonglong>(kMiddleRow));
    }

    // --- the view -----------------------------------------------------------------------------------------------------------

    void wheel_turned_zoomsAtTheCursor()
    {
        const QPointF cursor(173.0, 391.0);
        const PlanePoint under = m_map->toPlane(cursor);
        const double width = m_map->viewRange().width();
        QSignalSpy changed(m_map.get(), &LatentMap::viewRangeChanged);
        turnWheel(cursor, 240);
        QVERIFY(m_map->viewRange().width() < 0.9 * width);
        verifyNear(m_map->toPlane(cursor), under);
        QCOMPARE(changed.count(), 1);
        turnWheel(cursor, -240);
        QVERIFY(std::abs(m_map->viewRange().width() - width) < 1e-9);
        QTRY_VERIFY(m_map->settled());
    }

    void rightDrag_panning_keepsThePointUnderTheHand()
    {
        const QPoint start(300, 250), end(220, 330);
        const PlanePoint held = m_map->toPlane(start);
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved);
        for (const Qt::MouseButton button : {Qt::RightButton, Qt::MiddleButton}) {
            m_map->fitView();
            QTest::mousePress(m_map.get(), button, {}, start);
            QTest::mouseMove(m_map.get(), end);
            QTest::mouseRelease(m_map.get(), button, {}, end);
            verifyNear(m_map->toPlane(end), held);
        }
        QCOMPARE(moved.count(), 0);
    }

    void view_afterFit_holdsAllCodesWithOneScale()
    {
        m_map->setViewRange({10.0, 10.0, 1.0, 1.0});
        QTest::keyClick(m_map.get(), Qt::Key_F);
        const QRectF range = m_map->viewRange();
        QVERIFY(range.contains(QRectF(-2.0, -2.0, 4.0, 4.0)));
        QVERIFY(std::abs(range.width() / range.height() - 600.0 / 500.0) < 1e-9);
    }

    void newCodes_untouchedView_isFollowed()
    {
        auto far = lattice();
        for (auto& [x, y] : far)
            x = 4.0f * x, y = 4.0f * y;
        show(tests::frameOf(far, 2));
        QVERIFY(m_map->viewRange().contains(QRectF(-8.0, -8.0, 16.0, 16.0)));
    }

    void newCodes_viewOfThePerson_isKept()
    {
        turnWheel({300.0, 250.0}, 480);
        const QRectF own = m_map->viewRange();
        auto far = lattice();
        for (auto& [x, y] : far)
            x = 4.0f * x, y = 4.0f * y;
        show(tests::frameOf(far, 2));
        QCOMPARE(m_map->viewRange(), own);
    }

    void resize_viewOfThePerson_keepsTheScale()
    {
        turnWheel({300.0, 250.0}, 480);
        const double scale = m_map->viewRange().width() / m_map->width();
        m_map->resize(700, 420);
        QTRY_COMPARE(m_map->size(), QSize(700, 420));
        QVERIFY(std::abs(m_map->viewRange().width() / 700.0 - scale) < 1e-9);
        QVERIFY(std::abs(m_map->viewRange().height() / 420.0 - scale) < 1e-9);
        QTRY_VERIFY(m_map->settled());
    }

    // --- hovering -----------------------------------------------------------------------------------------------------------

    void hover_nearACode_showsItsCard()
    {
        const auto* card = m_map->findChild<HoverCard*>();
        QVERIFY(card);
        hover(pixel({0.0, 0.0}) + QPoint(7, 7));
        QVERIFY(!card->isVisible()); // only after a moment
        QTRY_VERIFY(card->isVisible());
        QCOMPARE(card->content().title, QStringLiteral("label class 1"));
        QVERIFY(card->content().subtitle.contains(QStringLiteral("40")));
        QCOMPARE(card->content().image.size(), QSize(2, 2));
        hover(pixel({0.25, 0.25}));
        QVERIFY(!card->isVisible());
    }

    // --- the legend ---------------------------------------------------------------------------------------------------------

    void legendClick_onAClass_isolatesItAndBack()
    {
        auto* legend = m_map->findChild<MapLegend*>();
        QVERIFY(legend && legend->isVisible());
        const QImage all = m_map->renderedImage(1.0);
        QTest::mouseClick(legend, Qt::LeftButton, {}, legend->rowRect(1).center());
        QCOMPARE(shownClasses(), (std::vector<bool>{false, true, false}));
        const QImage one = m_map->renderedImage(1.0);
        QVERIFY(inkedPixels(one, Theme::light().surface) < inkedPixels(all, Theme::light().surface));
        QTest::mouseClick(legend, Qt::LeftButton, {}, legend->rowRect(1).center());
        QCOMPARE(shownClasses(), (std::vector<bool>{true, true, true}));
        QTRY_VERIFY(m_map->settled());
    }

    void legendControlClick_onAClass_togglesIt()
    {
        auto* legend = m_map->findChild<MapLegend*>();
        QTest::mouseClick(legend, Qt::LeftButton, Qt::ControlModifier, legend->rowRect(2).center());
        QCOMPARE(shownClasses(), (std::vector<bool>{true, true, false}));
    }

    void hiddenClass_clicked_isNotPicked()
    {
        m_map->isolateClass(0);
        QSignalSpy picked(m_map.get(), &LatentMap::picked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0})); // a code of class 1
        QCOMPARE(picked.count(), 0);
    }

    void legendKeys_downAndSpace_toggleAClass()
    {
        auto* legend = m_map->findChild<MapLegend*>();
        legend->setFocus(Qt::TabFocusReason);
        QTest::keyClick(legend, Qt::Key_Home);
        QTest::keyClick(legend, Qt::Key_Down);
        QTest::keyClick(legend, Qt::Key_Space);
        QCOMPARE(shownClasses(), (std::vector<bool>{true, false, true}));
    }

    // --- the path -----------------------------------------------------------------------------------------------------------

    void pathTool_clicks_addMoveAndRemoveAnchors()
    {
        std::vector<PlanePoint> anchors;
        connect(m_map.get(), &LatentMap::pathAnchorAdded, this, [&](PlanePoint p, qsizetype) {
            anchors.push_back(p);
            m_map->setPath(anchors, Interpolation::Linear);
        });
        QSignalSpy added(m_map.get(), &LatentMap::pathAnchorAdded), moved(m_map.get(), &LatentMap::pathAnchorMoved);
        QSignalSpy removed(m_map.get(), &LatentMap::pathAnchorRemoved), probe(m_map.get(), &LatentMap::probeMoved);
        m_map->setTool(LatentMap::Tool::Path);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}) + QPoint(3, 3));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({1.25, 1.25}));
        QCOMPARE(added.count(), 2);
        QCOMPARE(added.at(0).at(1).toLongLong(), static_cast<qlonglong>(kMiddleRow)); // snapped to the code
        verifyNear(anchors[0], {0.0, 0.0});
        QCOMPARE(added.at(1).at(1).toLongLong(), -1);
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, pixel({1.25, 1.25}));
        QTest::mouseMove(m_map.get(), pixel({1.25, 0.75}));
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, pixel({1.25, 0.75}));
        QCOMPARE(added.count(), 2);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(moved.at(0).at(0).toInt(), 1);
        QTest::keyClick(m_map.get(), Qt::Key_Delete);
        QCOMPARE(removed.count(), 1);
        QCOMPARE(removed.at(0).at(0).toInt(), 1);
        QTest::mouseClick(m_map.get(), Qt::RightButton, {}, pixel({0.0, 0.0}));
        QCOMPARE(removed.count(), 2);
        QCOMPARE(removed.at(1).at(0).toInt(), 0);
        QCOMPARE(probe.count(), 0);
    }

    // --- pictures -----------------------------------------------------------------------------------------------------------

    void export_png_hasSizeAndThemedGround()
    {
        QTemporaryDir dir;
        for (const Theme& theme : {Theme::light(), Theme::darkTheme()}) {
            m_map->setTheme(theme);
            const QString path = dir.filePath(QStringLiteral("map.png"));
            QVERIFY(m_map->exportTo(path, 2.0));
            const QImage image(path);
            QCOMPARE(image.size(), QSize(1200, 1000));
            QCOMPARE(image.pixelColor(1199 - 150, 999 - 3), theme.surface);
            QVERIFY(inkedPixels(image, theme.surface) > 5'000);
        }
    }

    void export_vectors_showTheMap()
    {
        QTemporaryDir dir;
        const QString svg = dir.filePath(QStringLiteral("map.svg")), pdf = dir.filePath(QStringLiteral("map.pdf"));
        QVERIFY(m_map->exportTo(svg, 2.0));
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QImage image(600, 500, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        renderer.render(&painter);
        painter.end();
        QVERIFY(inkedPixels(image, Qt::white) > 1'000);
        QVERIFY(m_map->exportTo(pdf, 2.0));
        QFile file(pdf);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.read(5) == "%PDF-" && file.size() > 5'000);
    }

    void export_unknownSuffixOrFolder_isRefused()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("map.xyz"));
        QVERIFY(!m_map->exportTo(path, 1.0));
        QVERIFY(!QFileInfo::exists(path));
        QVERIFY(!m_map->exportTo(dir.filePath(QStringLiteral("missing/map.png")), 1.0));
    }

    void screen_settled_equalsTheRenderedMap()
    {
        QTRY_VERIFY(m_map->settled());
        for (QWidget* child : m_map->findChildren<QWidget*>()) { // handles are not part of the picture
            if (QString::fromLatin1(child->metaObject()->className()).endsWith(QLatin1String("MapOverlay")))
                child->hide();
        }
        const QImage screen = m_map->grab().toImage().convertToFormat(QImage::Format_RGB32);
        const QImage rendered = m_map->renderedImage(m_map->devicePixelRatioF()).convertToFormat(QImage::Format_RGB32);
        QCOMPARE(screen.size(), rendered.size());
        int different = 0;
        for (int y = 0; y < screen.height(); ++y) {
            for (int x = 0; x < screen.width() - 130; ++x) // the legend's translucent ground rounds differently
                different += screen.pixel(x, y) != rendered.pixel(x, y);
        }
        QVERIFY2(different < 200, qPrintable(QString::number(different))); // half-transparent text patches may round by one
    }

    void emptyMap_afterClearing_saysWhatWillAppear()
    {
        m_map->setCodes(nullptr, Plane::axes(2, 0, 1));
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->classes().empty());
        QVERIFY(!m_map->findChild<MapLegend*>()->isVisible());
        QVERIFY(inkedPixels(m_map->renderedImage(1.0), Theme::light().surface) > 500); // the sentence, the circles
    }

    // --- accessibility ------------------------------------------------------------------------------------------------------

    void accessible_map_isAChartOfClasses()
    {
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(m_map.get());
        QVERIFY(chart);
        QCOMPARE(chart->role(), QAccessible::Chart);
        QCOMPARE(chart->text(QAccessible::Name), QStringLiteral("Latent map"));
        m_map->setProbeInfo(QStringLiteral("z (0.62, −1.18), nearest label 7"));
        QVERIFY(chart->text(QAccessible::Description).contains(QStringLiteral("z (0.62, −1.18), nearest label 7")));
        QCOMPARE(chart->childCount(), 3);
        for (int i = 0; i < 3; ++i) {
            QAccessibleInterface* item = chart->child(i);
            QVERIFY(item && item->isValid());
            QCOMPARE(item->role(), QAccessible::ListItem);
            QCOMPARE(item->text(QAccessible::Name), QStringLiteral("class %1").arg(i));
            QVERIFY(item->text(QAccessible::Value).contains(QStringLiteral("27")));
            QCOMPARE(chart->indexOfChild(item), i);
            QCOMPARE(item->parent(), chart);
        }
        QVERIFY(!chart->child(3));
        chart->child(1)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(shownClasses(), (std::vector<bool>{false, true, false}));
        QVERIFY(!chart->child(0)->state().checked);
    }

private:
    void show(const std::shared_ptr<LatentFrame>& frame)
    {
        m_map->setCodes(frame, Plane::axes(2, 0, 1));
        QTRY_VERIFY(m_map->settled());
    }
    [[nodiscard]] QPoint pixel(PlanePoint p) const { return m_map->toPixel(p).toPoint(); }
    static void verifyNear(PlanePoint a, PlanePoint b)
    {
        QVERIFY2(std::abs(a.x - b.x) < 1e-6 && std::abs(a.y - b.y) < 1e-6,
                 qPrintable(QStringLiteral("(%1, %2) and (%3, %4)").arg(a.x).arg(a.y).arg(b.x).arg(b.y)));
    }
    void turnWheel(QPointF at, int angle)
    {
        QWheelEvent event(at, m_map->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_map.get(), &event);
    }
    void hover(QPoint at) // QTest::mouseMove without a pressed button would move the real cursor
    {
        QMouseEvent event(QEvent::MouseMove, at, m_map->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_map.get(), &event);
    }
    [[nodiscard]] std::vector<bool> shownClasses() const
    {
        std::vector<bool> shown;
        for (const LatentMap::ClassEntry& entry : m_map->classes())
            shown.push_back(entry.shown);
        return shown;
    }

    std::unique_ptr<LatentMap> m_map;
};

QTEST_MAIN(TestLatentMap)
#include "tst_latent_map.moc"
