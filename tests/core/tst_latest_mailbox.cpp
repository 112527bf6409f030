// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/latest_mailbox.h"

#include <QtTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace latentscape;

class TestLatestMailbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void take_fromEmpty_isNothing()
    {
        LatestMailbox<int> box;
        QVERIFY(!box.hasLetter());
        QVERIFY(!box.take().has_value());
    }

    void post_tellsWhetherItReplaced()
    {
        LatestMailbox<int> box;
        QVERIFY(!box.post(1));
        QVERIFY(box.hasLetter());
        QVERIFY(box.post(2));
        QCOMPARE(box.take().value(), 2);
        QVERIFY(!box.hasLetter());
        QVERIFY(!box.post(3));
    }

    void post_ofMoveOnly_works()
    {
        LatestMailbox<std::unique_ptr<int>> box;
        box.post(std::make_unique<int>(4));
        const auto letter = box.take();
        QVERIFY(letter.has_value());
        QCOMPARE(**letter, 4);
    }

    void take_whilePosting_isInOrderAndEndsWithLast()
    {
        LatestMailbox<int> box;
        constexpr int kLast = 50000;
        std::atomic<int> replaced = 0;
        std::thread writer([&] {
            for (int i = 1; i <= kLast; ++i)
                if (box.post(i))
                    ++replaced;
        });
        int last = 0;
        int taken = 0;
        bool ordered = true;
        while (last < kLast) {
            if (const auto letter = box.take()) {
                ordered = ordered && *letter > last;
                last = *letter;
                ++taken;
            }
        }
        writer.join();
        QVERIFY(ordered);
        QCOMPARE(taken + replaced.load(), kLast); // every letter was either read or replaced
        QVERIFY(!box.hasLetter());
    }
};

QTEST_APPLESS_MAIN(TestLatestMailbox)
#include "tst_latest_mailbox.moc"
