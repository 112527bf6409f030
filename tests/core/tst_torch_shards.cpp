// SPDX-License-Identifier: GPL-3.0-or-later
// TensorEngine on several threads: every thread takes a shard of the batch, and the step is the one of a single thread.
#include "engine_runs.h"
#include "network_configs.h"

#include <QtTest>

#include <cmath>
#include <functional>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr std::size_t kImages = 64;
constexpr std::size_t kBatch = 26; // 26, 26 and 12: neither 2 nor 3 shards are of one size, and the last batch makes one only

/// Greatest distance of two lists as a share of the second's norm.
double relativeDistance(std::vector<float> found, const std::vector<float>& expected)
{
    std::transform(found.begin(), found.end(), expected.begin(), found.begin(), std::minus<>());
    return normOf(found) / normOf(expected);
}

RunConfig baseConfig(Architecture architecture)
{
    RunConfig config = tinyConfig();
    config.model = architecture == Architecture::Mlp ? mlpConfig().model : convConfig({1, 8, 8}).model;
    config.training.batchSize = static_cast<int>(kBatch);
    return config;
}

struct Engines {
    std::unique_ptr<VaeEngine> one, many;
};

Engines enginesOf(const RunConfig& config, int threads)
{
    const auto data = tinyDataset(kImages);
    return {makeTensorEngine(setupFor(config, data), "cpu"), makeTensorEngine(setupFor(config, data, threads), "cpu")};
}

} // namespace

class TorchShardsTest : public QObject {
    Q_OBJECT

    static void configurations()
    {
        QTest::addColumn<RunConfig>("config");
        const auto add = [](const char* name, Architecture architecture, const std::function<void(RunConfig&)>& change) {
            RunConfig config = baseConfig(architecture);
            change(config);
            QTest::newRow(name) << config;
        };
        add("conv", Architecture::Conv, [](RunConfig&) {});
        add("conv, layer norm, dropout", Architecture::Conv, [](RunConfig& c) { c = withModel(c, Activation::Silu, true, 0.3); });
        add("mlp, dropout", Architecture::Mlp, [](RunConfig& c) { c.model.dropout = 0.3; });
        add("binarised anew", Architecture::Mlp, [](RunConfig& c) { c.objective.binarization = Binarization::Dynamic; });
        add("one σ learned", Architecture::Mlp, [](RunConfig& c) { c.objective.likelihood = Likelihood::GaussianLearned; });
        add("autoencoder", Architecture::Mlp, [](RunConfig& c) { c.objective.kind = ObjectiveKind::Autoencoder; });
        add("labels on both sides", Architecture::Conv, [](RunConfig& c) {
            c.objective.kind = ObjectiveKind::ConditionalVae;
            c.model.classes = kTinyClasses;
        });
        add("capacity, over all rows", Architecture::Mlp, [](RunConfig& c) { c.objective.gamma = 3.0; });
        add("free bits, over all rows", Architecture::Mlp, [](RunConfig& c) { c.objective.freeBits = 0.2; });
        add("covariance, over all rows", Architecture::Mlp, [](RunConfig& c) { c.objective.kind = ObjectiveKind::DipVae; });
        add("all pairs of rows", Architecture::Mlp, [](RunConfig& c) { c.objective.kind = ObjectiveKind::BetaTcVae; });
        add("all pairs with the prior's", Architecture::Mlp, [](RunConfig& c) { c.objective.kind = ObjectiveKind::InfoVae; });
        for (const OptimizerKind kind : {OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            add(("optimiser " + std::to_string(static_cast<int>(kind))).c_str(), Architecture::Mlp, [kind](RunConfig& c) {
                c.training.optimizer = kind;
                c.training.clipNorm = 0.5; // and the norm of every step
            });
    }

private Q_SLOTS:
    void step_onSeveralThreads_hasTheGradientsOfOne_data() { configurations(); }

    void step_onSeveralThreads_hasTheGradientsOfOne()
    {
        QFETCH(RunConfig, config);
        for (const int threads : {2, 3}) {
            const Engines engines = enginesOf(config, threads);
            for (VaeEngine* engine : {engines.one.get(), engines.many.get()}) {
                engine->beginEpoch(0, shuffled(kImages, 0));
                engine->step(0, kBatch, {1.0, 1e-3, 0.7});
            }
            const StepLoss found = engines.many->drainSteps().back(), expected = engines.one->drainSteps().back();
            QCOMPARE(found.images, expected.images);
            QVERIFY(std::abs(found.reconstruction - expected.reconstruction) <= 1e-6 * expected.reconstruction);
            QVERIFY(std::abs(found.kl - expected.kl) <= 1e-6 * expected.kl);
            QVERIFY(std::abs(found.objective - expected.objective) <= 1e-6 * std::abs(expected.objective));
            QVERIFY(std::abs(found.gradientNorm - expected.gradientNorm) <= 1e-5 * expected.gradientNorm);
            for (const StateBuffer buffer : {StateBuffer::Gradients, StateBuffer::Parameters}) {
                const double distance = relativeDistance(stateOf(*engines.many, buffer), stateOf(*engines.one, buffer));
                QVERIFY2(distance < 2e-5, qPrintable(QString("%1 threads: %2").arg(threads).arg(distance)));
            }
        }
    }

    void training_onSeveralThreads_isBitIdenticalWhenRepeated_data() { configurations(); }

    void training_onSeveralThreads_isBitIdenticalWhenRepeated()
    {
        QFETCH(RunConfig, config);
        const auto data = tinyDataset(kImages);
        const auto first = makeTensorEngine(setupFor(config, data, 3), "cpu"), second = makeTensorEngine(setupFor(config, data, 3), "cpu");
        compareSteps(train(*first, 3, kImages, kBatch), train(*second, 3, kImages, kBatch));
        QCOMPARE(stateOf(*first, StateBuffer::Parameters), stateOf(*second, StateBuffer::Parameters));
    }

    void evaluation_onSeveralThreads_isThatOfOne_data() { configurations(); }

    void evaluation_onSeveralThreads_isThatOfOne()
    {
        QFETCH(RunConfig, config);
        const Engines engines = enginesOf(config, 3);
        const std::size_t rows = 41;
        const auto latent = static_cast<std::size_t>(config.model.latent);
        std::vector<std::int32_t> samples = shuffled(kImages, 1);
        samples.resize(rows);
        std::vector<std::vector<float>> numbers;
        std::vector<std::vector<double>> nats;
        for (VaeEngine* engine : {engines.one.get(), engines.many.get()}) {
            std::vector<float> mu(rows * latent), logvar(rows * latent);
            std::vector<double> loss(rows);
            engine->posterior(/*test=*/false, samples, mu, logvar);
            engine->reconstruction(/*test=*/false, samples, mu, loss);
            numbers.push_back(std::move(mu));
            numbers.push_back(std::move(logvar));
            nats.push_back(std::move(loss));
        }
        QVERIFY(relativeDistance(numbers[2], numbers[0]) < 1e-5);
        QVERIFY(relativeDistance(numbers[3], numbers[1]) < 1e-5);
        for (std::size_t row = 0; row < rows; ++row)
            QVERIFY(std::abs(nats[1][row] - nats[0][row]) <= 1e-5 * std::abs(nats[0][row]));
    }

};

QTEST_GUILESS_MAIN(TorchShardsTest)
#include "tst_torch_shards.moc"
