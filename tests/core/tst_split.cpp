// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <numeric>

using namespace latentscape;

namespace {

std::vector<std::int32_t> labelsOf(const std::vector<int>& classSizes)
{
    std::vector<std::int32_t> labels;
    for (std::size_t c = 0; c < classSizes.size(); ++c)
        labels.insert(labels.end(), std::size_t(classSizes[c]), std::int32_t(c));
    return labels;
}

std::vector<int> heldPerClass(const Split& split, const std::vector<std::int32_t>& labels, std::size_t classes)
{
    std::vector<int> counts(classes, 0);
    for (const std::int32_t index : split.held)
        ++counts[std::size_t(labels[std::size_t(index)])];
    return counts;
}

} // namespace

class TestSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lists_areDisjointSortedAndComplete_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("fraction");
        for (const int n : {0, 1, 2, 7, 100, 1001})
            for (const double fraction : {0.0, 0.1, 0.5, 0.99})
                QTest::addRow("%d by %g", n, fraction) << n << fraction;
    }
    void lists_areDisjointSortedAndComplete()
    {
        QFETCH(int, n);
        QFETCH(double, fraction);
        std::vector<std::int32_t> labels;
        for (int i = 0; i < n; ++i)
            labels.push_back(i % 7);
        for (const auto& given : {labels, std::vector<std::int32_t>()}) {
            const Split split = stratifiedSplit(std::size_t(n), given, fraction, 1);
            QVERIFY(std::is_sorted(split.kept.begin(), split.kept.end()));
            QVERIFY(std::is_sorted(split.held.begin(), split.held.end()));
            std::vector<std::int32_t> all = split.kept;
            all.insert(all.end(), split.held.begin(), split.held.end());
            std::sort(all.begin(), all.end());
            std::vector<std::int32_t> expected(std::size_t(n), 0);
            std::iota(expected.begin(), expected.end(), 0);
            QCOMPARE(all, expected);
        }
    }

    void held_perClass_followsLargestRemainders_data()
    {
        QTest::addColumn<QList<int>>("sizes");
        QTest::addColumn<double>("fraction");
        QTest::addColumn<QList<int>>("held");
        QTest::newRow("even") << QList<int>{100, 100, 100} << 0.1 << QList<int>{10, 10, 10};
        QTest::newRow("uneven") << QList<int>{1000, 100, 10} << 0.1 << QList<int>{100, 10, 1};
        QTest::newRow("remainders") << QList<int>{14, 17, 19} << 0.1 << QList<int>{1, 2, 2}; // 1.4, 1.7, 1.9 of 5
        QTest::newRow("rare class seated") << QList<int>{196, 4} << 0.1 << QList<int>{19, 1};
        QTest::newRow("one stays in training") << QList<int>{2, 2} << 0.9 << QList<int>{1, 1};
        QTest::newRow("rounding exact") << QList<int>{100} << 0.29 << QList<int>{29};
        QTest::newRow("nothing") << QList<int>{5, 5} << 0.0 << QList<int>{0, 0};
    }
    void held_perClass_followsLargestRemainders()
    {
        QFETCH(QList<int>, sizes);
        QFETCH(double, fraction);
        QFETCH(QList<int>, held);
        const auto labels = labelsOf({sizes.begin(), sizes.end()});
        const Split split = stratifiedSplit(labels.size(), labels, fraction, 4);
        const auto counts = heldPerClass(split, labels, std::size_t(sizes.size()));
        QCOMPARE(QList<int>(counts.begin(), counts.end()), held);
    }

    void total_isRoundedFraction_andEachClassOnBothSides()
    {
        const std::vector<int> sizes = {6000, 500, 31, 7, 3, 2};
        const auto labels = labelsOf(sizes);
        const Split split = stratifiedSplit(labels.size(), labels, 0.1, 2);
        QCOMPARE(split.held.size(), std::size_t(std::lround(0.1 * double(labels.size()))));
        const auto counts = heldPerClass(split, labels, sizes.size());
        for (std::size_t c = 0; c < sizes.size(); ++c)
            QVERIFY2(counts[c] >= 1 && counts[c] < sizes[c], qPrintable(QString("class %1: %2").arg(c).arg(counts[c])));
    }

    void fractionTooSmall_forEveryClass_doesNotInventSamples()
    {
        const auto labels = labelsOf({10, 10, 10, 10});
        QCOMPARE(stratifiedSplit(labels.size(), labels, 0.05, 2).held.size(), std::size_t{2});
    }

    void seed_repeatsAndVaries()
    {
        const auto labels = labelsOf({200, 200});
        const Split a = stratifiedSplit(400, labels, 0.1, 1);
        QCOMPARE(stratifiedSplit(400, labels, 0.1, 1).held, a.held);
        QVERIFY(stratifiedSplit(400, labels, 0.1, 2).held != a.held);
    }

    void held_isSpreadOverTheWholeSet()
    {
        const Split split = stratifiedSplit(10000, {}, 0.1, 3);
        const double mean = std::accumulate(split.held.begin(), split.held.end(), 0.0) / double(split.held.size());
        QVERIFY(std::abs(mean - 5000.0) < 500.0); // five standard errors
    }

    void folds_areDisjointSortedAndComplete_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("folds");
        for (const int n : {1, 10, 1001})
            for (const int folds : {1, 2, 5, 10})
                QTest::addRow("%d in %d", n, folds) << n << folds;
    }
    void folds_areDisjointSortedAndComplete()
    {
        QFETCH(int, n);
        QFETCH(int, folds);
        std::vector<std::int32_t> labels;
        for (int i = 0; i < n; ++i)
            labels.push_back(i % 7);
        for (const auto& given : {labels, std::vector<std::int32_t>()}) {
            const auto parts = stratifiedFolds(std::size_t(n), given, folds, 1);
            QCOMPARE(parts.size(), std::size_t(folds));
            std::vector<std::int32_t> all;
            std::size_t least = std::size_t(n), most = 0;
            for (const auto& part : parts) {
                QVERIFY(std::is_sorted(part.begin(), part.end()));
                all.insert(all.end(), part.begin(), part.end());
                least = std::min(least, part.size());
                most = std::max(most, part.size());
            }
            QVERIFY(most - least <= 1);
            std::sort(all.begin(), all.end());
            std::vector<std::int32_t> expected(std::size_t(n), 0);
            std::iota(expected.begin(), expected.end(), 0);
            QCOMPARE(all, expected);
        }
    }

    void folds_haveEachClassInProportion()
    {
        const std::vector<int> sizes = {1000, 103, 12, 5};
        const auto labels = labelsOf(sizes);
        for (const auto& part : stratifiedFolds(labels.size(), labels, 5, 3)) {
            const auto counts = heldPerClass({{}, part}, labels, sizes.size());
            for (std::size_t c = 0; c < sizes.size(); ++c)
                QVERIFY2(std::abs(counts[c] - sizes[c] / 5.0) < 1.0, qPrintable(QString("class %1: %2").arg(c).arg(counts[c])));
        }
    }

    void folds_seed_repeatsAndVaries()
    {
        const auto labels = labelsOf({200, 200});
        const auto folds = stratifiedFolds(400, labels, 4, 1);
        QVERIFY(stratifiedFolds(400, labels, 4, 1) == folds);
        QVERIFY(stratifiedFolds(400, labels, 4, 2) != folds);
    }
};

QTEST_APPLESS_MAIN(TestSplit)
#include "tst_split.moc"
