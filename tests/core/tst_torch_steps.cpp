// SPDX-License-Identifier: GPL-3.0-or-later
// What surrounds a step's mathematics: noise and masks by position, norm and clipping of gradients, the harvest.
#include "engine_runs.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

class TorchStepsTest : public QObject {
    Q_OBJECT

    static void bothEngines()
    {
        QTest::addColumn<bool>("tensors");
        QTest::newRow("cpu") << false;
        QTest::newRow("tensor") << true;
    }

private Q_SLOTS:
    void training_resumedInsideAnEpoch_drawsTheSameNoise_data()
    {
        QTest::addColumn<bool>("tensors");
        QTest::addColumn<double>("dropout");
        QTest::addColumn<int>("objective");
        QTest::newRow("cpu") << false << 0.0 << static_cast<int>(ObjectiveKind::Vae);
        QTest::newRow("tensor") << true << 0.0 << static_cast<int>(ObjectiveKind::Vae);
        QTest::newRow("dropout") << true << 0.3 << static_cast<int>(ObjectiveKind::Vae);
        QTest::newRow("prior of infovae") << true << 0.0 << static_cast<int>(ObjectiveKind::InfoVae);
    }

    void training_resumedInsideAnEpoch_drawsTheSameNoise()
    {
        QFETCH(bool, tensors);
        QFETCH(double, dropout);
        QFETCH(int, objective);
        RunConfig config = tinyConfig();
        config.model.dropout = dropout;
        config.objective.kind = static_cast<ObjectiveKind>(objective);
        config.objective.binarization = Binarization::Dynamic;
        config.training.clipNorm = 1e6; // the norm is measured in every step
        const auto setup = setupFor(config, tinyDataset());
        const auto whole = makeEngine(setup, tensors), resumed = makeEngine(setup, tensors);
        const std::vector<std::int32_t> order = shuffled(64, 3);
        for (const auto& engine : {whole.get(), resumed.get()})
            engine->beginEpoch(3, order);
        whole->step(0, 20, {1.0, 0.0});
        whole->step(20, 20, {1.0, 0.0});
        resumed->step(20, 20, {1.0, 0.0});
        compareSteps({whole->drainSteps().back()}, resumed->drainSteps());
    }

    void moments_withoutGradients_neverStayDenormal_data() { bothEngines(); }

    /// There they would slow every step down for ever.
    void moments_withoutGradients_neverStayDenormal()
    {
        QFETCH(bool, tensors);
        const auto engine = makeEngine(setupFor(tinyConfig(), tinyDataset(64, 16, 8, /*margin=*/2)), tensors);
        engine->write(StateBuffer::FirstMoment, std::vector<float>(engine->layout().size(), 1e-36f));
        train(*engine, 40, 64, 20);
        const std::vector<float> moments = stateOf(*engine, StateBuffer::FirstMoment);
        // The first layer's weights of the margin: at zero, or, without fused multiply-add, where a tenth of it would be denormal.
        const auto ended = std::ranges::count_if(moments, [](float moment) { return std::abs(moment) < 2e-37f; });
        QVERIFY(ended >= 24 * (64 - 16));
        for (const float moment : moments)
            QVERIFY(moment == 0.0f || std::isnormal(moment));
    }

    void dropout_masksOfEachStep_areTheirOwn()
    {
        RunConfig config = tinyConfig();
        config.model.dropout = 0.5;
        config.objective.kind = ObjectiveKind::Autoencoder;
        const auto engine = makeTensorEngine(setupFor(config, tinyDataset()), "cpu");
        const std::vector<std::int32_t> order(40, 5);
        const auto losses = [&](int epoch) {
            engine->beginEpoch(epoch, order);
            engine->step(0, 20, {1.0, 0.0});
            engine->step(20, 20, {1.0, 0.0});
            return engine->drainSteps();
        };
        const std::vector<StepLoss> first = losses(0), second = losses(1), again = losses(0);
        QVERIFY(first[0].reconstruction != first[1].reconstruction);
        QVERIFY(first[0].reconstruction != second[0].reconstruction);
        QVERIFY(first[0].reconstruction == again[0].reconstruction && first[1].reconstruction == again[1].reconstruction);
        // Nothing is dropped outside training.
        std::vector<float> mu(3), logvar(3), mu2(3), logvar2(3);
        engine->posterior(false, std::vector<std::int32_t>{5}, mu, logvar);
        engine->posterior(false, std::vector<std::int32_t>{5}, mu2, logvar2);
        QVERIFY(mu == mu2 && logvar == logvar2);
    }

