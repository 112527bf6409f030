// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "torch_reference.h"

#include <QtTest>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

constexpr int kPixels = 11;
constexpr double kBeta = 0.7;

RunConfig smallConfig(Likelihood likelihood, Activation activation, ObjectiveKind kind, std::vector<int> encoder, std::vector<int> decoder)
{
    RunConfig config;
    config.model.inputShape = {1, 1, kPixels};
    config.model.encoderHidden = std::move(encoder);
    config.model.decoderHidden = std::move(decoder);
    config.model.latent = 3;
    config.model.activation = activation;
    config.objective.kind = kind;
    config.objective.likelihood = likelihood;
    config.objective.sigma = 0.4;
    config.training.batchSize = 6;
    config.training.seed = 5;
    return config;
}

std::unique_ptr<VaeEngine> makeEngine(const EngineSetup& setup, bool tensors)
{
    return tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
}

/// One step on samples 4 … 9 at a learning rate of 0, whose gradients stay readable.
std::vector<float> gradientsOf(VaeEngine& engine, double beta, StepLoss* loss = nullptr)
{
    const std::vector<std::int32_t> order{4, 5, 6, 7, 8, 9};
    engine.beginEpoch(/*epoch=*/2, order);
    engine.step(0, order.size(), {beta, /*learningRate=*/0.0});
    const std::vector<StepLoss> losses = engine.drainSteps();
    if (loss)
        *loss = losses.back();
    std::vector<float> gradients(engine.layout().size());
    engine.read(StateBuffer::Gradients, gradients);
    return gradients;
}

} // namespace

class TorchGradientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void step_everyModel_matchesFiniteDifferences_data()
    {
        QTest::addColumn<int>("likelihood");
        QTest::addColumn<int>("activation");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QList<int>>("encoder");
        QTest::addColumn<QList<int>>("decoder");
        QTest::addColumn<bool>("tensors");
        const std::vector<std::pair<QList<int>, QList<int>>> shapes{{{}, {}}, {{9}, {}}, {{9, 7}, {}}, {{8}, {5, 10, 6}}};
        for (const bool tensors : {false, true})
            for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::Gaussian, Likelihood::GaussianLearned})
                for (const Activation activation : {Activation::Relu, Activation::Silu, Activation::Tanh})
                    for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder})
                        for (std::size_t shape = 0; shape < shapes.size(); ++shape) {
                            const std::string row = std::string(tensors ? "tensor " : "cpu ") + std::string(name(likelihood)) + " " +
                                                    std::string(name(activation)) + " " + std::string(name(kind)) + " shape " + std::to_string(shape);
                            QTest::newRow(row.c_str()) << static_cast<int>(likelihood) << static_cast<int>(activation) << static_cast<int>(kind)
                                                       << shapes[shape].first << shapes[shape].second << tensors;
                        }
    }

    void step_everyModel_matchesFiniteDifferences()
    {
        QFETCH(int, likelihood);
        QFETCH(int, activation);
        QFETCH(int, kind);
        QFETCH(QList<int>, encoder);
        QFETCH(QList<int>, decoder);
        QFETCH(bool, tensors);
        const RunConfig config = smallConfig(static_cast<Likelihood>(likelihood), static_cast<Activation>(activation),
                                             static_cast<ObjectiveKind>(kind), {encoder.begin(), encoder.end()}, {decoder.begin(), decoder.end()});
        const auto data = randomFloats(12, 4, kPixels);
        const auto engine = makeEngine(setupFor(config, data, /*threads=*/2), tensors);
        const ReferenceVae reference(config, data);

        StepLoss loss;
        const std::vector<float> gradients = gradientsOf(*engine, kBeta, &loss);
        std::vector<float> parameters(engine->layout().size());
        engine->read(StateBuffer::Parameters, parameters);
        std::vector<double> p(parameters.begin(), parameters.end());
        const std::vector<std::int32_t> batch{4, 5, 6, 7, 8, 9};
        const ReferenceVae::Loss expected = reference.loss(p, batch, /*epoch=*/2, kBeta);
        QVERIFY2(std::abs(loss.reconstruction - expected.reconstruction) < 1e-5 * std::max(1.0, std::abs(expected.reconstruction)),
                 qPrintable(QString("%1 for %2").arg(loss.reconstruction).arg(expected.reconstruction)));
        QVERIFY(std::abs(loss.kl - expected.kl) < 1e-5 * std::max(1.0, expected.kl));
        QCOMPARE(loss.images, 6);

        double largest = 0.0;
        for (const NamedTensor& tensor : engine->layout().tensors())
            for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i) {
                constexpr double kStep = 1e-5;
                const double kept = p[i];
                p[i] = kept + kStep;
                const double above = reference.loss(p, batch, 2, kBeta).objective;
                p[i] = kept - kStep;
                const double below = reference.loss(p, batch, 2, kBeta).objective;
                p[i] = kept;
                const double expectedSlope = (above - below) / (2 * kStep);
                const double found = static_cast<double>(gradients[i]);
                largest = std::max(largest, std::abs(found));
                QVERIFY2(std::abs(found - expectedSlope) < 2e-5 + 2e-4 * std::abs(expectedSlope),
                         qPrintable(QString("%1[%2]: %3, expected %4").arg(tensor.name.c_str()).arg(i - tensor.offset).arg(found).arg(expectedSlope)));
            }
        QVERIFY(largest > 1e-3); // a gradient of zeros would not prove much
    }

    void step_logVarianceBeyondCut_passesGradientThrough_data()
    {
        QTest::addColumn<bool>("tensors");
        QTest::newRow("cpu") << false;
        QTest::newRow("tensor") << true;
    }

    void step_logVarianceBeyondCut_passesGradientThrough()
    {
        QFETCH(bool, tensors);
        const RunConfig config = smallConfig(Likelihood::Gaussian, Activation::Relu, ObjectiveKind::Vae, {}, {});
        const auto data = randomFloats(12, 4, kPixels);
        const auto withBias = [&](float bias) {
            const auto engine = makeEngine(setupFor(config, data), tensors);
            std::vector<float> parameters(engine->layout().size());
            engine->read(StateBuffer::Parameters, parameters);
            for (const NamedTensor& tensor : engine->layout().tensors())
                if (tensor.name.starts_with("to_logvar"))
                    std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(tensor.offset), tensor.count,
                                tensor.name.ends_with("bias") ? bias : 0.0f);
            engine->write(StateBuffer::Parameters, parameters);
            return gradientsOf(*engine, 1.0);
        };
        const std::vector<float> atTheCut = withBias(10.0f);
        const std::vector<float> beyond = withBias(50.0f);
        QCOMPARE(beyond, atTheCut);
        const ParameterLayout layout(config);
        QVERIFY(std::abs(beyond[layout.heads().bias + 3]) > 1.0f); // the pull back towards the prior
    }

    void layout_heads_haveTheLatentsWidthEach()
    {
        const ParameterLayout layout(smallConfig(Likelihood::Bernoulli, Activation::Relu, ObjectiveKind::Vae, {9}, {}));
        QCOMPARE(layout.heads().out, 6);
        for (const NamedTensor& tensor : layout.tensors()) {
            if (tensor.name == "to_mu.weight" || tensor.name == "to_logvar.weight")
                QCOMPARE(tensor.shape, (std::vector<std::int64_t>{3, 9}));
            if (tensor.name == "to_mu.bias" || tensor.name == "to_logvar.bias")
                QCOMPARE(tensor.shape, (std::vector<std::int64_t>{3}));
        }
    }

    void layout_names_areAStateDict()
    {
        QStringList names;
        const ParameterLayout layout(smallConfig(Likelihood::GaussianLearned, Activation::Relu, ObjectiveKind::Vae, {9, 7}, {8}));
        for (const NamedTensor& tensor : layout.tensors())
            names << QString::fromStdString(tensor.name);
        QCOMPARE(names, QStringList({"encoder.0.weight", "encoder.0.bias", "encoder.2.weight", "encoder.2.bias", "to_mu.weight", "to_mu.bias",
                                     "to_logvar.weight", "to_logvar.bias", "decoder.0.weight", "decoder.0.bias", "decoder.2.weight",
                                     "decoder.2.bias", "log_sigma"}));
    }

    void initialise_weights_followPyTorchsDefault()
    {
        const RunConfig config = smallConfig(Likelihood::Bernoulli, Activation::Relu, ObjectiveKind::Vae, {400}, {});
        const ParameterLayout layout(config);
        std::vector<float> p(layout.size());
        layout.initialise(p, 1);
        const float bound = 1.0f / std::sqrt(static_cast<float>(kPixels));
        double squares = 0.0;
        const std::size_t count = 400 * kPixels;
        for (std::size_t i = 0; i < count; ++i) {
            QVERIFY(std::abs(p[layout.encoder()[0].weight + i]) <= bound);
            squares += static_cast<double>(p[layout.encoder()[0].weight + i]) * static_cast<double>(p[layout.encoder()[0].weight + i]);
        }
        const double variance = squares / static_cast<double>(count);
        QVERIFY(std::abs(variance * 3.0 * kPixels - 1.0) < 0.05); // of U(−b, b): b² / 3
        std::vector<float> other(layout.size());
        layout.initialise(other, 2);
        QVERIFY(p != other);
    }
};

QTEST_APPLESS_MAIN(TorchGradientsTest)
#include "tst_torch_gradients.moc"
