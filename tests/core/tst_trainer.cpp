// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trainer_bench.h"

#include <QTest>

#include <chrono>
#include <cmath>
#include <thread>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kManyEpochs = 100000; // never reached

} // namespace

class TestTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void start_freshRun_publishesExactCodesAndIsReady()
    {
        TrainerBench bench;
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Ready);
        QCOMPARE(trainer->status().stepsPerEpoch, std::int64_t{kStepsPerEpoch});
        QCOMPARE(trainer->status().device, std::string("Fake"));
        const auto snapshot = trainer->latestSnapshot();
        QVERIFY(snapshot);
        QCOMPARE(snapshot->generation, std::uint64_t{1});
        QVERIFY(snapshot->codes->exact);
        QCOMPARE(snapshot->codes->count(), std::size_t{64});
        QCOMPARE(snapshot->codes->generation, snapshot->generation);
        QCOMPARE(snapshot->diagnostics.klPerDimension.size(), std::size_t{2});
        QVERIFY(snapshot->diagnostics.meanVariance[0] > 0.1);
    }

    void run_threeEpochs_recordsEveryStepAndEpochOnce()
    {
        TrainerBench bench;
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().progress.step, std::int64_t{3 * kStepsPerEpoch});
        MetricsLog::Cursor cursor;
        const auto update = trainer->metrics().since(cursor);
        QCOMPARE(update.steps.size(), std::size_t{3 * kStepsPerEpoch});
        for (std::size_t i = 0; i < update.steps.size(); ++i) {
            QCOMPARE(update.steps[i].step, static_cast<std::int64_t>(i + 1));
            QCOMPARE(update.steps[i].loss.nelbo, update.steps[i].loss.reconstruction + update.steps[i].loss.kl);
        }
        QCOMPARE(update.epochs.size(), std::size_t{3});
        QCOMPARE(bench.events.count(TrainerEvent::Kind::EpochFinished), 3);
        QVERIFY(update.epochs[2].seconds > 0.0);
        const auto snapshot = trainer->latestSnapshot();
        QVERIFY(snapshot->codes->exact);
        QCOMPARE(snapshot->step, std::int64_t{3 * kStepsPerEpoch});
        std::vector<float> pixels(64);
        snapshot->decoder->decode(std::vector<float>{0.0f, 0.0f}, 1, pixels);
        QCOMPARE(std::lround(255.0f * pixels[0]), long{3 * kStepsPerEpoch}); // codes and decoder are of the same moment
    }

    void epochMean_partialLastBatch_isMeanOverImages()
    {
        RunConfig config = tinyConfig(1);
        config.training.batchSize = 24; // 24 + 24 + 16
        TrainerBench bench(config);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        MetricsLog::Cursor cursor;
        const auto update = trainer->metrics().since(cursor);
        QCOMPARE(update.steps.size(), std::size_t{3});
        const auto& s = update.steps;
        const double mean = (24 * s[0].loss.nelbo + 24 * s[1].loss.nelbo + 16 * s[2].loss.nelbo) / 64;
        QVERIFY(std::abs(update.epochs[0].train.nelbo - mean) < 1e-9);
        QVERIFY(std::abs(s[0].loss.nelbo - s[2].loss.nelbo) > 1e-6);
    }

    void validation_fractionSet_isHeldOutAndEvaluated()
    {
        RunConfig config = tinyConfig(1);
        config.training.validationFraction = 0.25;
        TrainerBench bench(config);
        auto trainer = bench.start();
        QCOMPARE(trainer->latestSnapshot()->codes->count(), std::size_t{48});
        QCOMPARE(trainer->status().stepsPerEpoch, std::int64_t{6});
    }

    void warmUp_twoEpochs_scalesObjectiveLinearly()
    {
        RunConfig config = tinyConfig(3);
        config.objective.beta = 2.0;
        config.objective.warmupEpochs = 2.0;
        TrainerBench bench(config);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        MetricsLog::Cursor cursor;
        const auto update = trainer->metrics().since(cursor);
        for (const StepRecord& record : update.steps) {
            const double t = static_cast<double>(record.step - 1) / kStepsPerEpoch;
            const double beta = 2.0 * std::min(1.0, t / 2.0);
            QVERIFY(std::abs(record.loss.objective - record.loss.reconstruction - beta * record.loss.kl) < 1e-9);
        }
    }

    void stepOnce_whenReady_doesExactlyOneStep()
    {
        TrainerBench bench;
        auto trainer = bench.start();
        trainer->stepOnce();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Paused);
        QCOMPARE(trainer->status().progress.step, std::int64_t{1});
        QCOMPARE(bench.script->steps.load(), std::int64_t{1});
        QVERIFY(trainer->latestSnapshot()->codes->exact);
        for (int i = 0; i < 5; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().progress.step, std::int64_t{6});
    }

    void stepOnce_whileStepsAreMade_addsToThem()
    {
        TrainerBench bench(tinyConfig(kManyEpochs));
        bench.script->stepLatch.close();
        bench.script->stepMicroseconds = 50000;
        auto trainer = bench.start();
        trainer->run();
        QVERIFY(bench.script->stepLatch.waitForArrival());
        for (int i = 0; i < 3; ++i)
            trainer->stepOnce(); // seen after the step under way
        bench.script->stepLatch.open();
        QTRY_VERIFY(bench.script->steps.load() >= 2);
        trainer->stepOnce();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Paused);
        QCOMPARE(trainer->status().progress.step, std::int64_t{5});
    }

    void pause_whileRunning_publishesExactCodesAndResumes()
    {
        TrainerBench bench(tinyConfig(200));
        bench.script->stepLatch.close();
        auto trainer = bench.start();
        trainer->run();
        QVERIFY(bench.script->stepLatch.waitForArrival());
        trainer->pause();
        bench.script->stepLatch.open();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Paused);
        const auto paused = trainer->latestSnapshot();
        QVERIFY(paused->codes->exact);
        QCOMPARE(paused->step, trainer->status().progress.step);
        QCOMPARE(trainer->status().progress.step, std::int64_t{1}); // seen at the very next boundary
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().progress.step, std::int64_t{200 * kStepsPerEpoch});
        QVERIFY(trainer->latestSnapshot()->generation > paused->generation);
    }

    void pause_postedRightAfterRun_endsPaused()
    {
        TrainerBench bench(tinyConfig(kManyEpochs));
        auto trainer = bench.start();
        for (int i = 0; i < 200; ++i) {
            trainer->run();
            trainer->pause();
            trainer->waitUntilIdle();
            QCOMPARE(trainer->status().state, TrainerState::Paused);
        }
    }

    void stop_thenRun_goesOnToTheLastEpoch()
    {
        TrainerBench bench(tinyConfig(50));
        bench.script->stepLatch.close();
        auto trainer = bench.start();
        trainer->run();
        QVERIFY(bench.script->stepLatch.waitForArrival());
        trainer->stop();
        bench.script->stepLatch.open();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->metrics().history().epochs.size(), std::size_t{0}); // no epoch was finished
        QVERIFY(trainer->latestSnapshot()->codes->exact);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().progress.epochsDone, 50);
        const auto steps = bench.script->steps.load();
        trainer->run(); // nothing left
        trainer->waitUntilIdle();
        QCOMPARE(bench.script->steps.load(), steps);
        trainer->setEpochs(51);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().progress.epochsDone, 51);
        QCOMPARE(trainer->status().epochs, 51);
    }

    void stopAfter_two_interruptsTheSameSchedule()
    {
        RunConfig config = tinyConfig(4);
        config.training.stopAfter = 2;
        TrainerBench bench(config);
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().progress.epochsDone, 2);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().progress.epochsDone, 4);
    }

    void setEpochs_lowered_finishesAfterTheEpochUnderWay()
    {
        TrainerBench bench(tinyConfig(1000));
        auto trainer = bench.start();
        trainer->stepOnce();
        trainer->waitUntilIdle();
        trainer->setEpochs(0);
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().epochs, 1);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().progress.epochsDone, 1);
    }

    void controls_changed_leaveMarksAndReachTheStep()
    {
        TrainerBench bench;
        bench.setup.config.objective.beta = 1.5;
        auto trainer = bench.start();
        trainer->stepOnce();
        trainer->waitUntilIdle();
        trainer->setControls(LiveControls{1.2, 0.001});
        trainer->setControls(LiveControls{1.0, 0.0005});
        trainer->setControls(LiveControls{std::nan(""), 1.0}); // ignored
        trainer->stepOnce();
        trainer->waitUntilIdle();
        const auto marks = trainer->metrics().history().marks;
        QCOMPARE(marks.size(), std::size_t{2});
        QCOMPARE(marks[0].text, std::string("β 1.5 → 1.0"));
        QCOMPARE(marks[1].text, std::string("learning rate 0.001 → 0.0005"));
        QCOMPARE(marks[0].epoch, 1.0 / kStepsPerEpoch);
        MetricsLog::Cursor cursor;
        const auto steps = trainer->metrics().since(cursor).steps;
        QVERIFY(std::abs(steps[0].loss.objective - steps[0].loss.reconstruction - 1.5 * steps[0].loss.kl) < 1e-9);
        QVERIFY(std::abs(steps[1].loss.objective - steps[1].loss.reconstruction - 1.0 * steps[1].loss.kl) < 1e-9);
        const auto checkpoint = bench.checkpointOf(*trainer);
        QCOMPARE(checkpoint->config.objective.beta, 1.0);
        QCOMPARE(checkpoint->config.training.learningRate, 0.0005);
    }

    void snapshots_switchedOff_comeOnlyAtTheEnd()
    {
        TrainerBench bench(tinyConfig(1500));
        bench.setup.snapshotsPerSecond = 1e6;
        auto trainer = bench.start();
        trainer->setSnapshotsPerSecond(0.0);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(bench.script->harvests.load(), 0);
        QCOMPARE(trainer->latestSnapshot()->generation, std::uint64_t{2});
        QCOMPARE(trainer->costs().publishing, 0.0);
        QVERIFY(trainer->costs().training > 0.0);
    }

    void snapshots_dueSoonerThanTheLossesAreRead_doNotWaitForThem()
    {
        TrainerBench bench(tinyConfig(100));
        bench.setup.snapshotsPerSecond = 1e6; // with each step, but for the time that looking may take
        bench.script->stepMicroseconds = 1000;
        auto trainer = bench.start();
        trainer->run();
        trainer->waitUntilIdle();
        const auto steps = bench.script->steps.load();
        QVERIFY(steps >= 300);
        QVERIFY2(bench.script->harvests.load() > steps / 4, qPrintable(QString("%1 of %2").arg(bench.script->harvests.load()).arg(steps)));
    }

    void destructor_duringEachPhase_joinsQuickly_data()
    {
        QTest::addColumn<QString>("phase");
        QTest::newRow("preparing") << "prepare";
        QTest::newRow("stepping") << "step";
        QTest::newRow("evaluating") << "evaluate";
        QTest::newRow("encoding at a pause") << "encode";
    }

    void destructor_duringEachPhase_joinsQuickly()
    {
        QFETCH(QString, phase);
        TrainerBench bench(tinyConfig(kManyEpochs));
        if (phase == "prepare")
            bench.script->encodeLatch.close();
        auto trainer = std::make_unique<Trainer>(bench.setup);
        if (phase == "prepare") {
            QVERIFY(bench.script->encodeLatch.waitForArrival());
        } else {
            trainer->waitUntilIdle();
            if (phase == "evaluate")
                bench.script->evaluateLatch.close();
            if (phase == "encode")
                bench.script->encodeLatch.close();
            trainer->run();
            if (phase == "evaluate")
                QVERIFY(bench.script->evaluateLatch.waitForArrival());
            if (phase == "step")
                QTRY_VERIFY(bench.script->steps.load() > 0);
            if (phase == "encode") {
                QTRY_VERIFY(bench.script->steps.load() > 0);
                trainer->pause();
                QVERIFY(bench.script->encodeLatch.waitForArrival());
            }
        }
        const auto begin = std::chrono::steady_clock::now();
        trainer.reset();
        QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
        QCOMPARE(bench.script->alive.load(), 0);
    }

    void cycles_twoHundred_leaveNothingBehind()
    {
        TrainerBench bench(tinyConfig(kManyEpochs));
        for (int cycle = 0; cycle < 200; ++cycle) {
            Trainer trainer(bench.setup);
            trainer.run();
            if (cycle % 3 != 0)
                trainer.pause();
            if (cycle % 3 == 2) {
                trainer.stop();
                trainer.waitUntilIdle();
                QCOMPARE(trainer.status().state, TrainerState::Finished);
            }
        }
        QCOMPARE(bench.script->alive.load(), 0);
    }

    void calls_fromManyThreads_keepTheRunConsistent()
    {
        TrainerBench bench(tinyConfig(kManyEpochs));
        auto trainer = bench.start();
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 4; ++caller)
            callers.emplace_back([&trainer, caller] {
                MetricsLog::Cursor cursor;
                for (int i = 0; i < 100; ++i) {
                    switch ((i + caller) % 6) {
                    case 0: trainer->run(); break;
                    case 1: trainer->pause(); break;
                    case 2: trainer->setControls(LiveControls{1.0 + 0.01 * i, 0.001}); break;
                    case 3: trainer->requestCheckpoint(); break;
                    case 4: (void)trainer->metrics().since(cursor); break;
                    default: (void)trainer->status(); (void)trainer->latestSnapshot(); (void)trainer->costs(); break;
                    }
                }
            });
        callers.clear();
        trainer->stop();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        const auto checkpoint = bench.checkpointOf(*trainer);
        QCOMPARE(checkpoint->progress.step, checkpoint->progress.epochsDone * std::int64_t{kStepsPerEpoch} + checkpoint->progress.stepInEpoch);
        QCOMPARE(checkpoint->progress.sums.images, checkpoint->progress.stepInEpoch * 8);
    }
};

QTEST_GUILESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
