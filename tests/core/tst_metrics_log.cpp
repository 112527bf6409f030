// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/metrics_log.h"

#include <QTest>

#include <cmath>

using namespace latentscape;

namespace {

StepRecord record(std::int64_t step, double loss)
{
    return StepRecord{step, static_cast<double>(step) / 100.0, LossTerms{loss, loss - 1.0, 1.0, loss}, -1.0};
}

EpochRecord epochRecord(int epoch)
{
    EpochRecord out;
    out.epoch = epoch;
    return out;
}

} // namespace

class TestMetricsLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void since_cursor_givesOnlyWhatIsNew()
    {
        MetricsLog log;
        MetricsLog::Cursor cursor;
        log.append(record(1, 10.0));
        auto update = log.since(cursor);
        QVERIFY(update.startOver);
        QCOMPARE(update.steps.size(), std::size_t{1});
        log.append(record(2, 9.0));
        log.append(epochRecord(1));
        log.append(ControlMark{0.5, "β 1.0 → 2.0"});
        update = log.since(cursor);
        QVERIFY(!update.startOver);
        QCOMPARE(update.steps.size(), std::size_t{1});
        QCOMPARE(update.steps[0].step, std::int64_t{2});
        QCOMPARE(update.epochs.size(), std::size_t{1});
        QCOMPARE(update.marks[0].text, std::string("β 1.0 → 2.0"));
        update = log.since(cursor);
        QVERIFY(update.steps.empty() && update.epochs.empty() && update.marks.empty() && !update.startOver);
    }

    void append_beyondCapacity_staysBoundedInOrderAndKeepsTheMean()
    {
        constexpr std::size_t kCapacity = 64;
        MetricsLog log(kCapacity);
        MetricsLog::Cursor cursor;
        for (int step = 1; step <= 5000; ++step) {
            log.append(record(step, 100.0 + std::sin(step)));
            MetricsLog::Cursor fresh;
            if (step % 97 == 0)
                QVERIFY(log.since(fresh).steps.size() <= kCapacity);
        }
        const auto update = log.since(cursor);
        QVERIFY(update.steps.size() > kCapacity / 2);
        QCOMPARE(update.steps.back().step, std::int64_t{5000});
        for (std::size_t i = 0; i < update.steps.size(); ++i) {
            QVERIFY(update.steps[i].loss.nelbo >= 99.0 && update.steps[i].loss.nelbo <= 101.0);
            if (i > 0) {
                QVERIFY(update.steps[i].step > update.steps[i - 1].step);
                QVERIFY(update.steps[i].epoch > update.steps[i - 1].epoch);
            }
        }
    }

    void condense_once_mergesPairsOfTheOlderHalf()
    {
        MetricsLog log(8);
        MetricsLog::Cursor cursor;
        for (int step = 1; step <= 8; ++step)
            log.append(record(step, step));
        (void)log.since(cursor);
        log.append(record(9, 9.0));
        const auto update = log.since(cursor);
        QVERIFY(update.startOver); // the reader's curve is no longer a prefix
        QCOMPARE(update.steps.size(), std::size_t{7});
        QCOMPARE(update.steps[0].loss.nelbo, 1.5);
        QCOMPARE(update.steps[1].loss.nelbo, 3.5);
        QCOMPARE(update.steps[2].loss.nelbo, 5.0);
        QCOMPARE(update.steps.back().loss.nelbo, 9.0);
    }

    void condense_gradientNorms_areMeansOfThoseMeasured()
    {
        MetricsLog log(8);
        for (int step = 1; step <= 9; ++step) {
            StepRecord one = record(step, step);
            one.gradientNorm = step == 1 || step == 3 || step == 4 ? step : -1.0;
            log.append(one);
        }
        MetricsLog::Cursor cursor;
        const auto steps = log.since(cursor).steps;
        QCOMPARE(steps.size(), std::size_t{7});
        QCOMPARE(steps[0].gradientNorm, 1.0); // of 1 and none
        QCOMPARE(steps[1].gradientNorm, 3.5); // of 3 and 4
        QCOMPARE(steps[2].gradientNorm, -1.0);
    }

    void bestEpoch_set_isPartOfTheHistory()
    {
        MetricsLog log;
        QCOMPARE(log.history().bestEpoch, 0);
        log.setBestEpoch(4);
        QCOMPARE(log.history().bestEpoch, 4);
        History history;
        history.bestEpoch = 7;
        log.reset(history);
        QCOMPARE(log.history().bestEpoch, 7);
    }

    void rewind_toAStep_forgetsWhatCameAfter()
    {
        MetricsLog log;
        MetricsLog::Cursor cursor;
        for (int step = 1; step <= 10; ++step)
            log.append(record(step, step));
        (void)log.since(cursor);
        log.rewind(10);
        QVERIFY(!log.since(cursor).startOver);
        log.rewind(6);
        const auto update = log.since(cursor);
        QVERIFY(update.startOver);
        QCOMPARE(update.steps.size(), std::size_t{6});
    }

    void reset_history_replacesEverything()
    {
        MetricsLog log;
        log.append(record(1, 1.0));
        History history;
        history.epochs.push_back(epochRecord(3));
        history.marks.push_back(ControlMark{2.5, "a"});
        log.reset(history);
        MetricsLog::Cursor cursor;
        const auto update = log.since(cursor);
        QVERIFY(update.steps.empty());
        QCOMPARE(update.epochs.size(), std::size_t{1});
        QCOMPARE(log.history().marks[0].text, std::string("a"));
    }
};

QTEST_APPLESS_MAIN(TestMetricsLog)
#include "tst_metrics_log.moc"
