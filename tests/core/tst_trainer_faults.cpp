// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trainer_bench.h"

#include <QTest>

#include <cmath>

using namespace latentscape;
using namespace latentscape::tests;

class TestTrainerFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nan_once_rollsBackHalvesTheRateAndFinishes()
    {
        TrainerBench bench;
        bench.script->nanAtCall(kStepsPerEpoch + 3);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 1);
        QCOMPARE(bench.events.lastRollBack().learningRate, 0.0005);
        QVERIFY(QString::fromStdString(bench.events.lastRollBack().text).contains("step 11"));
        const auto marks = trainer->metrics().history().marks;
        QCOMPARE(marks.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(marks[0].text).contains("0.001 → 0.0005"));
        QCOMPARE(marks[0].epoch, 1.0); // where it went back to
        QCOMPARE(trainer->status().progress.step, std::int64_t{3 * kStepsPerEpoch});
        MetricsLog::Cursor cursor;
        const auto steps = trainer->metrics().since(cursor).steps;
        QCOMPARE(steps.size(), std::size_t{3 * kStepsPerEpoch}); // each step once, although some were made twice
        for (const StepRecord& record : steps)
            QVERIFY(std::isfinite(record.loss.nelbo));
        for (const float value : trainer->latestSnapshot()->codes->mu)
            QVERIFY(std::isfinite(value));
    }

    void nan_always_failsTheFourthTimeWithTheLastGoodState()
    {
        TrainerBench bench;
        bench.script->nanFromCall(kStepsPerEpoch + 3);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 3);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::Failed), 1);
        QCOMPARE(bench.events.lastError()->code, ErrorCode::NonFinite);
        QVERIFY(QString::fromStdString(bench.events.lastError()->remedy).contains("learning rate"));
        QCOMPARE(trainer->status().progress.step, std::int64_t{kStepsPerEpoch});
        const auto snapshot = trainer->latestSnapshot();
        QCOMPARE(snapshot->step, std::int64_t{kStepsPerEpoch});
        for (const float value : snapshot->codes->mu)
            QVERIFY(std::isfinite(value));
        const auto checkpoint = bench.checkpointOf(*trainer); // what is good can still be saved
        QVERIFY(checkpoint);
        QCOMPARE(checkpoint->progress.epochsDone, 1);
        QCOMPARE(checkpoint->config.training.learningRate, 0.001 / 8);
        trainer->run(); // ignored
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
    }

    void rollBacks_beforeACheckpoint_countAfterIt()
    {
        TrainerBench first;
        first.script->nanAtCall(kStepsPerEpoch + 3);
        first.script->nanAtCall(2 * kStepsPerEpoch + 8);
        auto trainer = first.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(first.events.count(TrainerEvent::Kind::RolledBack), 2);
        const auto half = first.checkpointOf(*trainer);
        QCOMPARE(half->progress.rollBacks, 2);
        trainer.reset();

        TrainerBench second(tinyConfig(6));
        second.setup.config.training.learningRate = half->config.training.learningRate;
        second.setup.resumeFrom = half;
        second.script->nanFromCall(3);
        auto continued = second.start();
        continued->run();
        continued->waitUntilIdle();
        QCOMPARE(continued->status().state, TrainerState::Failed); // the third is tried, the fourth is one too many
        QCOMPARE(second.events.count(TrainerEvent::Kind::RolledBack), 1);
    }

    void nan_inTheLastUpdate_isSeenByTheEvaluation()
    {
        TrainerBench bench(tinyConfig(2));
        bench.script->poisonAtCall(kStepsPerEpoch); // the loss before that update was fine
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 1);
        QCOMPARE(trainer->metrics().history().epochs.size(), std::size_t{2});
    }

    void nan_justBeforeAKeep_neverBecomesTheGoodState()
    {
        RunConfig config = tinyConfig(1);
        config.training.batchSize = 1;
        TrainerBench bench(config, 450); // keeps at steps 200 and 400
        bench.script->poisonAtCall(200);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 1);
        QCOMPARE(bench.script->keeps.load(), 1 + 2 + 1); // at the start, twice on the way, after the epoch
        QCOMPARE(bench.script->steps.load(), std::int64_t{650}); // 200 of them lost
    }

    void nan_withAndWithoutSnapshots_goesBackToTheSameStep()
    {
        std::vector<std::shared_ptr<const Checkpoint>> ends;
        for (const double rate : {0.0, 1e6}) {
            RunConfig config = tinyConfig(60);
            config.training.batchSize = 1;
            TrainerBench bench(config, 450);
            bench.setup.snapshotsPerSecond = rate;
            bench.script->nanAtCall(20330); // late enough for losses to have been drained at various moments
            auto trainer = bench.start();
            trainer->run();
            trainer->waitUntilIdle();
            ends.push_back(bench.checkpointOf(*trainer));
        }
        QVERIFY(sameState(*ends[0], *ends[1]));
    }

    void backend_errorInAStep_failsWithItsCode()
    {
        TrainerBench bench;
        bench.script->failAtCall(5, Error{ErrorCode::OutOfMemory, "Memory ran out", "", "", "Choose a smaller batch."});
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.lastError()->code, ErrorCode::OutOfMemory);
        QVERIFY(trainer->latestSnapshot());
    }

    void backend_throws_becomesAnInternalError()
    {
        TrainerBench bench;
        bench.script->throwAtCall(5);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.lastError()->code, ErrorCode::Internal);
        QVERIFY(QString::fromStdString(bench.events.lastError()->text()).contains("thrown on purpose"));
    }

    void prepare_failures_areTold_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("no data") << "data" << ErrorCode::InvalidArgument;
        QTest::newRow("factory refuses") << "factory" << ErrorCode::DeviceUnavailable;
        QTest::newRow("bad number") << "rate" << ErrorCode::InvalidArgument;
        QTest::newRow("other shape") << "shape" << ErrorCode::Mismatch;
    }

    void prepare_failures_areTold()
    {
        QFETCH(QString, fault);
        QFETCH(ErrorCode, code);
        TrainerBench bench;
        if (fault == "data")
            bench.setup.data.reset();
        if (fault == "factory")
            bench.script->failCreate(Error{ErrorCode::DeviceUnavailable, "No such device", "", "", ""});
        if (fault == "rate")
            bench.setup.config.training.learningRate = 0.0;
        if (fault == "shape")
            bench.setup.config.model.inputShape = ItemShape{1, 9, 9};
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.lastError()->code, code);
        trainer->run();
        trainer->requestCheckpoint();
        trainer->waitUntilIdle();
        QVERIFY(!bench.events.lastCheckpoint());
    }

    void receiver_throws_doesNotEndTheProcess()
    {
        TrainerBench bench;
        bench.setup.onEvent = [](const TrainerEvent&) { throw 7; };
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
    }
};

QTEST_GUILESS_MAIN(TestTrainerFaults)
#include "tst_trainer_faults.moc"
