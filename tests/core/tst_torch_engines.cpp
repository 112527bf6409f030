// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/tiny_data.h"
#include "torch_reference.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

RunConfig tinyConfig(OptimizerKind optimizer = OptimizerKind::Adam)
{
    RunConfig config;
    config.model.encoderHidden = {24, 12};
    config.model.latent = 3;
    config.training.batchSize = 20;
    config.training.optimizer = optimizer;
    config.training.learningRate = 1e-3;
    config.training.seed = 11;
    return config;
}

std::vector<std::int32_t> shuffled(std::size_t count, int epoch)
{
    std::vector<std::int32_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    RandomStream(11, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
    return order;
}

/// Trains whole epochs (the last batch of each is partial); returns the losses of all steps.
std::vector<StepLoss> train(VaeEngine& engine, int epochs, std::size_t count, std::size_t batch, double rate = 1e-3)
{
    for (int epoch = 0; epoch < epochs; ++epoch) {
        engine.beginEpoch(epoch, shuffled(count, epoch));
        for (std::size_t begin = 0; begin < count; begin += batch)
            engine.step(begin, std::min(batch, count - begin), {1.0, rate});
    }
    return engine.drainSteps();
}

std::vector<float> stateOf(const VaeEngine& engine, StateBuffer which)
{
    std::vector<float> values(engine.layout().size());
    engine.read(which, values);
    return values;
}

void compareSteps(const std::vector<StepLoss>& found, const std::vector<StepLoss>& expected)
{
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QCOMPARE(found[i].images, expected[i].images);
        QVERIFY(found[i].reconstruction == expected[i].reconstruction);
        QVERIFY(found[i].kl == expected[i].kl);
    }
}

} // namespace

class TorchEnginesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void training_cpuAndTensorEngine_agree_data()
    {
        QTest::addColumn<int>("optimizer");
        QTest::addColumn<int>("likelihood");
        for (const OptimizerKind optimizer : {OptimizerKind::Adam, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::GaussianLearned})
                QTest::newRow((std::string(name(optimizer)) + " " + std::string(name(likelihood))).c_str())
                    << static_cast<int>(optimizer) << static_cast<int>(likelihood);
    }

    void training_cpuAndTensorEngine_agree()
    {
        QFETCH(int, optimizer);
        QFETCH(int, likelihood);
        RunConfig config = tinyConfig(static_cast<OptimizerKind>(optimizer));
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        const auto setup = setupFor(config, tinyDataset(), /*threads=*/2);
        const auto fast = makeCpuEngine(setup);
        const auto slow = makeTensorEngine(setup, "cpu");
        const double rate = config.training.optimizer == OptimizerKind::Sgd ? 1e-4 : 1e-3;
        const std::vector<StepLoss> a = train(*fast, 5, 64, 20, rate);
        const std::vector<StepLoss> b = train(*slow, 5, 64, 20, rate);
        QCOMPARE(a.size(), std::size_t{20});
        QCOMPARE(b.size(), a.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].images, b[i].images);
            QVERIFY2(std::abs(a[i].reconstruction - b[i].reconstruction) < 2e-4 * std::abs(a[i].reconstruction) + 1e-3,
                     qPrintable(QString("step %1: %2, %3").arg(i).arg(a[i].reconstruction).arg(b[i].reconstruction)));
            QVERIFY(std::abs(a[i].kl - b[i].kl) < 1e-3 * std::abs(a[i].kl) + 1e-3);
        }
        QCOMPARE(fast->stepCount(), 20);
        QCOMPARE(slow->stepCount(), 20);
        const std::vector<std::int32_t> samples{3, 1, 4};
        std::vector<float> mu1(9), lv1(9), mu2(9), lv2(9);
        fast->posterior(/*test=*/true, samples, mu1, lv1);
        slow->posterior(/*test=*/true, samples, mu2, lv2);
        std::vector<double> nats1(3), nats2(3);
        fast->reconstruction(true, samples, mu1, nats1);
        slow->reconstruction(true, samples, mu1, nats2);
        for (std::size_t i = 0; i < 9; ++i)
            QVERIFY(std::abs(mu1[i] - mu2[i]) < 2e-3f && std::abs(lv1[i] - lv2[i]) < 2e-3f);
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(nats1[i] - nats2[i]) < 2e-3 * std::abs(nats1[i]) + 2e-3);
    }

    void training_sameSeed_isBitIdentical_data()
    {
        QTest::addColumn<int>("threads");
        QTest::newRow("1 thread") << 1;
        QTest::newRow("2 threads") << 2;
        QTest::newRow("3 threads") << 3;
    }

    void training_sameSeed_isBitIdentical()
    {
        QFETCH(int, threads);
        RunConfig config = tinyConfig();
        config.model.encoderHidden = {300}; // wide enough for several tasks a phase
        config.training.batchSize = 100;
        const auto setup = setupFor(config, tinyDataset(/*train=*/300), threads);
        const auto a = makeCpuEngine(setup), b = makeCpuEngine(setup);
        compareSteps(train(*a, 4, 300, 100), train(*b, 4, 300, 100));
        QVERIFY(stateOf(*a, StateBuffer::Parameters) == stateOf(*b, StateBuffer::Parameters));
    }

    void training_otherSeed_givesOtherLosses()
    {
        RunConfig config = tinyConfig();
        const auto a = makeCpuEngine(setupFor(config, tinyDataset()));
        config.training.seed = 12;
        const auto b = makeCpuEngine(setupFor(config, tinyDataset()));
        QVERIFY(train(*a, 1, 64, 20).front().reconstruction != train(*b, 1, 64, 20).front().reconstruction);
    }

    void training_lowersTheLoss()
    {
        const auto engine = makeCpuEngine(setupFor(tinyConfig(), tinyDataset()));
        const std::vector<StepLoss> losses = train(*engine, 60, 64, 20, 3e-3);
        const auto nelbo = [](const StepLoss& loss) { return (loss.reconstruction + loss.kl) / loss.images; };
        QVERIFY(nelbo(losses.back()) < 0.7 * nelbo(losses.front()));
    }

    void training_resumedInsideAnEpoch_drawsTheSameNoise()
    {
        const auto setup = setupFor(tinyConfig(), tinyDataset());
        const auto whole = makeCpuEngine(setup), resumed = makeCpuEngine(setup);
        const std::vector<std::int32_t> order = shuffled(64, 3);
        for (const auto& engine : {whole.get(), resumed.get()})
            engine->beginEpoch(3, order);
        whole->step(0, 20, {1.0, 0.0});
        whole->step(20, 20, {1.0, 0.0});
        resumed->step(20, 20, {1.0, 0.0});
        compareSteps({whole->drainSteps().back()}, resumed->drainSteps());
    }

    void training_otherEpoch_drawsOtherNoise()
    {
        const auto engine = makeCpuEngine(setupFor(tinyConfig(), tinyDataset()));
        for (const int epoch : {0, 1}) {
            engine->beginEpoch(epoch, shuffled(64, 0));
            engine->step(0, 20, {1.0, 0.0});
        }
        const std::vector<StepLoss> losses = engine->drainSteps();
        QVERIFY(losses[0].reconstruction != losses[1].reconstruction);
        QVERIFY(losses[0].kl == losses[1].kl);
    }

    void autoencoder_hasNoKlAndNoNoise()
    {
        RunConfig config = tinyConfig();
        config.objective.kind = ObjectiveKind::Autoencoder;
        const auto engine = makeCpuEngine(setupFor(config, tinyDataset()));
        for (const int epoch : {0, 1}) {
            engine->beginEpoch(epoch, shuffled(64, 0));
            engine->step(0, 20, {1.0, 0.0});
        }
        const std::vector<StepLoss> losses = engine->drainSteps();
        QCOMPARE(losses[0].kl, 0.0);
        QVERIFY(losses[0].reconstruction == losses[1].reconstruction);
    }

    void rollBack_afterSteps_isBitEqual_data()
    {
        QTest::addColumn<bool>("tensors");
        QTest::newRow("cpu") << false;
        QTest::newRow("tensor") << true;
    }

    void rollBack_afterSteps_isBitEqual()
    {
        QFETCH(bool, tensors);
        const auto setup = setupFor(tinyConfig(), tinyDataset());
        const auto engine = tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
        (void)train(*engine, 2, 64, 20);
        engine->keep();
        const auto parameters = stateOf(*engine, StateBuffer::Parameters), first = stateOf(*engine, StateBuffer::FirstMoment),
                   second = stateOf(*engine, StateBuffer::SecondMoment);
        const std::vector<StepLoss> once = train(*engine, 1, 64, 20);
        QVERIFY(stateOf(*engine, StateBuffer::Parameters) != parameters);
        engine->rollBack();
        QVERIFY(stateOf(*engine, StateBuffer::Parameters) == parameters);
        QVERIFY(stateOf(*engine, StateBuffer::FirstMoment) == first);
        QVERIFY(stateOf(*engine, StateBuffer::SecondMoment) == second);
        QCOMPARE(engine->stepCount(), 8);
        compareSteps(train(*engine, 1, 64, 20), once); // the same steps once more: the bias correction went back too
    }

    void harvest_subsetOfSamples_liesInTheirRows_data() { rollBack_afterSteps_isBitEqual_data(); }

    void harvest_subsetOfSamples_liesInTheirRows()
    {
        QFETCH(bool, tensors);
        EngineSetup setup = setupFor(tinyConfig(), tinyDataset());
        setup.trainingIndices = {40, 7, 22, 63};
        const auto engine = tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
        std::vector<float> exactMu(12), exactLogvar(12);
        engine->posterior(false, setup.trainingIndices, exactMu, exactLogvar);
        engine->beginEpoch(0, std::vector<std::int32_t>{22, 63, 40, 7});
        engine->step(0, 3, {1.0, 0.0});
        std::vector<float> mu(12), logvar(12);
        engine->readHarvest(mu, logvar);
        const auto close = [](float a, float b) { return std::abs(a - b) < 1e-5f; };
        for (std::size_t row = 0; row < 4; ++row)
            for (std::size_t j = 0; j < 3; ++j) {
                const bool seen = row != 1; // sample 7 was in no batch yet
                QVERIFY(close(mu[row * 3 + j], seen ? exactMu[row * 3 + j] : 0.0f));
                QVERIFY(close(logvar[row * 3 + j], seen ? exactLogvar[row * 3 + j] : 0.0f));
            }
        engine->writeHarvest(exactMu, exactLogvar);
        engine->readHarvest(mu, logvar);
        QVERIFY(mu == exactMu && logvar == exactLogvar);
    }

    void drainSteps_calledTwice_isEmptyTheSecondTime()
    {
        const auto engine = makeCpuEngine(setupFor(tinyConfig(), tinyDataset()));
        QCOMPARE(train(*engine, 1, 64, 20).size(), std::size_t{4});
        QVERIFY(engine->drainSteps().empty());
    }
};

QTEST_APPLESS_MAIN(TorchEnginesTest)
#include "tst_torch_engines.moc"
