// SPDX-License-Identifier: GPL-3.0-or-later
// Everything from loading data to exporting a path by key events alone: no mouse, no setters.
#include "app/window/path_controller.h"
#include "app/window/selection_controller.h"
#include "support/app_window_fixture.h"
#include "ui/panels/experiment_panel.h"

#include <QApplication>
#include <QImageReader>
#include <QMenu>
#include <QMenuBar>
#include <QSet>
#include <QSlider>
#include <QSpinBox>

using namespace latentscape;
using namespace latentscape::tests;

class TstKeyboardFlow : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr Qt::KeyboardModifiers kCtrlShift = Qt::ControlModifier | Qt::ShiftModifier;

    /// Presses Tab until a control has the keyboard. False when it never comes.
    [[nodiscard]] bool tabTo(const QString& name)
    {
        for (int presses = 0; presses < 200; ++presses) {
            const QWidget* focused = QApplication::focusWidget();
            if (focused && (focused->accessibleName() == name || (focused->focusProxy() && focused->focusProxy()->accessibleName() == name)))
                return true;
            key(Qt::Key_Tab);
        }
        return false;
    }

private Q_SLOTS:
    void start_mapHasTheKeyboard()
    {
        open();
        QCOMPARE(QApplication::focusWidget(), map());
    }

    void wholeFlow_loadTrainMovePathExport_byKeysAlone()
    {
        const TinyFolder other;
        open();
        answerWith(other.path(), [this] { key(Qt::Key_O, kCtrlShift); }); // load
        QTRY_COMPARE(session().dataSpec(), other.path());
        QTRY_COMPARE(session().state(), TrainerState::Ready);
        QTRY_VERIFY(session().snapshot() != nullptr && session().snapshot()->codes->exact);
        QCOMPARE(QApplication::focusWidget(), map());

        key(Qt::Key_Space); // train
        QTRY_COMPARE(session().state(), TrainerState::Running);
        QTRY_VERIFY(session().status().progress.step > 20);
        key(Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
        const auto step = session().status().progress.step;
        key(Qt::Key_Period);
        QTRY_COMPARE(session().status().progress.step, step + 1);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
        QTRY_VERIFY(map()->settled());

        const std::vector<float> atStart = probe(); // move the probe
        keys(Qt::Key_Right, 3);
        keys(Qt::Key_Up, 2, Qt::ShiftModifier);
        QVERIFY(probe()[0] > atStart[0] && probe()[1] > atStart[1]);
        undo();
        QCOMPARE(probe()[0] > atStart[0], true); // one step a key
        QVERIFY(probe()[1] > atStart[1]);
        redo();

        key(Qt::Key_2); // a path between two places
        QTRY_VERIFY(parts().pathStrip->isVisible());
        QTRY_VERIFY(map()->settled());
        QCOMPARE(QApplication::focusWidget(), map());
        key(Qt::Key_Return);
        keys(Qt::Key_Left, 3, Qt::ShiftModifier);
        keys(Qt::Key_Down, 4);
        key(Qt::Key_Return);
        QCOMPARE(m_app->path().anchorCount(), std::size_t{2});
        QTRY_COMPARE(parts().pathStrip->frames().size(), qsizetype{12});

        answerWith(other.file(QStringLiteral("path")), [this] { key(Qt::Key_E, kCtrlShift); }); // export it
        QTRY_COMPARE(message(), exported(other.file(QStringLiteral("path.png"))));
        QVERIFY(QImageReader(other.file(QStringLiteral("path.png"))).size().width() > 100);

        key(Qt::Key_3); // a lasso around everything at the right
        QVERIFY(actions().lasso->isChecked());
        QCOMPARE(QApplication::focusWidget(), map());
        key(Qt::Key_Return);
        keys(Qt::Key_Right, 10, Qt::ShiftModifier);
        key(Qt::Key_Return);
        keys(Qt::Key_Up, 10, Qt::ShiftModifier);
        key(Qt::Key_Return);
        key(Qt::Key_Return);
        QVERIFY(m_app->selections().selection().count() > 0);
        undo();
        QVERIFY(m_app->selections().selection().isEmpty());
        undo(); // the anchors one by one
        QCOMPARE(m_app->path().anchorCount(), std::size_t{1});
    }

    void tabKey_fromAnywhere_reachesTheMapAndAllPanels()
    {
        open(TinyFolder::config(5, 100000));
        QSet<QString> seen;
        bool cameRound = false;
        QVERIFY(QApplication::focusWidget() == map());
        for (int presses = 0; presses < 300 && !cameRound; ++presses) {
            key(Qt::Key_Tab);
            seen.insert(QApplication::focusWidget()->accessibleName());
            cameRound = QApplication::focusWidget() == map();
        }
        QVERIFY2(cameRound, "Tab never comes back to the map");
        for (const char* name : {"Train", "Probe tool", "Path tool", "Lasso tool", "Beta", "Views", "Plane", "Colour by", "Behind the points", "Dataset",
                                 "Latent dimensions", "Epochs", "Batch size", "Code", "Coordinate 1", "Lock coordinate 1", "Loss plot", "KL per dimension"})
            QVERIFY2(seen.contains(QString::fromUtf8(name)), name);
        key(Qt::Key_Backtab, Qt::ShiftModifier);
        QVERIFY(QApplication::focusWidget() != map());
        key(Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), map());
    }

    void keysOfAField_stayInTheField_andF6GoesBackToTheMap()
    {
        open();
        QVERIFY(tabTo(QStringLiteral("Epochs")));
        key(Qt::Key_A, Qt::ControlModifier);
        typeText(QStringLiteral("123"));
        QVERIFY(actions().probe->isChecked()); // 1, 2 and 3 chose no tool
        key(Qt::Key_Return);
        QTRY_COMPARE(session().config().training.epochs, 123);
        key(Qt::Key_F6);
        QCOMPARE(QApplication::focusWidget(), map());
        key(Qt::Key_2);
        QVERIFY(actions().path->isChecked());
        QVERIFY(tabTo(QStringLiteral("Train")));
        key(Qt::Key_Space); // the button's own key presses it, and no shortcut presses it again
        QTRY_VERIFY(session().status().progress.step > 20);
        QVERIFY(session().state() != TrainerState::Paused);
    }

    void menus_byAltAndArrows_chooseAPlane()
    {
        open(TinyFolder::config(5, 100000));
        key(Qt::Key_X, Qt::AltModifier); // E&xplore
        QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
        key(Qt::Key_P); // &Plane opens
        QTRY_VERIFY(qobject_cast<QMenu*>(QApplication::activePopupWidget()) != nullptr &&
                    qobject_cast<QMenu*>(QApplication::activePopupWidget())->title() == QStringLiteral("&Plane"));
        key(Qt::Key_G); // &Grand tour
        QTRY_COMPARE(plane().kind(), PlaneKind::Tour);
        QTRY_VERIFY(QApplication::activePopupWidget() == nullptr);
    }

    void pathPosition_byKeys_movesTheProbe()
    {
        open();
        key(Qt::Key_2);
        QTRY_VERIFY(parts().pathStrip->isVisible());
        key(Qt::Key_Return);
        keys(Qt::Key_Right, 3, Qt::ShiftModifier);
        key(Qt::Key_Return);
        const std::vector<float> last = probe();
        QVERIFY(tabTo(QStringLiteral("Path position")));
        key(Qt::Key_PageUp);
        QVERIFY(probe() != last);
        key(Qt::Key_End);
        QCOMPARE(probe(), last);
        QVERIFY(tabTo(QStringLiteral("Play path")));
        key(Qt::Key_Space);
        QVERIFY(parts().pathStrip->isPlaying());
        QCOMPARE(session().state(), TrainerState::Ready); // Space played, and did not train
    }
};

QTEST_MAIN(TstKeyboardFlow)
#include "tst_keyboard_flow.moc"
