// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/early_stopping.h"
#include "support/trainer_bench.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kSteps = 6; // an epoch: 48 of 64 samples in batches of 8

RunConfig patientConfig(int epochs, int patience)
{
    RunConfig config = tinyConfig(epochs);
    config.training.validationFraction = 0.25;
    config.training.patience = patience;
    return config;
}

struct PatientBench : TrainerBench {
    PatientBench(int epochs, int patience, std::vector<double> nelbos) : TrainerBench(patientConfig(epochs, patience))
    {
        script->heldNelbos(std::move(nelbos));
    }
};

void runToRest(Trainer& trainer)
{
    trainer.run();
    trainer.waitUntilIdle();
}

std::shared_ptr<const Checkpoint> endOf(TrainerBench& bench)
{
    auto trainer = bench.start();
    runToRest(*trainer);
    return bench.checkpointOf(*trainer);
}

/// The same run without patience, interrupted after so many epochs.
std::shared_ptr<const Checkpoint> stateAfter(int epochs, int total)
{
    TrainerBench bench(patientConfig(total, /*patience=*/0));
    bench.setup.config.training.stopAfter = epochs;
    return endOf(bench);
}

bool hasBestState(const Checkpoint& checkpoint)
{
    return std::ranges::any_of(checkpoint.trainState, [](const TensorBlob& tensor) { return tensor.name.starts_with(kBestPrefix); });
}

long canaryOf(const Snapshot& snapshot)
{
    std::vector<float> pixels(64);
    snapshot.decoder->decode(std::vector<float>{0.0f, 0.0f}, 1, pixels);
    return std::lround(255.0f * pixels[0]);
}

} // namespace

