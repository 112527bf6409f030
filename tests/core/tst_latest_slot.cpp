// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/latest_slot.h"

#include <QtTest>

#include <array>
#include <atomic>
#include <thread>

using namespace latentscape;

class TestLatestSlot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void load_beforeStore_isNull()
    {
        const LatestSlot<int> slot;
        QVERIFY(slot.load() == nullptr);
    }

    void store_twice_newestWinsAndOldIsReleased()
    {
        LatestSlot<int> slot;
        auto first = std::make_shared<const int>(1);
        const std::weak_ptr<const int> watch = first;
        slot.store(std::move(first));
        QCOMPARE(*slot.load(), 1);
        slot.store(std::make_shared<const int>(2));
        QCOMPARE(*slot.load(), 2);
        QVERIFY(watch.expired());
    }

    void load_keepsValueAlive_afterReplacement()
    {
        LatestSlot<int> slot;
        slot.store(std::make_shared<const int>(1));
        const auto held = slot.load();
        slot.store(nullptr);
        QVERIFY(slot.load() == nullptr);
        QCOMPARE(*held, 1);
    }

    void store_ofValueThatUsesSlotInDestructor_doesNotDeadlock()
    {
        struct Nosy {
            const LatestSlot<Nosy>* slot;
            ~Nosy() { [[maybe_unused]] const auto seen = slot->load(); }
        };
        LatestSlot<Nosy> slot;
        slot.store(std::make_shared<const Nosy>(&slot));
        slot.store(nullptr); // the old value dies outside the lock
        QVERIFY(slot.load() == nullptr);
    }

    void load_whileStoring_seesWholeValuesInOrder()
    {
        using Pair = std::array<int, 2>;
        LatestSlot<Pair> slot;
        constexpr int kLast = 20000;
        std::atomic<bool> torn = false;
        std::thread writer([&] {
            for (int i = 1; i <= kLast; ++i)
                slot.store(std::make_shared<const Pair>(Pair{i, -i}));
        });
        int last = 0;
        while (last < kLast) {
            const auto pair = slot.load();
            if (!pair)
                continue;
            if ((*pair)[0] != -(*pair)[1] || (*pair)[0] < last)
                torn = true;
            last = (*pair)[0];
        }
        writer.join();
        QVERIFY(!torn);
    }
};

QTEST_APPLESS_MAIN(TestLatestSlot)
#include "tst_latest_slot.moc"
