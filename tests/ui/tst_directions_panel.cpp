// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/bipolar_slider.h"
#include "ui/panels/direction_row.h"
#include "ui/panels/directions_panel.h"
#include "ui/panels/text_cell.h"

#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

using namespace latentscape::ui;

class TestDirectionsPanel : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<DirectionsPanel> m_panel;

    static std::vector<DirectionsPanel::Entry> entries()
    {
        return {{QStringLiteral("slant"), 7.4, 2.13, 0.005, 2.8}, {QStringLiteral("thickness"), 12.3, 3.6, 0.005, 1.9}};
    }
    void fill()
    {
        m_panel->setEntries(entries());
        QCoreApplication::processEvents(); // a layout shows its new rows then
    }
    template <typename Widget>
    Widget* control(const QString& name) const
    {
        for (Widget* widget : m_panel->findChildren<Widget*>()) {
            if (widget->accessibleName() == name && widget->isVisible())
                return widget;
        }
        return nullptr;
    }
    BipolarSlider* slider(const char* direction) const { return control<BipolarSlider>(QStringLiteral("Amount of %1").arg(QLatin1String(direction))); }
    QLineEdit* name(const char* direction) const { return control<QLineEdit>(QStringLiteral("Name of direction %1").arg(QLatin1String(direction))); }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<DirectionsPanel>();
        m_panel->setTheme(Theme::light());
        m_panel->resize(292, 300);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    void cleanup() { m_panel.reset(); }

    void entries_none_takeNoPlace()
    {
        fill();
        QVERIFY(m_panel->isVisible());
        m_panel->setEntries({});
        QVERIFY(!m_panel->isVisible());
        QCOMPARE(m_panel->count(), 0);
    }

    void entries_many_askForThreeRowsAndNeedOne()
    {
        m_panel->setEntries({entries()[0]});
        const int one = m_panel->sizeHint().height();
        QCOMPARE(m_panel->minimumSizeHint().height(), one);
        std::vector<DirectionsPanel::Entry> many(5, entries()[0]);
        m_panel->setEntries(many);
        QCOMPARE(m_panel->minimumSizeHint().height(), one);
        const int three = m_panel->sizeHint().height();
        QVERIFY(three > 2 * one && three < 3 * one);
    }

    void entries_set_showNameAndEffect()
    {
        fill();
        QCOMPARE(m_panel->count(), 2);
        QVERIFY(slider("slant") && slider("thickness"));
        QCOMPARE(name("slant")->text(), QStringLiteral("slant"));
        QStringList texts;
        for (const TextCell* cell : m_panel->findChildren<TextCell*>())
            texts << cell->text();
        QVERIFY(texts.contains(QStringLiteral("effect 7.4× chance · d 2.1")));
        QVERIFY(texts.contains(QStringLiteral("effect 12× chance · d 3.6")));
    }

    void slider_dragged_signalsOneGesture()
    {
        fill();
        QSignalSpy started(m_panel.get(), &DirectionsPanel::amountDragStarted);
        QSignalSpy changed(m_panel.get(), &DirectionsPanel::amountChanged);
        QSignalSpy finished(m_panel.get(), &DirectionsPanel::amountDragFinished);
        BipolarSlider* second = slider("thickness");
        QCoreApplication::processEvents();
        const QPoint end(second->width() - 1, second->height() / 2);
        QTest::mousePress(second, Qt::LeftButton, {}, end - QPoint(40, 0));
        QTest::mouseMove(second, end);
        QTest::mouseRelease(second, Qt::LeftButton, {}, end);
        QCOMPARE(started.count(), 1);
        QCOMPARE(started.at(0).at(0).toInt(), 1);
        QCOMPARE(finished.count(), 1);
        QVERIFY(changed.count() >= 2);
        QCOMPARE(changed.last().at(0).toInt(), 1);
        QCOMPARE(changed.last().at(1).toDouble(), 3.0);
        QTest::keyClick(second, Qt::Key_Left);
        QCOMPARE(changed.last().at(1).toDouble(), 2.95);
        QCOMPARE(finished.count(), 2);
    }

    void setAmount_showsWithoutSignal()
    {
        fill();
        QSignalSpy changed(m_panel.get(), &DirectionsPanel::amountChanged);
        m_panel->setAmount(0, 1.25);
        m_panel->setAmount(7, 1.0);
        m_panel->setAmount(-1, 1.0);
        QCOMPARE(slider("slant")->amount(), 1.25);
        QCOMPARE(changed.count(), 0);
    }

    void amounts_ofDirectionsThatStay_areKept()
    {
        fill();
        m_panel->setAmount(0, 1.25);
        m_panel->setAmount(1, -2.0);
        auto left = entries();
        left.erase(left.begin());
        m_panel->setEntries(left);
        QCOMPARE(m_panel->count(), 1);
        QCOMPARE(slider("thickness")->amount(), -2.0);
        left.front().name = QStringLiteral("weight");
        m_panel->setEntries(left);
        QCOMPARE(slider("weight")->amount(), -2.0); // renamed
        fill();
        QCOMPARE(slider("slant")->amount(), 0.0);
    }

    void name_editedByF2_isRenamedOnEnter()
    {
        fill();
        QSignalSpy renamed(m_panel.get(), &DirectionsPanel::renamed);
        QLineEdit* edit = name("thickness");
        edit->setFocus();
        QVERIFY(edit->isReadOnly());
        QTest::keyClick(edit, Qt::Key_F2);
        QVERIFY(!edit->isReadOnly());
        QTest::keyClicks(edit, QStringLiteral("weight"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(renamed.count(), 1);
        QCOMPARE(renamed.at(0).at(0).toInt(), 1);
        QCOMPARE(renamed.at(0).at(1).toString(), QStringLiteral("weight"));
        QVERIFY(edit->isReadOnly());
        QCOMPARE(edit->text(), QStringLiteral("thickness")); // until the owner says so
    }

    void name_doubleClickedAndEscaped_staysAsItWas()
    {
        fill();
        QSignalSpy renamed(m_panel.get(), &DirectionsPanel::renamed);
        QLineEdit* edit = name("slant");
        QTest::mouseDClick(edit, Qt::LeftButton);
        QVERIFY(!edit->isReadOnly());
        QTest::keyClicks(edit, QStringLiteral("x"));
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(edit->text(), QStringLiteral("slant"));
        QTest::mouseDClick(edit, Qt::LeftButton);
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Backspace); // no name at all
        slider("slant")->setFocus();
        QCOMPARE(edit->text(), QStringLiteral("slant"));
        QCOMPARE(renamed.count(), 0);
    }

    void buttonsAndKeys_removeAndShow()
    {
        fill();
        QSignalSpy removed(m_panel.get(), &DirectionsPanel::removeRequested);
        QSignalSpy plane(m_panel.get(), &DirectionsPanel::showPlaneRequested);
        QTest::mouseClick(control<QAbstractButton>(QStringLiteral("Remove thickness")), Qt::LeftButton);
        QCOMPARE(removed.at(0).at(0).toInt(), 1);
        slider("slant")->setFocus();
        QTest::keyClick(slider("slant"), Qt::Key_Delete);
        QCOMPARE(removed.at(1).at(0).toInt(), 0);
        name("slant")->setFocus();
        QTest::keyClick(name("slant"), Qt::Key_Delete);
        QCOMPARE(removed.count(), 3);
        auto* show = control<QAbstractButton>(QStringLiteral("Show the plane of thickness"));
        show->setFocus();
        QTest::keyClick(show, Qt::Key_Space);
        QCOMPARE(plane.count(), 1);
        QCOMPARE(plane.at(0).at(0).toInt(), 1);
    }

    void row_removedInItsOwnSignal_isSafe()
    {
        fill();
        connect(m_panel.get(), &DirectionsPanel::removeRequested, this, [this] { m_panel->setEntries({}); });
        QTest::mouseClick(control<QAbstractButton>(QStringLiteral("Remove thickness")), Qt::LeftButton);
        QCOMPARE(m_panel->count(), 0);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(m_panel->findChildren<DirectionRow*>().size(), 0);
    }
};

QTEST_MAIN(TestDirectionsPanel)
#include "tst_directions_panel.moc"
