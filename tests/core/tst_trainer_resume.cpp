// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/decode_service.h"
#include "support/trainer_bench.h"

#include <QTest>

#include <atomic>
#include <set>

using namespace latentscape;
using namespace latentscape::tests;

/// The same seed gives the same run, whatever happens beside it and however often it is interrupted.
class TestTrainerResume : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameSeed_withSnapshotsPausesAndDecodes_givesTheSameBits()
    {
        constexpr int kEpochs = 1500; // long enough for live snapshots
        const RunConfig config = tinyConfig(kEpochs);
        const auto quiet = [&] {
            TrainerBench bench(config);
            bench.setup.snapshotsPerSecond = 0.0;
            auto trainer = bench.start();
            trainer->run();
            trainer->waitUntilIdle();
            return bench.checkpointOf(*trainer);
        }();
        TrainerBench bench(config);
        bench.setup.snapshotsPerSecond = 1e6;
        std::atomic<int> torn{0}, answers{0};
        DecodeService service({}, [&](DecodeResult result) {
            ++answers;
            if (std::set<std::uint8_t>(result.pixels.begin(), result.pixels.end()).size() != 1)
                ++torn;
        });
        auto trainer = bench.start();
        std::uint64_t id = 0, generation = 0;
        for (int round = 0; trainer->status().progress.epochsDone < kEpochs; ++round) {
            trainer->run();
            for (int i = 0; i < 20; ++i) {
                const auto snapshot = trainer->latestSnapshot();
                QVERIFY(snapshot->generation >= generation);
                QCOMPARE(snapshot->codes->generation, snapshot->generation);
                generation = snapshot->generation;
                service.post(DecodeRequest{DecodeChannel::Probe, ++id, {0.1f * static_cast<float>(i), 0.0f}, 1, generation, snapshot->decoder,
                                           snapshot->codes, /*index=*/nullptr, 5, 0.25});
            }
            if (bench.script->harvests.load() == 0)
                continue; // until the first live snapshot
            if (round % 4 == 0)
                trainer->pause();
            else
                trainer->requestCheckpoint();
        }
        trainer->waitUntilIdle();
        QVERIFY(sameState(*bench.checkpointOf(*trainer), *quiet));
        QVERIFY(bench.script->harvests.load() > 0);
        QTRY_VERIFY(answers.load() > 0);
        QCOMPARE(torn.load(), 0);
    }

    void resume_atAnyStep_equalsTheUninterruptedRun_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("before the first step") << 0;
        QTest::newRow("within the first epoch") << 5;
        QTest::newRow("between two epochs") << 2 * kStepsPerEpoch;
        QTest::newRow("within the third epoch") << 2 * kStepsPerEpoch + 3;
    }

    void resume_atAnyStep_equalsTheUninterruptedRun()
    {
        QFETCH(int, steps);
        const RunConfig config = tinyConfig(4);
        const auto whole = stateAfterWholeRun(config);
        TrainerBench first(config);
        auto trainer = first.start();
        for (int i = 0; i < steps; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        const auto half = first.checkpointOf(*trainer);
        QCOMPARE(half->progress.step, std::int64_t{steps});
        trainer.reset();

        TrainerBench second(config);
        second.setup.resumeFrom = half;
        auto continued = second.start();
        QCOMPARE(continued->status().state, TrainerState::Ready);
        QCOMPARE(continued->status().progress, half->progress);
        continued->run();
        continued->waitUntilIdle();
        const auto end = second.checkpointOf(*continued);
        QVERIFY(sameState(*end, *whole));
        QVERIFY(end->config == whole->config);
    }

    void resume_otherConfiguration_isRefusedByName_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("named");
        QTest::newRow("latent") << "latent" << "latent";
        QTest::newRow("batch") << "batch" << "batch";
        QTest::newRow("seed") << "seed" << "seed";
        QTest::newRow("data") << "data" << "data";
    }

    void resume_otherConfiguration_isRefusedByName()
    {
        QFETCH(QString, change);
        QFETCH(QString, named);
        const auto checkpoint = stateAfterWholeRun(tinyConfig(1));
        TrainerBench bench(tinyConfig(2), change == "data" ? 72 : 64);
        if (change == "latent")
            bench.setup.config.model.latent = 3;
        if (change == "batch")
            bench.setup.config.training.batchSize = 16;
        if (change == "seed")
            bench.setup.config.training.seed = 9;
        bench.setup.resumeFrom = checkpoint;
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QVERIFY(bench.events.lastError());
        QCOMPARE(bench.events.lastError()->code, ErrorCode::Mismatch);
        QVERIFY(QString::fromStdString(bench.events.lastError()->what).contains(named));
    }
};

QTEST_GUILESS_MAIN(TestTrainerResume)
#include "tst_trainer_resume.moc"