    void gradientNorm_everySixteenthStep_isThatOfTheGradients_data() { bothEngines(); }

    void gradientNorm_everySixteenthStep_isThatOfTheGradients()
    {
        QFETCH(bool, tensors);
        const auto engine = makeEngine(setupFor(tinyConfig(), tinyDataset(), /*threads=*/2), tensors);
        for (int step = 0; step < 34; ++step) {
            if (step % 4 == 0)
                engine->beginEpoch(step / 4, shuffled(64, step / 4));
            engine->step(static_cast<std::size_t>(step % 4) * 16, 16, {1.0, 1e-3});
            const StepLoss loss = engine->drainSteps().back();
            if (step % 16 == 0)
                QVERIFY(std::abs(loss.gradientNorm - normOf(stateOf(*engine, StateBuffer::Gradients))) < 1e-5 * loss.gradientNorm);
            else
                QCOMPARE(loss.gradientNorm, -1.0);
        }
    }

    void clipping_longGradient_isCutToTheNorm_data() { bothEngines(); }

    void clipping_longGradient_isCutToTheNorm()
    {
        QFETCH(bool, tensors);
        RunConfig config = tinyConfig(OptimizerKind::Sgd);
        config.training.momentum = 0.0;
        config.training.clipNorm = 0.25;
        const auto engine = makeEngine(setupFor(config, tinyDataset(), /*threads=*/2), tensors);
        const std::vector<float> before = stateOf(*engine, StateBuffer::Parameters);
        engine->beginEpoch(0, shuffled(64, 0));
        engine->step(0, 20, {1.0, 1.0});
        const StepLoss loss = engine->drainSteps().back();
        const std::vector<float> after = stateOf(*engine, StateBuffer::Parameters);
        QVERIFY(loss.gradientNorm > 1.0);
        std::vector<float> way(before.size());
        std::transform(before.begin(), before.end(), after.begin(), way.begin(), std::minus<>());
        QVERIFY2(std::abs(normOf(way) - 0.25) < 1e-4, qPrintable(QString::number(normOf(way))));
        QVERIFY(std::abs(normOf(stateOf(*engine, StateBuffer::Gradients)) - 0.25) < 1e-4);
    }

    void clipping_shortGradient_staysAsItIs_data() { bothEngines(); }

    void clipping_shortGradient_staysAsItIs()
    {
        QFETCH(bool, tensors);
        RunConfig config = tinyConfig();
        const auto plain = makeEngine(setupFor(config, tinyDataset()), tensors);
        config.training.clipNorm = 1e6;
        const auto clipped = makeEngine(setupFor(config, tinyDataset()), tensors);
        (void)train(*plain, 1, 64, 20);
        const std::vector<StepLoss> losses = train(*clipped, 1, 64, 20);
        QVERIFY(std::all_of(losses.begin(), losses.end(), [](const StepLoss& loss) { return loss.gradientNorm > 0.0; }));
        QVERIFY(stateOf(*plain, StateBuffer::Parameters) == stateOf(*clipped, StateBuffer::Parameters));
    }

    void harvest_repeatsWithinABatch_keepTheLast_data() { bothEngines(); }

