// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedules.h"
#include "support/trainer_bench.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

std::unique_ptr<Trainer> finishedRun(TrainerBench& bench)
{
    auto trainer = bench.start();
    trainer->run();
    trainer->waitUntilIdle();
    return trainer;
}

MetricsLog::Update metricsOf(const Trainer& trainer)
{
    MetricsLog::Cursor cursor;
    return trainer.metrics().since(cursor);
}

} // namespace

/// What the trainer makes of the schedules, the objective of the backend and its gradient norms, and of named validation samples.
class TestTrainerSchedules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void learningRate_ofAnEpoch_isThatOfItsLastStep_data()
    {
        QTest::addColumn<LearningRateSchedule>("schedule");
        QTest::newRow("constant") << LearningRateSchedule::Constant;
        QTest::newRow("cosine") << LearningRateSchedule::Cosine;
        QTest::newRow("step") << LearningRateSchedule::Step;
        QTest::newRow("one-cycle") << LearningRateSchedule::OneCycle;
    }

    void learningRate_ofAnEpoch_isThatOfItsLastStep()
    {
        QFETCH(LearningRateSchedule, schedule);
        RunConfig config = tinyConfig(4);
        config.training.schedule = schedule;
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        const auto epochs = metricsOf(*trainer).epochs;
        QCOMPARE(epochs.size(), std::size_t{4});
        for (std::size_t i = 0; i < epochs.size(); ++i)
            QCOMPARE(epochs[i].learningRate,
                     scheduledLearningRate(config.training, static_cast<std::int64_t>(i + 1) * kStepsPerEpoch - 1, 4 * kStepsPerEpoch));
        TrainerBench constant(tinyConfig(4));
        const auto other = finishedRun(constant);
        QCOMPARE(bench.checkpointOf(*trainer)->weights != constant.checkpointOf(*other)->weights, schedule != LearningRateSchedule::Constant);
    }

    void learningRate_changedLive_isTheSchedulesBaseFromTheNextStepOn()
    {
        RunConfig config = tinyConfig(2);
        config.training.schedule = LearningRateSchedule::Cosine;
        TrainerBench bench(config);
        auto trainer = bench.start();
        for (int i = 0; i < kStepsPerEpoch - 1; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        trainer->setControls(LiveControls{1.0, 0.5});
        trainer->stepOnce();
        trainer->waitUntilIdle();
        const auto epochs = metricsOf(*trainer).epochs;
        QCOMPARE(epochs.size(), std::size_t{1});
        config.training.learningRate = 0.5;
        QCOMPARE(epochs[0].learningRate, scheduledLearningRate(config.training, kStepsPerEpoch - 1, 2 * kStepsPerEpoch));
    }

    void rollBack_underASchedule_halvesItsBase()
    {
        RunConfig config = tinyConfig(4);
        config.training.schedule = LearningRateSchedule::Step;
        TrainerBench bench(config);
        bench.script->nanAtCall(2 * kStepsPerEpoch + 3); // in the second half, where a tenth is in force
        const auto trainer = finishedRun(bench);
        QCOMPARE(bench.events.lastRollBack().learningRate, 0.0005);
        const auto epochs = metricsOf(*trainer).epochs;
        QCOMPARE(epochs[1].learningRate, 0.001);
        QCOMPARE(epochs[2].learningRate, 0.1 * 0.0005);
        QCOMPARE(epochs[3].learningRate, 0.01 * 0.0005);
    }

    void setEpochs_raised_stretchesTheSchedule()
    {
        RunConfig config = tinyConfig(2);
        config.training.schedule = LearningRateSchedule::Cosine;
        TrainerBench bench(config);
        auto trainer = bench.start();
        trainer->setEpochs(8);
        trainer->run();
        trainer->waitUntilIdle();
        QCOMPARE(metricsOf(*trainer).epochs[3].learningRate, scheduledLearningRate(config.training, 4 * kStepsPerEpoch - 1, 8 * kStepsPerEpoch));
    }

    void beta_cyclic_isThatOfEachStep()
    {
        RunConfig config = tinyConfig(4);
        config.objective.beta = 3.0;
        config.objective.warmupEpochs = 2.0;
        config.objective.warmup = Warmup::Cyclic;
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        const auto steps = metricsOf(*trainer).steps;
        QCOMPARE(steps.size(), std::size_t{4 * kStepsPerEpoch});
        for (const StepRecord& record : steps) {
            const double beta = scheduledBeta(config.objective, static_cast<double>(record.step - 1) / kStepsPerEpoch);
            QVERIFY(std::abs(record.loss.objective - record.loss.reconstruction - beta * record.loss.kl) < 1e-9);
        }
        double sum = 0.0;
        for (int i = 0; i < kStepsPerEpoch; ++i)
            sum += steps[static_cast<std::size_t>(i)].loss.objective;
        QVERIFY(std::abs(metricsOf(*trainer).epochs[0].train.objective - sum / kStepsPerEpoch) < 1e-9);
        QCOMPARE(scheduledBeta(config.objective, 2.0), 0.0); // the second cycle began anew
    }

    void capacity_ofEachStep_reachesTheBackendAndTheHeldObjective()
    {
        RunConfig config = tinyConfig(4);
        config.objective.capacity = 8.0;
        config.objective.gamma = 50.0;
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        const auto update = metricsOf(*trainer);
        for (const StepRecord& record : update.steps) {
            const double capacity = 8.0 * static_cast<double>(record.step - 1) / (4 * kStepsPerEpoch);
            QVERIFY(std::abs(record.loss.objective - record.loss.reconstruction - 50.0 * std::abs(record.loss.kl - capacity)) < 1e-9);
        }
        for (const EpochRecord& record : update.epochs) {
            const double capacity = 8.0 * (record.epoch * kStepsPerEpoch - 1) / (4 * kStepsPerEpoch); // of its last step
            QVERIFY(std::abs(record.held.objective - record.held.reconstruction - 50.0 * std::abs(record.held.kl - capacity)) < 1e-9);
        }
    }

    void heldObjective_duringWarmUp_usesTheBetaInForce_data()
    {
        QTest::addColumn<ObjectiveKind>("kind");
        QTest::newRow("vae") << ObjectiveKind::Vae;
        QTest::newRow("infovae") << ObjectiveKind::InfoVae;
        QTest::newRow("dipvae") << ObjectiveKind::DipVae;
        QTest::newRow("tcvae") << ObjectiveKind::BetaTcVae;
    }

    void heldObjective_duringWarmUp_usesTheBetaInForce()
    {
        QFETCH(ObjectiveKind, kind);
        RunConfig config = tinyConfig(3);
        config.objective.kind = kind;
        config.objective.beta = 2.0;
        config.objective.warmupEpochs = 2.0;
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        for (const EpochRecord& record : metricsOf(*trainer).epochs) {
            const double epoch = static_cast<double>(record.epoch * kStepsPerEpoch - 1) / kStepsPerEpoch;
            const double beta = scheduledBeta(config.objective, epoch);
            QVERIFY(std::abs(record.held.objective - record.held.reconstruction - beta * record.held.kl) < 1e-9);
            QCOMPARE(record.held.nelbo, record.held.reconstruction + record.held.kl);
        }
    }

    void heldClasses_ofEachEpoch_areTheEvaluationsAndNotSaved()
    {
        TrainerBench bench(tinyConfig(2));
        const auto trainer = finishedRun(bench);
        for (const EpochRecord& record : metricsOf(*trainer).epochs) {
            QCOMPARE(record.heldClasses.size(), std::size_t{kTinyClasses});
            double sum = 0.0;
            for (const auto& part : record.heldClasses) {
                QCOMPARE(part.images, std::int64_t{4});
                sum += 4.0 * part.loss.nelbo;
            }
            QVERIFY(std::abs(sum / 16.0 - record.held.nelbo) < 1e-9);
        }
        for (const EpochRecord& record : bench.checkpointOf(*trainer)->history.epochs)
            QVERIFY(record.heldClasses.empty());
    }

    void autoencoder_objective_isTheReconstruction()
    {
        RunConfig config = tinyConfig(1);
        config.objective.kind = ObjectiveKind::Autoencoder;
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        const auto update = metricsOf(*trainer);
        for (const StepRecord& record : update.steps)
            QCOMPARE(record.loss.objective, record.loss.reconstruction);
        QCOMPARE(update.epochs[0].held.objective, update.epochs[0].held.reconstruction);
    }

    void gradientNorms_measured_goIntoStepsAndTheEpochsMean()
    {
        RunConfig config = tinyConfig(3);
        config.training.batchSize = 2; // 32 steps an epoch, two of them measured
        TrainerBench bench(config);
        const auto trainer = finishedRun(bench);
        const auto update = metricsOf(*trainer);
        for (int epoch = 0; epoch < 3; ++epoch) {
            double sum = 0.0;
            int measured = 0;
            for (int i = 0; i < 32; ++i) {
                const StepRecord& record = update.steps[static_cast<std::size_t>(32 * epoch + i)];
                QCOMPARE(record.gradientNorm >= 0.0, i % 16 == 0);
                sum += record.gradientNorm >= 0.0 ? record.gradientNorm : 0.0;
                measured += record.gradientNorm >= 0.0 ? 1 : 0;
            }
            QCOMPARE(measured, 2);
            QVERIFY(sum > 0.0);
            QVERIFY(std::abs(update.epochs[static_cast<std::size_t>(epoch)].gradientNorm - sum / 2) < 1e-12);
        }
    }

    void gradientNorms_notMeasured_areZeroInTheEpoch()
    {
        TrainerBench bench(tinyConfig(2)); // 8 steps an epoch: none of the second one is measured
        const auto trainer = finishedRun(bench);
        const auto update = metricsOf(*trainer);
        QVERIFY(update.epochs[0].gradientNorm > 0.0);
        QCOMPARE(update.epochs[1].gradientNorm, 0.0);
        QCOMPARE(update.steps.back().gradientNorm, -1.0);
    }

    void balance_skewedClasses_keepsTheStepsAndEverySamplesCodes()
    {
        RunConfig config = tinyConfig(3);
        config.training.balance = true;
        TrainerBench bench(config);
        for (std::int32_t sample = 0; sample < 64; sample += 4) // class 0 but for one sample, and some more
            if (sample > 0)
                bench.setup.validation.push_back(sample);
        bench.setup.validation.push_back(1);
        const auto trainer = finishedRun(bench);
        QCOMPARE(trainer->status().state, TrainerState::Finished);
        QCOMPARE(trainer->status().stepsPerEpoch, std::int64_t{6}); // 48 draws from 48 samples
        QCOMPARE(trainer->status().progress.step, std::int64_t{18});
        const auto codes = trainer->latestSnapshot()->codes;
        QCOMPARE(codes->count(), std::size_t{48});
        for (const float value : codes->mu)
            QVERIFY(std::isfinite(value));
        RunConfig plain = config;
        plain.training.balance = false;
        TrainerBench other(plain);
        other.setup.validation = bench.setup.validation;
        const auto unbalanced = finishedRun(other);
        QVERIFY(bench.checkpointOf(*trainer)->weights != other.checkpointOf(*unbalanced)->weights);
    }

    void validationSamples_wrong_areRefused_data()
    {
        QTest::addColumn<std::vector<std::int32_t>>("samples");
        std::vector<std::int32_t> all(64);
        std::iota(all.begin(), all.end(), 0);
        QTest::newRow("beyond the part") << std::vector<std::int32_t>{64};
        QTest::newRow("negative") << std::vector<std::int32_t>{-1};
        QTest::newRow("twice") << std::vector<std::int32_t>{5, 6, 5};
        QTest::newRow("all of them") << all;
    }

    void validationSamples_wrong_areRefused()
    {
        QFETCH(std::vector<std::int32_t>, samples);
        TrainerBench bench;
        bench.setup.validation = samples;
        auto trainer = bench.start();
        QCOMPARE(trainer->status().state, TrainerState::Failed);
        QCOMPARE(bench.events.lastError()->code, ErrorCode::InvalidArgument);
    }

    void resume_underAnySchedule_equalsTheUninterruptedRun_data()
    {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<int>("steps");
        for (const char* setting : {"cosine", "step", "one-cycle", "linear warm-up", "cyclic warm-up", "capacity", "balance", "clip", "free bits"})
            for (const int steps : {3, kStepsPerEpoch, 2 * kStepsPerEpoch + 5})
                QTest::newRow(qPrintable(QString("%1, after %2 steps").arg(setting).arg(steps))) << setting << steps;
    }

    void resume_underAnySchedule_equalsTheUninterruptedRun()
    {
        QFETCH(QString, setting);
        QFETCH(int, steps);
        RunConfig config = tinyConfig(5);
        if (setting == "cosine")
            config.training.schedule = LearningRateSchedule::Cosine;
        else if (setting == "step")
            config.training.schedule = LearningRateSchedule::Step;
        else if (setting == "one-cycle")
            config.training.schedule = LearningRateSchedule::OneCycle;
        else if (setting == "linear warm-up")
            config.objective.warmupEpochs = 3.5;
        else if (setting == "cyclic warm-up")
            config.objective.warmup = Warmup::Cyclic, config.objective.warmupEpochs = 1.5;
        else if (setting == "capacity")
            config.objective.capacity = 20.0, config.objective.gamma = 10.0;
        else if (setting == "balance")
            config.training.balance = true;
        else if (setting == "clip")
            config.training.clipNorm = 0.5;
        else
            config.objective.freeBits = 0.5;
        const auto whole = stateAfterWholeRun(config);
        QVERIFY(whole);
        TrainerBench first(config);
        auto trainer = first.start();
        for (int i = 0; i < steps; ++i)
            trainer->stepOnce();
        trainer->waitUntilIdle();
        const auto half = first.checkpointOf(*trainer);
        TrainerBench second(config);
        second.setup.resumeFrom = half;
        const auto continued = finishedRun(second);
        const auto end = second.checkpointOf(*continued);
        QVERIFY(sameState(*end, *whole));
        QVERIFY(end->config == whole->config);
    }
};

QTEST_GUILESS_MAIN(TestTrainerSchedules)
#include "tst_trainer_schedules.moc"
