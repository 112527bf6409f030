// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer on the real networks: what a person does beside a run must not change it.
#include "core/torch/torch_backend_factory.h"
#include "core/train/decode_service.h"
#include "core/train/trainer.h"
#include "support/tiny_data.h"
#include "support/trainer_events.h"

#include <QtTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace latentscape;
using namespace latentscape::tests;

class TestTorchTrainer : public QObject {
    Q_OBJECT

    std::shared_ptr<const VaeBackendFactory> m_factory = makeTorchBackendFactory();
    std::shared_ptr<const Dataset> m_data = tinyDataset(400, 40);

    [[nodiscard]] RunConfig config(std::uint64_t seed, int epochs) const
    {
        RunConfig config;
        config.model.inputShape = m_data->shape();
        config.model.encoderHidden = {24};
        config.training.batchSize = 16;
        config.training.epochs = epochs;
        config.training.seed = seed;
        return config;
    }

    /// Trains to the end; with an audience the newest decoder is asked all the time and snapshots come as fast as they can.
    [[nodiscard]] std::shared_ptr<const Checkpoint> train(const RunConfig& config, bool audience, int threads = 2)
    {
        TrainerEvents events;
        Trainer::Setup setup;
        setup.data = m_data;
        setup.config = config;
        setup.factory = m_factory;
        setup.threads = threads;
        setup.snapshotsPerSecond = audience ? 1000.0 : 0.0;
        setup.onEvent = events.receiver();
        std::atomic<int> answers{0};
        DecodeService service([this] { m_factory->prepareDecodingThread(); }, [&](DecodeResult) { ++answers; });
        Trainer trainer(std::move(setup));
        trainer.waitUntilIdle();
        trainer.run();
        float way = 0.0f;
        while (audience && trainer.status().state != TrainerState::Finished && trainer.status().state != TrainerState::Failed) {
            const auto snapshot = trainer.latestSnapshot();
            way += 0.01f;
            DecodeRequest request;
            request.z = {way, -way};
            request.decoder = snapshot->decoder;
            request.codes = snapshot->codes;
            request.neighbours = 5;
            request.supportRadius = 0.25;
            service.post(std::move(request));
            std::this_thread::yield();
        }
        trainer.waitUntilIdle();
        trainer.requestCheckpoint();
        for (int turn = 0; turn < 2000 && !events.lastCheckpoint(); ++turn)
            QTest::qWait(5);
        m_answers = answers;
        return events.lastCheckpoint();
    }
    int m_answers = 0;

private Q_SLOTS:
    void sameSeed_withAndWithoutDragging_isBitIdentical()
    {
        const auto alone = train(config(/*seed=*/3, /*epochs=*/12), /*audience=*/false);
        const auto watched = train(config(3, 12), /*audience=*/true);
        QVERIFY(alone && watched);
        QVERIFY(m_answers > 0);
        QCOMPARE(watched->weights, alone->weights);
        QCOMPARE(watched->trainState, alone->trainState);
        QCOMPARE(watched->history.epochs.size(), std::size_t{12});
        for (std::size_t i = 0; i < 12; ++i) {
            QCOMPARE(watched->history.epochs[i].train, alone->history.epochs[i].train);
            QCOMPARE(watched->history.epochs[i].held, alone->history.epochs[i].held);
        }
    }

    /// The kept state goes into a checkpoint by way of the weights of the running backend.
    void checkpoints_withinAnEpoch_leaveTheRunAsItWas_data()
    {
        QTest::addColumn<bool>("layerNorm"); // computed by the other engine
        QTest::newRow("hand-written passes") << false;
        QTest::newRow("tensors") << true;
    }
    void checkpoints_withinAnEpoch_leaveTheRunAsItWas()
    {
        QFETCH(bool, layerNorm);
        RunConfig wanted = config(3, 3);
        wanted.model.layerNorm = layerNorm;
        const auto alone = train(wanted, /*audience=*/false);
        TrainerEvents events;
        Trainer::Setup setup;
        setup.data = m_data;
        setup.config = wanted;
        setup.factory = m_factory;
        setup.threads = 2;
        setup.snapshotsPerSecond = 0.0;
        setup.onEvent = events.receiver();
        Trainer trainer(std::move(setup));
        trainer.waitUntilIdle();
        for (int step = 0; step < 30; ++step) { // of 25 an epoch
            trainer.stepOnce();
            trainer.requestCheckpoint();
            trainer.waitUntilIdle();
        }
        QVERIFY(events.lastCheckpoint()->kept);
        QVERIFY(events.lastCheckpoint()->weights != alone->weights);
        trainer.run();
        trainer.waitUntilIdle();
        trainer.requestCheckpoint();
        trainer.waitUntilIdle();
        QCOMPARE(events.lastCheckpoint()->weights, alone->weights);
        QCOMPARE(events.lastCheckpoint()->trainState, alone->trainState);
    }

    void otherSeed_givesOtherWeights()
    {
        const auto one = train(config(3, 1), false);
        const auto other = train(config(4, 1), false);
        QVERIFY(one && other);
        QVERIFY(one->weights != other->weights);
    }

    void training_lowersTheHeldOutLoss()
    {
        const auto run = train(config(1, 20), false);
        QVERIFY(run);
        QVERIFY(run->history.epochs.back().held.nelbo < 0.8 * run->history.epochs.front().held.nelbo);
    }
};

QTEST_GUILESS_MAIN(TestTorchTrainer)
#include "tst_torch_trainer.moc"
