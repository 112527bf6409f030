// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/carried_state.h"
#include "core/train/decode_service.h"
#include "support/trainer_bench.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <set>

using namespace latentscape;
using namespace latentscape::tests;

/// The same seed gives the same run, whatever happens beside it and however often it is interrupted.
namespace {

/// One after the other, each made before the next is asked for.
void makeSteps(Trainer& trainer, int steps)
{
    for (int i = 0; i < steps; ++i) {
        trainer.stepOnce();
        trainer.waitUntilIdle();
    }
}

} // namespace

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

    void resume_beforeALossThatIsNotFinite_goesBackAsTheUninterruptedRunDoes_data()
    {
        QTest::addColumn<int>("interrupted");
        QTest::addColumn<int>("bad");
        QTest::addColumn<int>("patience");
        QTest::newRow("kept at the beginning of the epoch") << 450 + 30 << 450 + 40 << 0;
        QTest::newRow("kept within the epoch") << 450 + 230 << 450 + 260 << 0;
        QTest::newRow("kept at the beginning of the run") << 30 << 40 << 0;
        QTest::newRow("just kept") << 450 + 200 << 450 + 260 << 0;
        QTest::newRow("in a later epoch") << 450 + 230 << 2 * 450 + 260 << 0;
        QTest::newRow("with a best epoch") << 2 * 450 + 230 << 2 * 450 + 260 << 5;
    }

    void resume_beforeALossThatIsNotFinite_goesBackAsTheUninterruptedRunDoes()
    {
        QFETCH(int, interrupted);
        QFETCH(int, bad);
        QFETCH(int, patience);
        RunConfig config = tinyConfig(4);
        config.training.batchSize = 1;
        config.training.patience = patience;
        config.training.validationFraction = patience > 0 ? 0.1 : 0.0;
        const std::size_t samples = patience > 0 ? 500 : 450; // 450 steps an epoch, kept after 0, 200 and 400
        const auto whole = [&] {
            TrainerBench bench(config, samples);
            bench.script->nanAtCall(bad);
            bench.script->heldNelbos({50.0, 40.0, 45.0});
            auto trainer = bench.start();
            trainer->run();
            trainer->waitUntilIdle();
            return bench.checkpointOf(*trainer);
        }();
        TrainerBench first(config, samples);
        first.script->heldNelbos({50.0, 40.0, 45.0});
        auto trainer = first.start();
        makeSteps(*trainer, interrupted);
        const auto half = first.checkpointOf(*trainer);
        QCOMPARE(half->progress.step, std::int64_t{interrupted});
        QCOMPARE(half->kept.has_value(), interrupted % 450 != 200);
        QVERIFY(sameState(*half, *first.checkpointOf(*trainer))); // to be asked leaves everything as it was
        trainer.reset();

        TrainerBench second(config, samples);
        second.setup.resumeFrom = half;
        second.script->nanAtCall(bad - interrupted);
        second.script->heldNelbos({50.0, 40.0, 45.0});
        auto continued = second.start();
        QCOMPARE(continued->status().state, TrainerState::Ready);
        QVERIFY(sameState(*second.checkpointOf(*continued), *second.setup.resumeFrom));
        continued->run();
        continued->waitUntilIdle();
        QCOMPARE(second.events.count(TrainerEvent::Kind::RolledBack), 1);
        const auto end = second.checkpointOf(*continued);
        QVERIFY(sameState(*end, *whole));
        QVERIFY(end->config == whole->config);
    }

    void resume_keptStateThatDoesNotFit_isRefused_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("named");
        QTest::newRow("a tensor is missing") << "missing" << "lacks the tensor";
        QTest::newRow("a tensor too many") << "extra" << "does not have";
        QTest::newRow("its step is missing") << "step" << "at which step";
        QTest::newRow("its tensors are missing") << "tensors" << "lacks the tensor";
    }

    void resume_keptStateThatDoesNotFit_isRefused()
    {
        QFETCH(QString, change);
        QFETCH(QString, named);
        TrainerBench first;
        auto trainer = first.start();
        makeSteps(*trainer, 3);
        auto half = std::make_shared<Checkpoint>(*first.checkpointOf(*trainer));
        const auto isKept = [](const TensorBlob& tensor) { return tensor.name.starts_with(kKeptPrefix); };
        const auto found = std::ranges::find_if(half->trainState, isKept);
        QVERIFY(found != half->trainState.end());
        if (change == "missing")
            half->trainState.erase(found);
        if (change == "extra")
            half->trainState.push_back({std::string(kKeptPrefix) + "more", TensorType::F32, {1}, std::vector<std::byte>(4)});
        if (change == "step")
            half->kept.reset();
        if (change == "tensors")
            std::erase_if(half->trainState, isKept);
        TrainerBench second;
        second.setup.resumeFrom = half;
        auto continued = second.start();
        QCOMPARE(continued->status().state, TrainerState::Failed);
        QCOMPARE(second.events.lastError()->code, ErrorCode::Mismatch);
        QVERIFY2(QString::fromStdString(second.events.lastError()->what).contains(named), second.events.lastError()->what.c_str());
    }

    void resume_olderFileWithoutKeptState_goesBackToWhereItWasInterrupted()
    {
        TrainerBench first;
        auto trainer = first.start();
        makeSteps(*trainer, 3);
        auto half = std::make_shared<Checkpoint>(*first.checkpointOf(*trainer));
        half->kept.reset();
        std::erase_if(half->trainState, [](const TensorBlob& tensor) { return tensor.name.starts_with(kKeptPrefix); });
        TrainerBench second;
        second.setup.resumeFrom = half;
        second.script->nanAtCall(2);
        auto continued = second.start();
        continued->run();
        continued->waitUntilIdle();
        QCOMPARE(continued->status().state, TrainerState::Finished);
        QVERIFY(QString::fromStdString(second.events.lastRollBack().text).contains("back to step 3 "));
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