    void harvest_repeatsWithinABatch_keepTheLast()
    {
        QFETCH(bool, tensors);
        RunConfig config = tinyConfig();
        config.objective.binarization = Binarization::Dynamic; // so that each repeat has other codes
        config.training.balance = true;
        const auto balanced = makeEngine(setupFor(config, tinyDataset(), /*threads=*/2), tensors);
        std::vector<std::int32_t> order(64, 9);
        order[19] = 12; // the first batch's last
        balanced->beginEpoch(0, order);
        balanced->step(0, 20, {1.0, 0.0});
        const auto rowOf = [](const VaeEngine& engine, std::size_t row) {
            std::vector<float> mu(64 * 3), logvar(64 * 3);
            engine.readHarvest(mu, logvar);
            return std::vector<float>(mu.begin() + static_cast<std::ptrdiff_t>(3 * row), mu.begin() + static_cast<std::ptrdiff_t>(3 * row + 3));
        };
        // The same draws, each sample once: position 18 is the last repeat of 9.
        config.training.balance = false;
        const auto plain = makeEngine(setupFor(config, tinyDataset(), /*threads=*/2), tensors);
        std::vector<std::int32_t> single(64);
        std::iota(single.begin(), single.end(), 0);
        std::swap(single[18], single[9]);
        std::swap(single[19], single[12]);
        plain->beginEpoch(0, single);
        plain->step(0, 20, {1.0, 0.0});
        const std::vector<float> found = rowOf(*balanced, 9), expected = rowOf(*plain, 9);
        const std::vector<float> other = rowOf(*balanced, 12), otherExpected = rowOf(*plain, 12);
        for (std::size_t j = 0; j < 3; ++j) {
            QVERIFY(std::abs(found[j] - expected[j]) < 1e-5f && found[j] != 0.0f);
            QVERIFY(std::abs(other[j] - otherExpected[j]) < 1e-5f);
        }
        QCOMPARE(rowOf(*balanced, 10), std::vector<float>(3, 0.0f));
    }

    void binarization_evaluation_drawsByPartAndSample_data() { bothEngines(); }

    void binarization_evaluation_drawsByPartAndSample()
    {
        QFETCH(bool, tensors);
        RunConfig config = tinyConfig();
        const auto data = tinyDataset();
        const std::vector<std::int32_t> samples{3, 3, 7};
        for (const Binarization binarization : {Binarization::Dynamic, Binarization::Threshold}) {
            config.objective.binarization = binarization;
            const auto engine = makeEngine(setupFor(config, data), tensors);
            // With weights of 0 every logit is the last bias: −log p = D·softplus(b) − b·Σx, which tells how many pixels are 1.
            std::vector<float> parameters(engine->layout().size(), 0.0f);
            const LinearSlot& last = engine->layout().decoder().back();
            std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(last.bias), 64, 1.0f);
            engine->write(StateBuffer::Parameters, parameters);
            for (const bool test : {false, true}) {
                std::vector<double> nats(3);
                engine->reconstruction(test, samples, std::vector<float>(9, 0.0f), nats);
                for (std::size_t i = 0; i < 3; ++i) {
                    std::vector<float> values(64), x(64);
                    data->copyFloats(test ? data->test() : data->train(), static_cast<std::size_t>(samples[i]), values);
                    if (binarization == Binarization::Dynamic)
                        binariseEvaluation(config.training.seed, test, samples[i], values, x);
                    else
                        binariseAtHalf(values, x);
                    const double ones = 64 * std::log1p(std::exp(1.0)) - nats[i];
                    QVERIFY2(std::abs(ones - std::accumulate(x.begin(), x.end(), 0.0)) < 1e-3, qPrintable(QString::number(ones)));
                }
            }
        }
    }

    void binarization_training_isDrawnAnewEachEpoch_data() { bothEngines(); }

    void binarization_training_isDrawnAnewEachEpoch()
    {
        QFETCH(bool, tensors);
        RunConfig config = tinyConfig();
        config.objective.kind = ObjectiveKind::Autoencoder; // no other noise
        for (const Binarization binarization : {Binarization::Dynamic, Binarization::Threshold}) {
            config.objective.binarization = binarization;
            const auto engine = makeEngine(setupFor(config, tinyDataset()), tensors);
            for (const int epoch : {0, 1}) {
                engine->beginEpoch(epoch, shuffled(64, 0));
                engine->step(0, 20, {1.0, 0.0});
            }
            const std::vector<StepLoss> losses = engine->drainSteps();
            QCOMPARE(losses[0].reconstruction != losses[1].reconstruction, binarization == Binarization::Dynamic);
        }
    }
};

QTEST_APPLESS_MAIN(TorchStepsTest)
#include "tst_torch_steps.moc"
