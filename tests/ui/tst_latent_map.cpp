// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"
#include "ui/map/hover_card.h"
#include "ui/map/map_legend.h"

#include <QSignalSpy>

using namespace latentscape;
using namespace latentscape::tests;

class TestLatentMap : public LatentMapFixture {
    Q_OBJECT

private Q_SLOTS:
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

    void legend_inALowMap_leavesTheAxisNameFree()
    {
        auto* legend = m_map->findChild<MapLegend*>();
        legend->setNames(QStringList(20, QStringLiteral("class")));
        for (const int height : {400, 260, 160, 120}) {
            m_map->resize(m_map->width(), height);
            QVERIFY2(legend->geometry().bottom() < height - m_map->fontMetrics().height(), qPrintable(QString::number(height)));
        }
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
};

QTEST_MAIN(TestLatentMap)
#include "tst_latent_map.moc"
