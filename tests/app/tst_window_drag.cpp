// SPDX-License-Identifier: GPL-3.0-or-later
// The probe dragged over the map of the whole window: its images, its neighbours, and what the training shows meanwhile.
#include "support/app_window_fixture.h"
#include "core/explore/nearest_codes.h"
#include "ui/chrome/text_runs.h"
#include "ui/panels/image_view.h"
#include "ui/panels/neighbour_row.h"
#include "ui/panels/support_chip.h"

#include <utility>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowDrag : public AppWindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void drag_whileTraining_movesProbeAndDecodes()
    {
        open();
        actions().train->trigger();
        QTRY_COMPARE(session().state(), TrainerState::Running);
        QSignalSpy painted(parts().decoded->imageView(), &ui::ImageView::painted);
        const QPoint centre = parts().map->rect().center();
        QTest::mousePress(parts().map, Qt::LeftButton, {}, centre);
        for (int i = 1; i <= 20; ++i)
            QTest::mouseMove(parts().map, centre + QPoint(4 * i, -2 * i));
        QTest::mouseRelease(parts().map, Qt::LeftButton, {}, centre + QPoint(80, -40));
        QTRY_VERIFY(painted.count() > 0);
        const PlanePoint wanted = parts().map->toPlane(QPointF(centre + QPoint(80, -40)));
        const auto& z = m_app->explorer().probe();
        QVERIFY2(std::abs(z[0] - wanted.x) < 0.05 * (1 + std::abs(wanted.x)), qPrintable(QStringLiteral("%1 %2").arg(z[0]).arg(wanted.x)));
        QTRY_VERIFY(painted.last().first().toULongLong() >= m_app->explorer().newestProbeRequest() - 1);
    }

    void drag_messageMeanwhile_comesAfterItAndMovesNothing()
    {
        open();
        const QRect place = parts().map->geometry();
        const QPoint centre = parts().map->rect().center();
        QWindow* to = window().windowHandle();
        QTest::mousePress(to, Qt::LeftButton, {}, this->place(parts().map, centre));
        QTest::mouseMove(to, this->place(parts().map, centre + QPoint(40, 10)));
        Q_EMIT session().noted(QStringLiteral("The run found a better epoch."));
        QTest::qWait(300);
        QCOMPARE(message(), QString());
        QCOMPARE(parts().map->geometry(), place);
        QTest::mouseRelease(to, Qt::LeftButton, {}, this->place(parts().map, centre + QPoint(40, 10)));
        QTRY_COMPARE(message(), QStringLiteral("The run found a better epoch."));
    }

    void drag_whileTraining_hasFewerSnapshots()
    {
        open();
        session().setEpochs(100'000);
        actions().train->trigger();
        QTRY_COMPARE(session().state(), TrainerState::Running);
        const QPoint centre = parts().map->rect().center();
        QTest::mousePress(parts().map, Qt::LeftButton, {}, centre);
        QSignalSpy arrived(&session(), &app::Session::snapshotArrived);
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; clock.elapsed() < 2500; ++i) {
            QTest::mouseMove(parts().map, centre + QPoint(i % 60, i % 40));
            QTest::qWait(15);
        }
        const double most = app::Session::SnapshotPace{}.dragged * static_cast<double>(clock.elapsed()) / 1000.0
                            + 2.0; // one that waited, and one that was due at the pace of before
        QVERIFY2(arrived.count() >= 2 && arrived.count() <= most, qPrintable(QStringLiteral("%1 of %2").arg(arrived.count()).arg(most)));
        QCOMPARE(session().state(), TrainerState::Running);
        QTest::mouseRelease(parts().map, Qt::LeftButton, {}, centre);
        arrived.clear();
        QTRY_VERIFY(arrived.count() > 2);
    }

    void fastDrag_afterItsLastMove_showsTheNeighboursThere()
    {
        open();
        const QRect area = parts().map->rect();
        const auto at = [&](double share) { return QPoint(int(share * area.width()), int(share * area.height())); };
        // The last move comes right behind an answer that brought neighbours, too early to ask for them itself.
        bool last = false;
        const QObject here;
        connect(&session(), &app::Session::decoded, &here, [&](const DecodeResult& result) {
            if (result.codes && !std::exchange(last, true))
                QTest::mouseMove(parts().map, at(0.9));
        });
        QTest::mousePress(parts().map, Qt::LeftButton, {}, at(0.1));
        QTest::mouseMove(parts().map, at(0.2));
        const auto nearest = [this] {
            return static_cast<qlonglong>(nearestCodes(*session().snapshot()->codes, m_app->explorer().probe(), 1, 0.0).nearest.front().row);
        };
        const qlonglong before = nearest();
        QTRY_VERIFY(last);
        QTest::mouseRelease(parts().map, Qt::LeftButton, {}, at(0.9));
        const qlonglong wanted = nearest();
        QVERIFY(wanted != before);
        auto* row = parts().decoded->findChild<ui::NeighbourRow*>();
        QVERIFY(row);
        QSignalSpy activated(row, &ui::NeighbourRow::activated);
        QObject::disconnect(row, &ui::NeighbourRow::activated, parts().decoded, nullptr); // it would pick the sample and move the probe
        const auto first = row->findChildren<QWidget*>(Qt::FindDirectChildrenOnly).front();
        const auto shown = [&] {
            activated.clear();
            QTest::mouseClick(first, Qt::LeftButton);
            return activated.isEmpty() ? -1 : activated.first().first().toLongLong();
        };
        QTRY_COMPARE(shown(), wanted);
    }

    void drag_quickDecoder_isDecodedByTheWindow_andLateNeighboursLeaveTheImage()
    {
        m_script->quickDecoders = true;
        open();
        std::vector<DecodeResult> results;
        const QObject here;
        connect(&session(), &app::Session::decoded, &here, [&](const DecodeResult& result) {
            if (result.channel == DecodeChannel::Probe)
                results.push_back(result);
        });
        QSignalSpy painted(parts().decoded->imageView(), &ui::ImageView::painted);
        const QPoint centre = parts().map->rect().center();
        const auto shown = [&] { return results.empty() ? 0 : results.back().id; };
        QTest::mousePress(parts().map, Qt::LeftButton, {}, centre);
        QTRY_VERIFY(!results.empty() && results.back().codes); // its neighbours are there: the next ones are due a while later
        DecodeResult late = results.back();
        for (int i = 1; i <= 5; ++i) {
            QTest::mouseMove(parts().map, centre + QPoint(3 * i, 2 * i));
            QCoreApplication::sendPostedEvents(&session()); // no thread is waited for
            QCOMPARE(shown(), m_app->explorer().newestProbeRequest());
        }
        QTRY_COMPARE(painted.last().first().toULongLong(), shown());
        late.id += 1; // as if they had been looked up for the first of the moves
        late.neighbourhood.supported = 12345;
        late.pixels.assign(late.pixels.size(), 0);
        const QImage before = parts().decoded->imageView()->image();
        Q_EMIT session().decoded(late);
        QCOMPARE(parts().decoded->imageView()->image(), before);
        QVERIFY(parts().decoded->findChild<ui::SupportChip*>()->text().contains(ui::grouped(12345)));
        QTest::mouseRelease(parts().map, Qt::LeftButton, {}, centre + QPoint(15, 10));
    }
};

QTEST_MAIN(TstWindowDrag)
#include "tst_window_drag.moc"
