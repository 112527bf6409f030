// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/decoded_panel_fixture.h"
#include "ui/panels/code_slider.h"
#include "ui/panels/number_text.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QtTest>

using namespace latentscape::ui;

/// The sliders of the DecodedPanel.
class TestDecodedCoordinates : public DecodedPanelFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { showPanel(); }
    void cleanup() { m_panel.reset(); }

    void sliders_appearAboveTwoDimensions_data()
    {
        QTest::addColumn<int>("latent");
        QTest::addColumn<int>("sliders");
        QTest::newRow("1") << 1 << 0;
        QTest::newRow("2") << 2 << 0;
        QTest::newRow("3") << 3 << 3;
        QTest::newRow("64") << 64 << 64;
    }
    void sliders_appearAboveTwoDimensions()
    {
        QFETCH(int, latent);
        QFETCH(int, sliders);
        m_panel->setLatent(latent);
        QCOMPARE(m_panel->findChildren<CodeSlider*>().size(), sliders);
    }

    void slider_movedByKeyAndMouse_emitsTheWholeCode()
    {
        m_panel->setLatent(3);
        show(view({0.5f, -1.25f, 7.5f}));
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        CodeSlider* second = nullptr;
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>()) {
            if (slider->dimension() == 1)
                second = slider;
        }
        QVERIFY(second);
        QCOMPARE(second->coordinate(), -1.25f);
        second->setFocus();
        QTest::keyClick(second, Qt::Key_Right);
        QCOMPARE(edited.count(), 1);
        const auto z = edited.at(0).at(0).value<std::vector<float>>();
        QCOMPARE(z.size(), std::size_t{3});
        QCOMPARE(z[0], 0.5f);
        QCOMPARE(z[1], -1.2f);
        QCOMPARE(z[2], 7.5f); // beyond the track, and still exact

        QTest::mousePress(second, Qt::LeftButton, {}, QPoint(second->width() * 3 / 4, second->height() / 2));
        QTest::mouseRelease(second, Qt::LeftButton, {}, QPoint(second->width() * 3 / 4, second->height() / 2));
        QVERIFY(edited.count() >= 2);
        QVERIFY(second->coordinate() > 0.0f);
        QTRY_COMPARE(edit()->text(), codeText(edited.last().at(0).value<std::vector<float>>())); // its text follows four times a second
    }

    void setDecoded_codesInQuickSuccession_theLastIsPainted()
    {
        const auto field = [this] { return edit()->grab().toImage(); };
        m_panel->setLatent(2);
        const std::vector<float> first{0.0f, 0.0f}, last{-1.75f, 2.5f};
        show(view(last));
        QTest::qWait(400); // past layouts and what may still wait
        const QImage wanted = field();
        show(view(first));
        QVERIFY(field() != wanted);
        show(view(last)); // too soon to be painted at once
        QTRY_COMPARE_WITH_TIMEOUT(field(), wanted, 200); // sooner than the field's own text
        QTRY_COMPARE(edit()->text(), codeText(last));
    }

    void setCode_showsWithoutSignal()
    {
        m_panel->setLatent(3);
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        const std::vector<float> z{1.0f, 2.0f, 3.0f};
        m_panel->setCode(z);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(edit()->text(), QStringLiteral("(1.00, 2.00, 3.00)"));
    }

    void dimensionOrder_reordersAndMarksUnused()
    {
        m_panel->setLatent(3);
        m_panel->setDimensionOrder({2, 0, 1}, {false, true, false}, {1.5, 0.001, 2.25}, {0.9, 0.003, 1.1});
        settle();
        QList<int> tops(3);
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>()) {
            tops[slider->dimension()] = slider->y();
            const QString reason = QStringLiteral("unused: the mean hardly varies (variance 0.003 ≤ 0.01)");
            QCOMPARE(slider->toolTip().contains(reason), slider->dimension() == 1);
            QCOMPARE(slider->accessibleDescription().contains(reason), slider->dimension() == 1);
            QCOMPARE(slider->toolTip().contains(QStringLiteral("KL 2.25 nats")), slider->dimension() == 2);
        }
        QVERIFY(tops[2] < tops[0]);
        QVERIFY(tops[0] < tops[1]);
        QVERIFY(shows(QStringLiteral("1 unused")));
        m_panel->setDimensionOrder({0, 0, 1}, {}, {}, {}); // no permutation: ignored
        settle();
        QList<int> after(3);
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>())
            after[slider->dimension()] = slider->y();
        QVERIFY(after[2] < after[0] && after[0] < after[1]);
    }

    void gesture_onASlider_isFramedByStartAndFinish()
    {
        m_panel->setLatent(3);
        show(view({0.5f, -1.25f, 0.0f}));
        settle();
        QStringList events;
        connect(m_panel.get(), &DecodedPanel::codeEditStarted, this, [&] { events << QStringLiteral("started"); });
        connect(m_panel.get(), &DecodedPanel::codeEdited, this, [&] { events << QStringLiteral("edited"); });
        connect(m_panel.get(), &DecodedPanel::codeEditFinished, this, [&] { events << QStringLiteral("finished"); });
        CodeSlider* slider = m_panel->findChildren<CodeSlider*>().first();
        const QPoint from(slider->width() / 2, 13);
        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        QTest::mouseMove(slider, from + QPoint(10, 0));
        QTest::mouseMove(slider, from + QPoint(20, 0));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(20, 0));
        QVERIFY(events.size() >= 4);
        QCOMPARE(events.first(), QStringLiteral("started"));
        QCOMPARE(events.last(), QStringLiteral("finished"));
        QCOMPARE(events.count(QStringLiteral("started")), 1);
        QCOMPARE(events.count(QStringLiteral("finished")), 1);

        events.clear();
        typeCode(QStringLiteral("1, 2, 3"));
        QTest::keyClick(edit(), Qt::Key_Return);
        QCOMPARE(events, (QStringList{QStringLiteral("started"), QStringLiteral("edited"), QStringLiteral("finished")}));
    }

    void lock_toggled_isSignalledAndCounted()
    {
        m_panel->setLatent(3);
        QSignalSpy locks(m_panel.get(), &DecodedPanel::locksChanged);
        m_panel->setLocked({true, false, false});
        QCOMPARE(locks.count(), 0);
        QVERIFY(shows(QStringLiteral("1 locked")));
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>()) {
            if (slider->dimension() == 2)
                QTest::mouseClick(slider->findChild<QAbstractButton*>(), Qt::LeftButton);
        }
        QCOMPARE(locks.count(), 1);
        QCOMPARE(locks.at(0).at(0).value<std::vector<bool>>(), (std::vector<bool>{true, false, true}));
        QCOMPARE(m_panel->locked(), (std::vector<bool>{true, false, true}));
        QVERIFY(shows(QStringLiteral("2 locked")));
        m_panel->setLatent(2);
        QCOMPARE(m_panel->locked(), (std::vector<bool>{false, false}));
    }
};

QTEST_MAIN(TestDecodedCoordinates)
#include "tst_decoded_coordinates.moc"
