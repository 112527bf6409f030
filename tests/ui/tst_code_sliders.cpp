// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_sliders.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>

#include <algorithm>
#include <memory>
#include <numeric>

using namespace latentscape::ui;

class TestCodeSliders : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<CodeSliders> m_list;

    CodeSlider* slider(int dimension) const
    {
        for (CodeSlider* found : m_list->findChildren<CodeSlider*>()) {
            if (found->dimension() == dimension)
                return found;
        }
        return nullptr;
    }
    static QAbstractButton* lockOf(CodeSlider* of) { return of->findChild<QAbstractButton*>(); }
    static QVector<QImage> previews(int grey)
    {
        QImage image(28, 28, QImage::Format_RGB32);
        image.fill(qRgb(grey, 0, 0));
        return QVector<QImage>(CodeSlider::kPreviews, image);
    }
    QVector<QVector<QImage>> allPreviews(int latent) const
    {
        QVector<QVector<QImage>> all(latent);
        for (const int dimension : m_list->previewDimensions())
            all[dimension] = previews(100 + dimension % 100);
        return all;
    }
    static std::vector<CodeSlider::Use> uses(int latent, const std::vector<int>& unused)
    {
        std::vector<CodeSlider::Use> all(static_cast<std::size_t>(latent), CodeSlider::Use{false, 2.0, 0.9});
        for (const int dimension : unused)
            all[static_cast<std::size_t>(dimension)] = {true, 0.001, 0.0004};
        return all;
    }
    static void settle()
    {
        for (int i = 0; i < 4; ++i)
            QCoreApplication::processEvents();
    }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_list = std::make_unique<CodeSliders>();
        m_list->setTheme(Theme::light());
        m_list->setLatent(4);
        m_list->resize(292, 400);
        m_list->show();
        m_list->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_list.get()));
    }
    void cleanup() { m_list.reset(); }

    void drag_ofAHandle_isOneGesture()
    {
        QSignalSpy started(m_list.get(), &CodeSliders::editStarted);
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        QSignalSpy finished(m_list.get(), &CodeSliders::editFinished);
        CodeSlider* second = slider(1);
        const QPoint middle(second->width() / 2, 13);
        QTest::mousePress(second, Qt::LeftButton, {}, middle);
        QTest::mouseMove(second, middle + QPoint(15, 0));
        QTest::mouseMove(second, middle + QPoint(30, 0));
        QCOMPARE(started.count(), 1);
        QCOMPARE(finished.count(), 0);
        QVERIFY(edited.count() >= 2);
        QTest::mouseRelease(second, Qt::LeftButton, {}, middle + QPoint(30, 0));
        QCOMPARE(started.count(), 1);
        QCOMPARE(finished.count(), 1);
        const auto z = edited.last().at(0).value<std::vector<float>>();
        QVERIFY(z[1] > 0.5f);
        QCOMPARE(z[0], 0.0f);
    }

    void press_withoutChange_isNoGesture()
    {
        CodeSlider* first = slider(0);
        QSignalSpy started(m_list.get(), &CodeSliders::editStarted);
        QSignalSpy finished(m_list.get(), &CodeSliders::editFinished);
        first->setFocus();
        QTest::keyClick(first, Qt::Key_F5);
        QTest::keyClick(first, Qt::Key_Home);
        QCOMPARE(started.count(), 1);
        QTest::keyClick(first, Qt::Key_Home); // it is there already
        QCOMPARE(started.count(), 1);
        QCOMPARE(finished.count(), 1);
    }

    void heldKey_isOneGesture()
    {
        QSignalSpy started(m_list.get(), &CodeSliders::editStarted);
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        QSignalSpy finished(m_list.get(), &CodeSliders::editFinished);
        CodeSlider* first = slider(0);
        first->setFocus();
        QTest::keyPress(first, Qt::Key_Right);
        for (int i = 0; i < 3; ++i) {
            QKeyEvent up(QEvent::KeyRelease, Qt::Key_Right, Qt::NoModifier, {}, /*autorep=*/true);
            QKeyEvent down(QEvent::KeyPress, Qt::Key_Right, Qt::NoModifier, {}, /*autorep=*/true);
            QCoreApplication::sendEvent(first, &up);
            QCoreApplication::sendEvent(first, &down);
        }
        QCOMPARE(finished.count(), 0);
        QTest::keyRelease(first, Qt::Key_Right);
        QCOMPARE(started.count(), 1);
        QCOMPARE(finished.count(), 1);
        QCOMPARE(edited.count(), 4);
        QVERIFY(std::abs(first->coordinate() - 0.2f) < 1e-6f);
    }

    void doubleClick_goesBackToZero()
    {
        const std::vector<float> z{1.0f, 2.0f, 0.0f, 0.0f};
        m_list->setCode(z);
        CodeSlider* second = slider(1);
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        QTest::mouseDClick(second, Qt::LeftButton, {}, QPoint(second->width() / 3, 13));
        QCOMPARE(second->coordinate(), 0.0f);
        QVERIFY(edited.count() >= 1);
        QCOMPARE(edited.last().at(0).value<std::vector<float>>()[0], 1.0f);
    }

    void lock_byMouseAndKey_holdsTheCoordinate()
    {
        QSignalSpy locks(m_list.get(), &CodeSliders::locksChanged);
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        CodeSlider* third = slider(2);
        QTest::mouseClick(lockOf(third), Qt::LeftButton);
        QCOMPARE(locks.count(), 1);
        QCOMPARE(locks.at(0).at(0).value<std::vector<bool>>(), (std::vector<bool>{false, false, true, false}));
        third->setFocus();
        QTest::keyClick(third, Qt::Key_Right);
        QTest::mouseClick(third, Qt::LeftButton, {}, QPoint(third->width() / 2 + 20, 13));
        QTest::mouseDClick(third, Qt::LeftButton, {}, QPoint(third->width() / 2 + 20, 13));
        QCOMPARE(edited.count(), 0);
        QCOMPARE(third->coordinate(), 0.0f);
        const std::vector<float> z{0.0f, 0.0f, 1.5f, 0.0f}; // a picked sample's code is shown nevertheless
        m_list->setCode(z);
        QCOMPARE(third->coordinate(), 1.5f);
        QTest::keyClick(third, Qt::Key_L);
        QCOMPARE(locks.count(), 2);
        QVERIFY(!third->isLocked());
        QTest::keyClick(third, Qt::Key_Right);
        QCOMPARE(edited.count(), 1);
    }

    void lock_throughAccessibility_holdsTheCoordinate()
    {
        CodeSlider* first = slider(0);
        m_list->setLocked({true, false, false, false});
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(first);
        QVERIFY(interface && interface->valueInterface());
        interface->valueInterface()->setCurrentValue(120);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(first->coordinate(), 0.0f);
        QCOMPARE(first->value(), 0);
        first->setLocked(false);
        interface->valueInterface()->setCurrentValue(120);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(first->coordinate(), 1.2f);
    }

    void tab_reachesSlidersAndLocksInTheOrderShown()
    {
        m_list->setOrder({2, 0, 3, 1});
        settle();
        QWidget* at = slider(2);
        at->setFocus();
        for (QWidget* next : {static_cast<QWidget*>(lockOf(slider(2))), static_cast<QWidget*>(slider(0)),
                              static_cast<QWidget*>(lockOf(slider(0))), static_cast<QWidget*>(slider(3))}) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QCOMPARE(QApplication::focusWidget(), next);
        }
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space); // its lock
        QVERIFY(slider(3)->isLocked());
    }

    void previews_set_makeRowsHigherAndMoveTheSlider()
    {
        const int bare = slider(1)->sizeHint().height();
        m_list->setPreviews(allPreviews(4));
        settle();
        CodeSlider* second = slider(1);
        QVERIFY(second->hasPreviews());
        QVERIFY(second->height() >= bare + 28);
        const QRectF at = second->previewRect(4);
        QVERIFY(QRectF(second->rect()).contains(at));
        for (int i = 1; i < CodeSlider::kPreviews; ++i)
            QVERIFY(second->previewRect(i - 1).right() <= second->previewRect(i).left()); // none covers another
        const QImage shot = second->grab().toImage();
        QCOMPARE(shot.pixelColor(at.center().toPoint()), QColor(101, 0, 0));
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        QSignalSpy finished(m_list.get(), &CodeSliders::editFinished);
        QTest::mouseClick(second, Qt::LeftButton, {}, at.center().toPoint());
        QCOMPARE(edited.count(), 1);
        QCOMPARE(finished.count(), 1);
        QCOMPARE(second->coordinate(), 3.0f);
        m_list->setPreviews({});
        settle();
        QCOMPARE(second->height(), bare);
    }

    void unused_saysWhyInPlaceOfPreviews()
    {
        m_list->setUses(uses(4, {1}));
        m_list->setPreviews(allPreviews(4));
        QCOMPARE(m_list->previewDimensions(), (std::vector<int>{0, 2, 3}));
        QVERIFY(!slider(1)->hasPreviews());
        QVERIFY(slider(1)->toolTip().contains(QStringLiteral("unused: the mean hardly varies (variance 0.0004 ≤ 0.01)")));
        QVERIFY(slider(0)->toolTip().contains(QStringLiteral("KL 2.00 nats")));
        settle();
        QVERIFY(slider(1)->height() > 26);
        QVERIFY(slider(1)->height() < slider(0)->height());
        QCOMPARE(m_list->summary(), QStringLiteral("1 unused"));
        QSignalSpy edited(m_list.get(), &CodeSliders::codeEdited);
        slider(1)->setFocus();
        QTest::keyClick(slider(1), Qt::Key_Right); // it can be tried nevertheless
        QCOMPARE(edited.count(), 1);
    }

    void manyDimensions_areQuickAndPreviewOnlyTheFirst32()
    {
        constexpr int kLatent = 512;
        m_list->setLatent(kLatent);
        std::vector<int> order(kLatent);
        std::iota(order.rbegin(), order.rend(), 0);
        m_list->setOrder(order);
        m_list->setUses(uses(kLatent, {511}));
        QCOMPARE(m_list->previewDimensions().size(), std::size_t{31});
        QCOMPARE(m_list->previewDimensions().front(), 510);
        m_list->setPreviews(allPreviews(kLatent));
        QCOMPARE(m_list->summary(), QStringLiteral("1 unused · 32 previewed"));
        QVERIFY(slider(480)->hasPreviews());
        QVERIFY(!slider(479)->hasPreviews());
        settle();
        std::vector<float> z(kLatent);
        QElapsedTimer clock;
        clock.start();
        constexpr int kMoves = 20;
        for (int i = 0; i < kMoves; ++i) {
            std::fill(z.begin(), z.end(), 0.1f * static_cast<float>(i));
            m_list->setCode(z);
            QCoreApplication::processEvents();
        }
        // A few milliseconds each where it was measured; far above that something lays out or paints all rows.
        QVERIFY2(clock.elapsed() < kMoves * 60, qPrintable(QStringLiteral("%1 ms").arg(clock.elapsed())));
        QCOMPARE(m_list->code(), z);
    }

    void wrongSizes_areIgnored()
    {
        m_list->setLocked({true});
        m_list->setUses(uses(3, {0}));
        m_list->setOrder({0, 1, 1, 2});
        m_list->setPreviews(QVector<QVector<QImage>>(7));
        QCOMPARE(m_list->locked(), std::vector<bool>(4, false));
        QVERIFY(m_list->summary().isEmpty());
        QCOMPARE(m_list->previewDimensions(), (std::vector<int>{0, 1, 2, 3}));
    }
};

QTEST_MAIN(TestCodeSliders)
#include "tst_code_sliders.moc"
