// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"
#include "ui/map/map_hint.h"

#include <QSignalSpy>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// Writes down what is grabbed, moved and released, in order.
class Diary : public QObject {
public:
    explicit Diary(LatentMap& map)
    {
        connect(&map, &LatentMap::probeGrabbed, this, [this] { note(QStringLiteral("P+")); });
        connect(&map, &LatentMap::probeMoved, this, [this] { note(QStringLiteral("P")); });
        connect(&map, &LatentMap::probeReleased, this, [this] { note(QStringLiteral("P-")); });
        connect(&map, &LatentMap::pathAnchorGrabbed, this, [this](int i) { note(QStringLiteral("A%1+").arg(i)); });
        connect(&map, &LatentMap::pathAnchorMoved, this, [this](int i) { note(QStringLiteral("A%1").arg(i)); });
        connect(&map, &LatentMap::pathAnchorReleased, this, [this](int i) { note(QStringLiteral("A%1-").arg(i)); });
        connect(&map, &LatentMap::rotationGrabbed, this, [this] { note(QStringLiteral("R+")); });
        connect(&map, &LatentMap::rotationDragged, this, [this] { note(QStringLiteral("R")); });
        connect(&map, &LatentMap::rotationReleased, this, [this] { note(QStringLiteral("R-")); });
        connect(&map, &LatentMap::picked, this, [this] { note(QStringLiteral("picked")); });
        connect(&map, &LatentMap::lassoFinished, this, [this] { note(QStringLiteral("lasso")); });
    }
    [[nodiscard]] QString take() { return std::exchange(m_notes, {}).join(QLatin1Char(' ')); }

private:
    void note(const QString& text) // the same again is written once
    {
        if (m_notes.isEmpty() || m_notes.last() != text)
            m_notes.append(text);
    }
    QStringList m_notes;
};

} // namespace

class TestLatentMapGestures : public LatentMapFixture {
    Q_OBJECT

private:
    void key(int which, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_map.get(), static_cast<Qt::Key>(which), modifiers); }
    void sendKey(QEvent::Type type, int which, bool repeat, Qt::KeyboardModifiers modifiers = {})
    {
        QKeyEvent event(type, which, modifiers, QString(), repeat);
        QCoreApplication::sendEvent(m_map.get(), &event);
    }