class TestEarlyStopping : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void patience_over_putsTheBestWeightsBackAndFinishes()
    {
        PatientBench bench(10, 2, {10.0, 9.0, 9.5, 9.2, 1.0});
        std::vector<TrainerEvent> order;
        bench.setup.onEvent = [&, inner = bench.events.receiver()](const TrainerEvent& event) {
            order.push_back(event); // on the trainer thread, read when it is idle
            inner(event);
        };
        auto trainer = bench.start();
        runToRest(*trainer);
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().progress.epochsDone, 4);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::StoppedEarly), 1);
        QVERIFY(order.size() >= 2);
        QCOMPARE(order[order.size() - 2].kind, TrainerEvent::Kind::StoppedEarly);
        QCOMPARE(order.back().state, TrainerState::Finished);
        const QString text = QString::fromStdString(order[order.size() - 2].text);
        QVERIFY(text.contains("2 epochs") && text.contains("epoch 2"));

        const auto snapshot = trainer->latestSnapshot(); // of the best weights, not of the last ones
        QCOMPARE(canaryOf(*snapshot), long{2 * kSteps});
        QVERIFY(snapshot->codes->exact);
        const auto end = bench.checkpointOf(*trainer);
        const auto second = stateAfter(2, 10);
        QCOMPARE(end->weights, second->weights);
        QCOMPARE(end->trainState, second->trainState); // and nothing beside them
        QCOMPARE(end->history.bestEpoch, 2);
        QCOMPARE(end->history.epochs.size(), std::size_t{4});
        QCOMPARE(end->history.marks.back().text, std::string("weights of epoch 2"));
    }

    void lastEpoch_notTheBest_putsTheBestWeightsBack()
    {
        PatientBench bench(4, 5, {10.0, 8.0, 9.0, 8.5});
        const auto end = endOf(bench);
        QCOMPARE(end->progress.epochsDone, 4);
        QCOMPARE(end->history.bestEpoch, 2);
        QCOMPARE(end->weights, stateAfter(2, 4)->weights);
        QVERIFY(QString::fromStdString(bench.events.last(TrainerEvent::Kind::StoppedEarly).text).contains("All epochs"));
    }

    void lastEpoch_theBest_changesNothing()
    {
        PatientBench bench(4, 1, {10.0, 8.0, 7.0, 6.0});
        const auto end = endOf(bench);
        QCOMPARE(end->history.bestEpoch, 4);
        QCOMPARE(end->weights, stateAfter(4, 4)->weights);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::StoppedEarly), 0);
    }

    void equalNelbo_isNoImprovement()
    {
        PatientBench bench(10, 2, {9.0, 9.0, 9.0});
        const auto end = endOf(bench);
        QCOMPARE(end->progress.epochsDone, 3);
        QCOMPARE(end->history.bestEpoch, 1);
    }

    void noPatience_keepsNothing()
    {
        PatientBench bench(4, 0, {10.0, 8.0, 9.0, 9.0});
        const auto end = endOf(bench);
        QCOMPARE(end->progress.epochsDone, 4);
        QCOMPARE(end->history.bestEpoch, 0);
        QVERIFY(!hasBestState(*end));
    }

    void testPart_neverSelects_data()
    {
        QTest::addColumn<double>("fraction");
        QTest::newRow("no validation part") << 0.0;
        QTest::newRow("a fraction that holds out nothing") << 0.001;
    }

    void testPart_neverSelects()
    {
        QFETCH(double, fraction);
        PatientBench bench(4, 2, {});
        bench.setup.config.training.validationFraction = fraction;
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.lastError()->code, ErrorCode::InvalidArgument);
        QVERIFY(QString::fromStdString(bench.events.lastError()->text()).contains("validation", Qt::CaseInsensitive));
    }

    void validationSamples_named_areHeldOutInsteadOfAFraction()
    {
        PatientBench bench(6, 1, {5.0, 4.0, 4.5});
        bench.setup.config.training.validationFraction = 0.0;
        for (std::int32_t sample = 63; sample >= 48; --sample)
            bench.setup.validation.push_back(sample);
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Ready);
        const auto codes = trainer->latestSnapshot()->codes;
        QCOMPARE(codes->indices.size(), std::size_t{48});
        QCOMPARE(codes->indices.back(), 47);
        runToRest(*trainer);
        QCOMPARE(trainer->status().progress.epochsDone, 3);
        const auto end = bench.checkpointOf(*trainer);
        QCOMPARE(end->history.bestEpoch, 2);
        QCOMPARE(end->config.training.validationFraction, 0.0);
    }

    void run_afterStopping_countsAnewAndStillKnowsTheBest_data()
    {
        QTest::addColumn<std::vector<double>>("nelbos");
        QTest::addColumn<int>("endsAt");
        QTest::addColumn<int>("best");
        QTest::newRow("a better one comes") << std::vector<double>{10, 9, 9.5, 9.2, 9.3, 8.5, 8.7, 8.8, 1} << 8 << 6;
        QTest::newRow("none is better") << std::vector<double>{10, 9, 9.5, 9.2, 9.3, 9.1, 1} << 6 << 2;
    }

    void run_afterStopping_countsAnewAndStillKnowsTheBest()
    {
        QFETCH(std::vector<double>, nelbos);
        QFETCH(int, endsAt);
        QFETCH(int, best);
        PatientBench bench(20, 2, nelbos);
        auto trainer = bench.start();
        runToRest(*trainer);
        const auto stopped = bench.checkpointOf(*trainer);
        QCOMPARE(stopped->progress.epochsDone, 4);
        trainer->stepOnce(); // from the best weights on
        trainer->waitUntilIdle();
        QCOMPARE(canaryOf(*trainer->latestSnapshot()), long{2 * kSteps + 1});
        const auto between = bench.checkpointOf(*trainer); // patience was counted anew from epoch 4 on, although the best is epoch 2
        runToRest(*trainer);
        const auto end = bench.checkpointOf(*trainer);
        QCOMPARE(end->progress.epochsDone, endsAt);
        QCOMPARE(end->history.bestEpoch, best);
        if (best == 2)
            QCOMPARE(end->weights, stopped->weights);

        for (const auto& file : {stopped, between}) { // both go on like the run itself
            PatientBench again(20, 2, nelbos);
            again.setup.resumeFrom = file;
            QVERIFY(sameState(*endOf(again), *end));
        }
    }

    void rollBack_afterThePutBack_goesToTheBestWeights()
    {
        PatientBench bench(20, 2, {10, 9, 9.5, 9.2});
        bench.script->nanAtCall(4 * kSteps + 2);
        auto trainer = bench.start();
        runToRest(*trainer);
        trainer->stepOnce();
        trainer->stepOnce();
        trainer->waitUntilIdle();
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 1);
        QVERIFY(canaryOf(*trainer->latestSnapshot()) <= 2 * kSteps + 2); // the weights of epoch 2, not those of epoch 4
    }

    void interruption_putsNothingBack_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("stop after") << "stopAfter";
        QTest::newRow("stop") << "stop";
        QTest::newRow("pause") << "pause";
    }

    void interruption_putsNothingBack()
    {
        QFETCH(QString, how);
        PatientBench bench(10, 5, {9.0, 10.0});
        bench.setup.config.training.stopAfter = how == "stopAfter" ? 3 : 0;
        auto trainer = bench.start();
        if (how == "stopAfter") {
            runToRest(*trainer);
        } else {
            for (int i = 0; i < 3 * kSteps; ++i)
                trainer->stepOnce();
            trainer->waitUntilIdle();
            how == "stop" ? trainer->stop() : trainer->pause();
            trainer->waitUntilIdle();
        }
        const auto file = bench.checkpointOf(*trainer);
        QCOMPARE(file->weights, stateAfter(3, 10)->weights);
        QVERIFY(hasBestState(*file));
        QCOMPARE(file->history.bestEpoch, 1);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::StoppedEarly), 0);
    }

    void setEpochs_loweredWhilePaused_endsWithTheBestWeights_data()
    {
        QTest::addColumn<bool>("stops");
        QTest::newRow("run") << false;
        QTest::newRow("stop") << true;
    }

    void setEpochs_loweredWhilePaused_endsWithTheBestWeights()
    {
        QFETCH(bool, stops);
        PatientBench bench(10, 5, {9.0, 10.0});
        auto trainer = bench.start();
        for (int i = 0; i < 2 * kSteps; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        trainer->setEpochs(2);
        stops ? trainer->stop() : trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(canaryOf(*trainer->latestSnapshot()), long{kSteps});
        QCOMPARE(bench.events.count(TrainerEvent::Kind::StoppedEarly), 1);
    }

    void rollBack_afterTheBest_keepsIt()
    {
        PatientBench bench(10, 2, {9.0, 10.0, 11.0});
        bench.script->nanAtCall(kSteps + 3);
        const auto end = endOf(bench);
        QCOMPARE(bench.events.count(TrainerEvent::Kind::RolledBack), 1);
        QCOMPARE(end->progress.epochsDone, 3);
        QCOMPARE(end->weights, stateAfter(1, 10)->weights);
    }

    void resume_anywhere_equalsTheUninterruptedRun_data()
    {
        QTest::addColumn<int>("steps");
        QTest::addColumn<bool>("withBest");
        QTest::newRow("before the first step") << 0 << false;
        QTest::newRow("within the first epoch") << 3 << false;
        QTest::newRow("at the best epoch") << 2 * kSteps << false;
        QTest::newRow("just behind it") << 2 * kSteps + 1 << true;
        QTest::newRow("after a worse epoch") << 3 * kSteps << true;
        QTest::newRow("within the last epoch of patience") << 3 * kSteps + 4 << true;
    }

    void resume_anywhere_equalsTheUninterruptedRun()
    {
        QFETCH(int, steps);
        QFETCH(bool, withBest);
        const std::vector<double> nelbos{10.0, 9.0, 9.5, 9.2, 1.0};
        PatientBench whole(10, 2, nelbos);
        const auto expected = endOf(whole);
        PatientBench first(10, 2, nelbos);
        auto trainer = first.start();
        for (int i = 0; i < steps; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        const auto half = first.checkpointOf(*trainer);
        QCOMPARE(hasBestState(*half), withBest);
        PatientBench second(10, 2, nelbos);
        second.setup.resumeFrom = half;
        QVERIFY(sameState(*endOf(second), *expected));
    }

    void resume_withoutPatience_leavesTheBestStateAside()
    {
        PatientBench first(10, 5, {9.0, 10.0});
        first.setup.config.training.stopAfter = 3;
        const auto half = endOf(first);
        QVERIFY(hasBestState(*half));
        PatientBench second(5, 0, {});
        second.setup.resumeFrom = half;
        const auto end = endOf(second);
        QVERIFY(end);
        QCOMPARE(end->progress.epochsDone, 5);
        QCOMPARE(end->history.bestEpoch, 0);
        QVERIFY(!hasBestState(*end));
    }

    void resume_withPatienceAtLast_looksForABestFromThere()
    {
        PatientBench first(10, 0, {1.0, 2.0, 3.0});
        first.setup.config.training.stopAfter = 3;
        const auto half = endOf(first);
        PatientBench second(10, 2, {1.0, 2.0, 3.0, 5.0, 4.0, 6.0, 7.0, 1.0});
        second.setup.resumeFrom = half;
        const auto end = endOf(second);
        QCOMPARE(end->progress.epochsDone, 7);
        QCOMPARE(end->history.bestEpoch, 5); // the weights of epoch 1 are gone
    }

    void resume_damagedBestState_isRefusedByName_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::newRow("a tensor is missing") << "missing";
        QTest::newRow("another shape") << "shape";
        QTest::newRow("one too many") << "extra";
        QTest::newRow("no beginning of patience") << "since";
    }

    void resume_damagedBestState_isRefusedByName()
    {
        QFETCH(QString, damage);
        PatientBench first(10, 5, {9.0, 10.0});
        first.setup.config.training.stopAfter = 3;
        auto file = std::make_shared<Checkpoint>(*endOf(first));
        const auto best = std::ranges::find_if(file->trainState, [](const TensorBlob& tensor) { return tensor.name.starts_with(kBestPrefix); });
        QVERIFY(best != file->trainState.end());
        if (damage == "missing")
            file->trainState.erase(best);
        else if (damage == "shape")
            best->shape.push_back(1);
        else if (damage == "extra")
            file->trainState.push_back(TensorBlob{"train_state.best.more", TensorType::F32, {1}, std::vector<std::byte>(4)});
        else
            std::erase_if(file->trainState, [](const TensorBlob& tensor) { return tensor.name == kBestSince; });
        PatientBench second(10, 5, {});
        second.setup.resumeFrom = file;
        auto trainer = second.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(second.events.lastError()->code, ErrorCode::Mismatch);
        QVERIFY(QString::fromStdString(second.events.lastError()->what).contains("best"));
    }
};

QTEST_GUILESS_MAIN(TestEarlyStopping)
#include "tst_early_stopping.moc"
