// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/selection.h"

#include <QTest>

using namespace latentscape;

using Indices = std::vector<std::size_t>;

class TestSelection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fresh_isEmpty()
    {
        const Selection none(5);
        QCOMPARE(none.samples(), std::size_t{5});
        QVERIFY(none.isEmpty() && none.indices().empty());
        QVERIFY(Selection().isEmpty() && Selection().samples() == 0);
    }

    void combined_everyMode_countsEachSampleOnce()
    {
        const Selection some = Selection(10).combined(Indices{7, 2, 2, 5, 7}, SelectionMode::Replace);
        QCOMPARE(some.indices(), (Indices{2, 5, 7}));
        QCOMPARE(some.count(), std::size_t{3});
        QVERIFY(some.contains(5) && !some.contains(4));
        const Selection more = some.combined(Indices{5, 1, 9}, SelectionMode::Add);
        QCOMPARE(more.indices(), (Indices{1, 2, 5, 7, 9}));
        QCOMPARE(more.count(), std::size_t{5});
        const Selection fewer = more.combined(Indices{5, 5, 0, 9}, SelectionMode::Remove);
        QCOMPARE(fewer.indices(), (Indices{1, 2, 7}));
        QCOMPARE(fewer.count(), std::size_t{3});
        QCOMPARE(fewer.combined(Indices{4}, SelectionMode::Replace).indices(), Indices{4});
        QCOMPARE(some.indices(), (Indices{2, 5, 7})); // values: what came before stays as it is
    }

    void combined_samplesBeyond_areIgnored()
    {
        const Selection some = Selection(3).combined(Indices{2, 3, 1000}, SelectionMode::Replace);
        QCOMPARE(some.indices(), Indices{2});
        QCOMPARE(some.combined(Indices{3}, SelectionMode::Remove).count(), std::size_t{1});
        QVERIFY(!some.contains(3) && !some.contains(static_cast<std::size_t>(-1)));
        QVERIFY(Selection().combined(Indices{0}, SelectionMode::Add).isEmpty());
    }

    void inverted_twice_isTheSame()
    {
        const Selection some = Selection(6).combined(Indices{0, 3}, SelectionMode::Replace);
        QCOMPARE(some.inverted().indices(), (Indices{1, 2, 4, 5}));
        QCOMPARE(some.inverted().count(), std::size_t{4});
        QVERIFY(some.inverted().inverted() == some);
        QCOMPARE(Selection(4).inverted().count(), std::size_t{4});
    }

    void equality_looksAtSamplesAndMembers()
    {
        const Selection some = Selection(6).combined(Indices{1}, SelectionMode::Replace);
        QVERIFY(some == Selection(6).combined(Indices{1, 4}, SelectionMode::Add).combined(Indices{4}, SelectionMode::Remove));
        QVERIFY(!(some == Selection(7).combined(Indices{1}, SelectionMode::Replace)));
        QVERIFY(!(some == Selection(6)));
    }
};

QTEST_APPLESS_MAIN(TestSelection)
#include "tst_selection.moc"
