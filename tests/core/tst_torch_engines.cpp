// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_runs.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

class TorchEnginesTest : public QObject {
    Q_OBJECT

    static constexpr std::size_t kWideImages = 720;
    /// Several tasks a phase. Small batches are cut by columns, the output's parts going into the layer below; those of 128 and more images a
    /// thread by rows.
    static RunConfig wideConfig()
    {
        RunConfig config = tinyConfig();
        config.model.encoderHidden = {300, 24};
        config.training.batchSize = kWideImages;
        return config;
    }

private Q_SLOTS:
    void training_cpuAndTensorEngine_agree_data()
    {
        QTest::addColumn<int>("optimizer");
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("binarization");
        QTest::addColumn<double>("clip");
        QTest::addColumn<int>("margin");
        const auto add = [](OptimizerKind optimizer, Likelihood likelihood, Binarization binarization, double clip, int margin = 0) {
            const std::string row = std::string(name(optimizer)) + " " + std::string(name(likelihood)) + " " + std::string(name(binarization)) +
                                    (clip > 0.0 ? " clipped" : "") + (margin > 0 ? " with margins" : "");
            QTest::newRow(row.c_str()) << static_cast<int>(optimizer) << static_cast<int>(likelihood) << static_cast<int>(binarization) << clip << margin;
        };
        for (const OptimizerKind optimizer : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::Gaussian, Likelihood::GaussianLearned})
                add(optimizer, likelihood, Binarization::None, 0.0);
        for (const Binarization binarization : {Binarization::Dynamic, Binarization::Threshold})
            add(OptimizerKind::Adam, Likelihood::Bernoulli, binarization, 0.0);
        for (const OptimizerKind optimizer : {OptimizerKind::AdamW, OptimizerKind::Sgd})
            add(optimizer, Likelihood::Bernoulli, Binarization::Dynamic, 2.0);
        add(OptimizerKind::Sgd, Likelihood::GaussianLearned, Binarization::None, 0.5);
        for (const OptimizerKind optimizer : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::Sgd}) // weights of empty columns go on, by momentum and decay
            add(optimizer, Likelihood::Bernoulli, Binarization::None, 0.0, /*margin=*/5);
        add(OptimizerKind::Adam, Likelihood::Bernoulli, Binarization::Dynamic, 2.0, /*margin=*/5);
    }

    void training_cpuAndTensorEngine_agree()
    {
        QFETCH(int, optimizer);
        QFETCH(int, likelihood);
        QFETCH(int, binarization);
        QFETCH(double, clip);
        QFETCH(int, margin);
        RunConfig config = tinyConfig(static_cast<OptimizerKind>(optimizer));
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        config.objective.binarization = static_cast<Binarization>(binarization);
        config.objective.sigma = 0.5;
        config.training.clipNorm = clip;
        config.training.weightDecay = 0.5; // strong enough to tell AdamW from Adam within 20 steps
        const auto setup = setupFor(config, margin > 0 ? tinyDataset(64, 16, /*side=*/18, margin) : tinyDataset(), /*threads=*/2);
        QVERIFY(cpuEngineServes(setup.config));
        const auto fast = makeCpuEngine(setup);
        const auto slow = makeTensorEngine(setup, "cpu");
        const std::vector<float> start = stateOf(*fast, StateBuffer::Parameters);
        QVERIFY(start == stateOf(*slow, StateBuffer::Parameters));
        const double rate = config.training.optimizer == OptimizerKind::Sgd ? 1e-4 : 1e-3;
        const std::vector<StepLoss> a = train(*fast, 5, 64, 20, rate);
        const std::vector<StepLoss> b = train(*slow, 5, 64, 20, rate);
        QCOMPARE(a.size(), std::size_t{20});
        QCOMPARE(b.size(), a.size());
        const auto close = [](double x, double y, double relative) { return std::abs(x - y) < relative * std::abs(x) + 1e-3; };
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].images, b[i].images);
            QVERIFY2(close(a[i].reconstruction, b[i].reconstruction, 2e-4),
                     qPrintable(QString("step %1: %2, %3").arg(i).arg(a[i].reconstruction).arg(b[i].reconstruction)));
            QVERIFY(close(a[i].kl, b[i].kl, 1e-3));
            QVERIFY2(close(a[i].objective, b[i].objective, 2e-4), qPrintable(QString("%1, %2").arg(a[i].objective).arg(b[i].objective)));
            QVERIFY2(close(a[i].gradientNorm, b[i].gradientNorm, 1e-3),
                     qPrintable(QString("step %1: %2, %3").arg(i).arg(a[i].gradientNorm).arg(b[i].gradientNorm)));
        }
        if (margin > 0) // the last batch of each epoch, of 4 images, multiplies all columns
            QVERIFY2(fast->stepMode().inputColumns < 200.0, qPrintable(QString::number(fast->stepMode().inputColumns)));
        else
            QCOMPARE(fast->stepMode().inputColumns, static_cast<double>(setup.config.model.inputShape.size()));
        QCOMPARE(fast->stepCount(), 20);
        QCOMPARE(slow->stepCount(), 20);
        const std::vector<float> p = stateOf(*fast, StateBuffer::Parameters), q = stateOf(*slow, StateBuffer::Parameters);
        std::vector<float> moved(p.size()), apart(p.size());
        for (std::size_t i = 0; i < p.size(); ++i) {
            moved[i] = p[i] - start[i];
            apart[i] = p[i] - q[i];
        }
        QVERIFY2(normOf(apart) < 0.01 * normOf(moved), qPrintable(QString("%1 apart after a way of %2").arg(normOf(apart)).arg(normOf(moved))));
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

    void cpuEngineServes_onlyWhatItCanCompute()
    {
        RunConfig config = tinyConfig();
        config.model.inputShape = {1, 8, 8};
        QVERIFY(cpuEngineServes(config));
        const auto refused = [&](auto change) {
            RunConfig changed = config;
            change(changed);
            return !cpuEngineServes(changed);
        };
        QVERIFY(refused([](RunConfig& c) { c.objective.kind = ObjectiveKind::BetaTcVae; }));
        QVERIFY(refused([](RunConfig& c) { c.objective.gamma = 10.0; }));
        QVERIFY(refused([](RunConfig& c) { c.objective.freeBits = 0.1; }));
        QVERIFY(refused([](RunConfig& c) { c.objective.likelihood = Likelihood::Poisson; }));
        QVERIFY(refused([](RunConfig& c) { c.objective.likelihood = Likelihood::ContinuousBernoulli; }));
        QVERIFY(refused([](RunConfig& c) { c.model.dropout = 0.1; }));
        QVERIFY(refused([](RunConfig& c) { c.model.layerNorm = true; }));
        QVERIFY(refused([](RunConfig& c) { c.model.architecture = Architecture::Conv; c.model.encoderHidden = {4}; }));
        config.objective.kind = ObjectiveKind::Autoencoder;
        QVERIFY(cpuEngineServes(config));
    }

    void training_sameSeed_isBitIdentical_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("batch");
        for (const int threads : {1, 2, 3})
            for (const int batch : {100, 700})
                QTest::addRow("%d threads, batch %d", threads, batch) << threads << batch;
    }

    void training_sameSeed_isBitIdentical()
    {
        QFETCH(int, threads);
        QFETCH(int, batch);
        const auto setup = setupFor(wideConfig(), tinyDataset(kWideImages), threads);
        const auto a = makeCpuEngine(setup), b = makeCpuEngine(setup);
        const auto size = static_cast<std::size_t>(batch);
        compareSteps(train(*a, 4, kWideImages, size), train(*b, 4, kWideImages, size));
        QVERIFY(stateOf(*a, StateBuffer::Parameters) == stateOf(*b, StateBuffer::Parameters));
    }

    void step_ofWideLayers_hasTheGradientsOfTensors_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("margin");
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("hidden");
        for (const auto likelihood : {Likelihood::Bernoulli, Likelihood::GaussianLearned})
            for (const int threads : {1, 2, 3})
                for (const int batch : {100, 200, 290, 700}) // by columns with and without parts, by rows in one block a thread and in several
                    for (const int margin : {0, 5})
                        for (const int hidden : {1, 2})
                            QTest::addRow("%s, %d threads, batch %d, margin %d, %d hidden", name(likelihood).data(), threads, batch, margin, hidden)
                                << threads << batch << margin << static_cast<int>(likelihood) << hidden;
    }

    void step_ofWideLayers_hasTheGradientsOfTensors()
    {
        QFETCH(int, threads);
        QFETCH(int, batch);
        QFETCH(int, margin);
        QFETCH(int, likelihood);
        QFETCH(int, hidden);
        RunConfig config = wideConfig();
        config.model.encoderHidden.resize(static_cast<std::size_t>(hidden));
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        const auto setup = setupFor(config, tinyDataset(kWideImages, 16, /*side=*/18, margin), threads);
        const auto fast = makeCpuEngine(setup);
        const auto slow = makeTensorEngine(setup, "cpu");
        std::vector<LinearSlot> layers = fast->layout().encoder();
        layers.push_back(fast->layout().heads());
        layers.insert(layers.end(), fast->layout().decoder().begin(), fast->layout().decoder().end());
        for (const int step : {0, 1}) { // the first waits for the norm of all gradients before the update
            slow->write(StateBuffer::Parameters, stateOf(*fast, StateBuffer::Parameters));
            for (const auto* engine : {&fast, &slow}) {
                (*engine)->beginEpoch(step, shuffled(kWideImages, step));
                (*engine)->step(0, static_cast<std::size_t>(batch), {1.0, 1e-3});
            }
            const std::vector<float> a = stateOf(*fast, StateBuffer::Gradients), b = stateOf(*slow, StateBuffer::Gradients);
            const auto agree = [&](std::size_t first, int count) {
                const auto part = [&](const std::vector<float>& all) {
                    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
                    return std::vector<float>(from, from + count);
                };
                std::vector<float> apart = part(a);
                const std::vector<float> wanted = part(b);
                std::transform(apart.begin(), apart.end(), wanted.begin(), apart.begin(), std::minus<>());
                return normOf(apart) < 1e-5 * normOf(wanted);
            };
            for (const LinearSlot& layer : layers) {
                QVERIFY2(agree(layer.weight, layer.in * layer.out), qPrintable(QString("weights of %1 × %2").arg(layer.out).arg(layer.in)));
                QVERIFY2(agree(layer.bias, layer.out), qPrintable(QString("biases of %1 × %2").arg(layer.out).arg(layer.in)));
            }
            if (fast->layout().logSigma())
                QVERIFY(agree(*fast->layout().logSigma(), 1));
        }
    }

    void update_alongTheWay_isTheSameAsAfterAll_data()
    {
        QTest::addColumn<int>("optimizer");
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("margin");
        QTest::addColumn<int>("batch");
        for (const auto optimizer : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            for (const int threads : {1, 2, 3})
                for (const int margin : {0, 5})
                    for (const int batch : {100, 700})
                        QTest::addRow("optimiser %d, %d threads, margin %d, batch %d", static_cast<int>(optimizer), threads, margin, batch)
                            << static_cast<int>(optimizer) << threads << margin << batch;
    }

    void update_alongTheWay_isTheSameAsAfterAll()
    {
        QFETCH(int, optimizer);
        QFETCH(int, threads);
        QFETCH(int, margin);
        QFETCH(int, batch);
        RunConfig config = wideConfig();
        config.training.optimizer = static_cast<OptimizerKind>(optimizer);
        config.training.weightDecay = 0.5;
        const auto data = tinyDataset(kWideImages, 16, /*side=*/18, margin);
        const auto along = makeCpuEngine(setupFor(config, data, threads));
        config.training.clipNorm = 1e9; // never cut, but the norm of all gradients has to be waited for
        const auto after = makeCpuEngine(setupFor(config, data, threads));
        train(*along, 3, kWideImages, static_cast<std::size_t>(batch), 1e-4);
        train(*after, 3, kWideImages, static_cast<std::size_t>(batch), 1e-4);
        for (const StateBuffer buffer : {StateBuffer::Parameters, StateBuffer::Gradients, StateBuffer::FirstMoment, StateBuffer::SecondMoment})
            QVERIFY(stateOf(*along, buffer) == stateOf(*after, buffer));
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
        const auto engine = makeEngine(setup, tensors);
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
        const auto engine = makeEngine(setup, tensors);
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