private Q_SLOTS:
    // --- rotating -----------------------------------------------------------------------------------------------------------

    void rotation_byGizmoControlAndKeys_tellsRadians_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("gizmo") << QStringLiteral("gizmo");
        QTest::newRow("Ctrl+drag") << QStringLiteral("drag");
        QTest::newRow("Ctrl+arrows") << QStringLiteral("keys");
    }
    void rotation_byGizmoControlAndKeys_tellsRadians()
    {
        QFETCH(QString, how);
        showInSpace();
        for (const LatentMap::Tool tool : {LatentMap::Tool::Probe, LatentMap::Tool::Path, LatentMap::Tool::Lasso}) {
            m_map->setTool(tool);
            double horizontal = 0.0, vertical = 0.0;
            QObject context;
            connect(m_map.get(), &LatentMap::rotationDragged, &context, [&](double h, double v) { horizontal += h, vertical += v; });
            Diary diary(*m_map);
            const QRectF range = m_map->viewRange();
            if (how == QStringLiteral("keys")) {
                key(Qt::Key_Right, Qt::ControlModifier);
                key(Qt::Key_Up, Qt::ControlModifier);
                QCOMPARE(diary.take(), QStringLiteral("R+ R R- R+ R R-"));
            } else {
                const QPoint start = how == QStringLiteral("gizmo") ? gizmoCentre() : pixel({0.0, 0.0});
                drag({start, start + QPoint(10, 0), start + QPoint(60, -30)}, how == QStringLiteral("gizmo") ? Qt::NoModifier : Qt::ControlModifier);
                QCOMPARE(diary.take(), QStringLiteral("R+ R R-"));
                QVERIFY(std::abs(horizontal / vertical - 2.0) < 1e-9); // the ball is round
            }
            QVERIFY(horizontal > 0.05 && horizontal < 3.2);
            QVERIFY(vertical > 0.05 && vertical < 3.2);
            QCOMPARE(m_map->viewRange(), range);
        }
    }

    void rotation_withoutAxes_isAProbeDrag()
    {
        Diary diary(*m_map);
        const QPoint start = pixel({0.25, 0.25});
        drag({start, start + QPoint(40, 10)}, Qt::ControlModifier);
        QCOMPARE(diary.take(), QStringLiteral("P+ P P-"));
        key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(diary.take(), QString());
    }

    void gizmo_clicked_turnsNothing()
    {
        showInSpace();
        Diary diary(*m_map);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, gizmoCentre());
        QTest::mouseDClick(m_map.get(), Qt::LeftButton, {}, gizmoCentre());
        QCOMPARE(diary.take(), QString());
    }

    void gizmo_underTheCursor_changesTheCursor()
    {
        showInSpace();
        hover(pixel({0.25, 0.25}));
        QVERIFY(m_map->cursor().shape() != Qt::OpenHandCursor);
        hover(gizmoCentre());
        QCOMPARE(m_map->cursor().shape(), Qt::OpenHandCursor);
        hover(gizmoCentre() - QPoint(MapGizmo::kDiameter / 2 + 3, 0));
        QVERIFY(m_map->cursor().shape() != Qt::OpenHandCursor);
        m_map->setTool(LatentMap::Tool::Lasso);
        hover(pixel({0.25, 0.25}));
        QCOMPARE(m_map->cursor().shape(), Qt::CrossCursor);
    }

    void planeThatTurns_manyTimes_keepsTheView()
    {
        showInSpace();
        const QRectF range = m_map->viewRange();
        QVERIFY(range.contains(QRectF(-2.0, -2.0, 4.0, 4.0)));
        for (int i = 1; i <= 12; ++i) {
            m_map->setCodes(latticeInSpace(), spacePlane(Rotation3().turned(0.4 * i, 0.2 * i)));
            QTRY_VERIFY(m_map->settled());
            QCOMPARE(m_map->viewRange(), range);
        }
        m_map->setCodes(latticeInSpace(), Plane::spanning(PlaneKind::Principal, {5.0, 0.0, 1.0}, {1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}));
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->viewRange().contains(QRectF(-8.0, -3.0, 6.0, 6.0))); // another kind is fitted, with the prior around where the origin is seen
    }

    // --- grabbing and releasing ---------------------------------------------------------------------------------------------

    void probe_everyWayToMoveIt_isGrabbedOnceAndReleasedOnce()
    {
        Diary diary(*m_map);
        const QPoint between = pixel({0.25, 0.25}), code = pixel({0.0, 0.0});
        drag({between, between + QPoint(20, 0), between + QPoint(60, 9)});
        QCOMPARE(diary.take(), QStringLiteral("P+ P P-"));
        drag({code, code + QPoint(1, 1), code + QPoint(50, 9), code + QPoint(70, 9)}); // from a code
        QCOMPARE(diary.take(), QStringLiteral("P+ P P-"));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, code);
        QCOMPARE(diary.take(), QStringLiteral("picked"));
        drag({code, code + QPoint(40, 0)}, Qt::AltModifier, Qt::AltModifier);
        QCOMPARE(diary.take(), QStringLiteral("P+ picked P P-"));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, between);
        QCOMPARE(diary.take(), QStringLiteral("P+ P P-"));
        QTest::mouseDClick(m_map.get(), Qt::LeftButton, {}, between);
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, between);
        QVERIFY(diary.take().endsWith(QStringLiteral("P+ P P-")));
    }

    void arrowKeys_heldTogether_areOneGrab()
    {
        Diary diary(*m_map);
        sendKey(QEvent::KeyPress, Qt::Key_Right, false);
        for (int i = 0; i < 5; ++i) {
            sendKey(QEvent::KeyRelease, Qt::Key_Right, true); // as X11 repeats
            sendKey(QEvent::KeyPress, Qt::Key_Right, true);
        }
        sendKey(QEvent::KeyPress, Qt::Key_Up, false);
        sendKey(QEvent::KeyRelease, Qt::Key_Right, false);
        sendKey(QEvent::KeyPress, Qt::Key_Up, true);
        QCOMPARE(diary.take(), QStringLiteral("P+ P"));
        sendKey(QEvent::KeyRelease, Qt::Key_Up, false);
        QCOMPARE(diary.take(), QStringLiteral("P-"));
    }

    void arrowKey_heldWhileTheFocusGoes_isReleased()
    {
        Diary diary(*m_map);
        sendKey(QEvent::KeyPress, Qt::Key_Right, false);
        QFocusEvent away(QEvent::FocusOut);
        QCoreApplication::sendEvent(m_map.get(), &away);
        QCOMPARE(diary.take(), QStringLiteral("P+ P P-"));
        sendKey(QEvent::KeyRelease, Qt::Key_Right, false);
        QCOMPARE(diary.take(), QString());
    }

    void controlPressedWhileAnArrowIsHeld_releasesTheProbeFirst()
    {
        showInSpace();
        Diary diary(*m_map);
        sendKey(QEvent::KeyPress, Qt::Key_Right, false);
        sendKey(QEvent::KeyPress, Qt::Key_Right, true, Qt::ControlModifier);
        sendKey(QEvent::KeyRelease, Qt::Key_Right, false);
        QCOMPARE(diary.take(), QStringLiteral("P+ P P- R+ R R-"));
    }

    void anchors_draggedAndNudged_areGrabbedOnceAndReleasedOnce()
    {
        m_map->setTool(LatentMap::Tool::Path);
        m_map->setPath({{-1.2, -1.2}, {1.2, 1.2}}, Interpolation::Linear);
        Diary diary(*m_map);
        const QPoint second = pixel({1.2, 1.2});
        drag({second, second + QPoint(20, 0), second + QPoint(40, 5)});
        QCOMPARE(diary.take(), QStringLiteral("A1+ A1 A1-"));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({-1.2, -1.2})); // only selects
        QCOMPARE(diary.take(), QString());
        key(Qt::Key_Up);
        QCOMPARE(diary.take(), QStringLiteral("A0+ A0 A0-"));
    }

    // --- the hint -----------------------------------------------------------------------------------------------------------

    void hint_shown_staysUntilAGestureEnds()
    {
        m_map->showHint(QStringLiteral("Drag around codes."));
        auto* pill = m_map->findChild<MapHint*>();
        QVERIFY(pill && pill->isVisible());
        QCOMPARE(m_map->hint(), QStringLiteral("Drag around codes."));
        const QPoint start = pixel({0.25, 0.25});
        QTest::mousePress(m_map.get(), Qt::RightButton, {}, start); // panning is no tool
        QTest::mouseMove(m_map.get(), start + QPoint(20, 0));
        QTest::mouseRelease(m_map.get(), Qt::RightButton, {}, start + QPoint(20, 0));
        QVERIFY(pill->isVisible());
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, start);
        QVERIFY(pill->isVisible());
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, start);
        QVERIFY(!pill->isVisible());
        QCOMPARE(m_map->hint(), QString());
    }

    void hint_timeOver_goesByItself()
    {
        m_map->showHint(QStringLiteral("Drag around codes."));
        auto* timer = m_map->findChild<MapHint*>()->findChild<QTimer*>();
        QVERIFY(timer && timer->isActive());
        QCOMPARE(timer->interval(), 8'000);
        timer->start(0);
        QTRY_COMPARE(m_map->hint(), QString());
    }
};

QTEST_MAIN(TestLatentMapGestures)
#include "tst_latent_map_gestures.moc"
