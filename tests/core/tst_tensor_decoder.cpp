// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/frozen_decoder.h"
#include "core/torch/likelihood.h"
#include "core/torch/tensor_decoder.h"
#include "network_configs.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include <QtTest>

#include <cmath>
#include <thread>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// Initial weights, scaled up so that means spread over their range.
std::vector<float> weightsOf(const ParameterLayout& layout)
{
    std::vector<float> flat(layout.size());
    layout.initialise(flat, /*seed=*/4);
    for (float& value : flat)
        value *= 2.0f;
    return flat;
}

std::vector<float> codes(std::size_t count, int latent)
{
    std::vector<float> z(count * static_cast<std::size_t>(latent));
    for (std::size_t i = 0; i < z.size(); ++i)
        z[i] = 2.0f * std::sin(static_cast<float>(i) * 1.7f);
    return z;
}

std::vector<float> decoded(const Decoder& decoder, std::span<const float> z, bool cut = true)
{
    const std::size_t count = z.size() / static_cast<std::size_t>(decoder.latent());
    std::vector<float> means(count * decoder.shape().size(), -7.0f);
    if (cut)
        decoder.decode(z, count, means);
    else
        decoder.decodeUncut(z, count, means);
    return means;
}

std::shared_ptr<const TensorDecoder> tensorDecoder(const RunConfig& config)
{
    const ParameterLayout layout(config);
    return std::make_shared<const TensorDecoder>(config, layout, weightsOf(layout));
}

float furthest(const std::vector<float>& a, const std::vector<float>& b)
{
    float most = a.size() == b.size() ? 0.0f : 1e9f;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

bool anyOutside(const std::vector<float>& means)
{
    return std::any_of(means.begin(), means.end(), [](float mean) { return mean < 0.0f || mean > 1.0f; });
}

RunConfig configOf(int architecture, int classes = 0)
{
    const RunConfig configs[] = {mlpConfig(classes), convConfig({3, 9, 12}, classes), gruConfig(2, 2, classes)};
    return withModel(configs[architecture], Activation::Silu, architecture != 2, 0.25);
}

} // namespace

class TensorDecoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decode_eachArchitectureAndLikelihood_isTheNetworksMean_data()
    {
        QTest::addColumn<int>("architecture");
        QTest::addColumn<int>("likelihood");
        for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
            for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian,
                                                Likelihood::GaussianLearned, Likelihood::Poisson})
                QTest::newRow((std::string(name(architecture)) + " " + std::string(name(likelihood))).c_str())
                    << static_cast<int>(architecture) << static_cast<int>(likelihood);
    }

    void decode_eachArchitectureAndLikelihood_isTheNetworksMean()
    {
        QFETCH(int, architecture);
        QFETCH(int, likelihood);
        RunConfig config = configOf(architecture);
        config.objective.likelihood = static_cast<Likelihood>(likelihood);
        const ParameterLayout layout(config);
        std::vector<float> flat = weightsOf(layout);
        if (layout.logSigma())
            flat[*layout.logSigma()] = -1.5f;
        const TensorDecoder decoder(config, layout, flat);
        const std::vector<float> z = codes(5, 3);

        const c10::InferenceMode inference;
        const at::Tensor all = at::from_blob(flat.data(), {static_cast<std::int64_t>(flat.size())}, at::kFloat);
        const at::Tensor in = at::from_blob(const_cast<float*>(z.data()), {5, 3}, at::kFloat);
        const at::Tensor expected =
            likelihoodMean(config.objective.likelihood, makeNetwork(config, layout)->decode(viewsOf(layout, all), in, {}, {})).contiguous();
        const std::vector<float> means(expected.const_data_ptr<float>(), expected.const_data_ptr<float>() + expected.numel());
        QVERIFY(furthest(decoded(decoder, z, /*cut=*/false), means) < 1e-6f);
        std::vector<float> cut = means;
        for (float& mean : cut)
            mean = std::clamp(mean, 0.0f, 1.0f);
        QVERIFY(furthest(decoded(decoder, z), cut) < 1e-6f);
        QCOMPARE(decoder.logSigma(), layout.logSigma() ? softClippedLogSigma(-1.5) : 0.0);
        QVERIFY(decoder.shape() == config.model.inputShape);
    }

    void decode_manyCodes_equalOneByOne_data()
    {
        QTest::addColumn<int>("architecture");
        for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
            QTest::newRow(std::string(name(architecture)).c_str()) << static_cast<int>(architecture);
    }

    void decode_manyCodes_equalOneByOne()
    {
        QFETCH(int, architecture);
        const auto decoder = tensorDecoder(configOf(architecture));
        const std::vector<float> z = codes(600, 3); // more than two chunks
        const std::vector<float> together = decoded(*decoder, z);
        const std::size_t pixels = decoder->shape().size();
        for (const std::size_t row : {0, 1, 255, 256, 511, 512, 599}) {
            const std::vector<float> alone = decoded(*decoder, std::span(z).subspan(row * 3, 3));
            const auto first = together.begin() + static_cast<std::ptrdiff_t>(row * pixels);
            QVERIFY(furthest(alone, std::vector<float>(first, first + static_cast<std::ptrdiff_t>(pixels))) < 1e-5f);
        }
        QVERIFY(decoded(*decoder, {}).empty());
    }

    void decode_largePictures_oneByOne_comeInOrder()
    {
        RunConfig config = convConfig({1, 128, 128});
        config.model.decoderHidden = {8, 64}; // a million floats a code: one by one
        const auto decoder = tensorDecoder(config);
        const std::vector<float> z = codes(5, 3);
        const std::vector<float> together = decoded(*decoder, z);
        const std::vector<float> last = decoded(*decoder, std::span(z).subspan(12, 3));
        QVERIFY(furthest(last, std::vector<float>(together.end() - 128 * 128, together.end())) < 1e-5f);
    }

    void forClass_eachLabel_decodesForIt_data() { decode_manyCodes_equalOneByOne_data(); }
    void forClass_eachLabel_decodesForIt()
    {
        QFETCH(int, architecture);
        const RunConfig config = configOf(architecture, /*classes=*/3);
        const ParameterLayout layout(config);
        std::vector<float> flat = weightsOf(layout);
        std::shared_ptr<const Decoder> decoder = std::make_shared<const TensorDecoder>(config, layout, flat);
        QCOMPARE(decoder->classes(), 3);
        const std::vector<float> z = codes(4, 3);
        const std::vector<float> asClass0 = decoded(*decoder, z);
        std::vector<std::shared_ptr<const Decoder>> ofClass;
        for (int label = 0; label < 3; ++label)
            ofClass.push_back(decoder->forClass(label));
        QVERIFY(!decoder->forClass(-1) && !decoder->forClass(3));
        QVERIFY(ofClass[2]->forClass(1));
        decoder.reset(); // what it shared lives on

        QVERIFY(furthest(decoded(*ofClass[0], z), asClass0) == 0.0f);
        const at::Tensor all = at::from_blob(flat.data(), {static_cast<std::int64_t>(flat.size())}, at::kFloat);
        const at::Tensor in = at::from_blob(const_cast<float*>(z.data()), {4, 3}, at::kFloat);
        for (int label = 0; label < 3; ++label) {
            const at::Tensor oneHot = oneHotOf(at::full({4}, label, at::kLong), 3, in);
            const at::Tensor expected = makeNetwork(config, layout)->decode(viewsOf(layout, all), in, oneHot, {}).sigmoid().contiguous();
            const std::vector<float> means(expected.const_data_ptr<float>(), expected.const_data_ptr<float>() + expected.numel());
            QVERIFY(furthest(decoded(*ofClass[static_cast<std::size_t>(label)], z), means) < 1e-6f);
        }
        QVERIFY(furthest(decoded(*ofClass[1], z), asClass0) > 1e-3f);
    }

    void forClass_withoutClasses_isNull() { QVERIFY(!tensorDecoder(configOf(0))->forClass(0)); }

    void decode_gaussianMeans_areCutUnlessStandardized_data()
    {
        QTest::addColumn<bool>("plain");
        QTest::newRow("frozen decoder") << true;
        QTest::newRow("tensor decoder") << false;
    }

    void decode_gaussianMeans_areCutUnlessStandardized()
    {
        QFETCH(bool, plain);
        RunConfig config = plain ? mlpConfig() : configOf(0);
        config.objective.likelihood = Likelihood::Gaussian;
        const ParameterLayout layout(config);
        const std::vector<float> flat = weightsOf(layout), z = codes(3, 3);
        const auto unit = makeDecoder(config, layout, flat);
        QVERIFY(!anyOutside(decoded(*unit, z)));
        QVERIFY(anyOutside(decoded(*unit, z, /*cut=*/false)));
        config.model.standardized = true;
        const auto columns = makeDecoder(config, layout, flat);
        QVERIFY(decoded(*columns, z) == decoded(*unit, z, /*cut=*/false));
    }

    void makeDecoder_takesTheFrozenOneWhereItCan()
    {
        const auto isFrozen = [](const RunConfig& config) {
            const ParameterLayout layout(config);
            const auto decoder = makeDecoder(config, layout, weightsOf(layout));
            return dynamic_cast<const FrozenDecoder*>(decoder.get()) != nullptr;
        };
        RunConfig config = mlpConfig();
        for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::Gaussian, Likelihood::GaussianLearned}) {
            config.objective.likelihood = likelihood;
            QVERIFY(isFrozen(config));
        }
        for (const Likelihood likelihood : {Likelihood::ContinuousBernoulli, Likelihood::Poisson}) {
            config.objective.likelihood = likelihood;
            QVERIFY(!isFrozen(config));
        }
        QVERIFY(!isFrozen(mlpConfig(/*classes=*/2)));
        QVERIFY(!isFrozen(withModel(mlpConfig(), Activation::Relu, /*layerNorm=*/true)));
        QVERIFY(!isFrozen(withModel(mlpConfig(), Activation::Relu, false, /*dropout=*/0.1)));
        QVERIFY(!isFrozen(convConfig({1, 8, 8})));
        QVERIFY(!isFrozen(gruConfig(1, 1)));
    }

    void isQuick_upToAMillionWeightsOfAPlainMlp()
    {
        const auto isQuick = [](RunConfig config, std::vector<int> hidden) {
            config.model.decoderHidden = std::move(hidden);
            const ParameterLayout layout(config);
            return makeDecoder(config, layout, weightsOf(layout))->isQuick();
        };
        RunConfig config = mlpConfig();
        config.model.inputShape = {1, 28, 28};
        config.model.latent = 2;
        QVERIFY(isQuick(config, {400}));
        QVERIFY(isQuick(config, {512, 256}));
        QVERIFY(isQuick(config, {1272})); // 999 792
        QVERIFY(!isQuick(config, {1273}));
        QVERIFY(!tensorDecoder(convConfig({1, 8, 8}))->isQuick());
    }

    void tensorAndFrozenDecoder_ofAPlainMlp_agree()
    {
        const RunConfig config = mlpConfig();
        const ParameterLayout layout(config);
        const std::vector<float> z = codes(70, 3);
        QVERIFY(furthest(decoded(*makeDecoder(config, layout, weightsOf(layout)), z), decoded(*tensorDecoder(config), z)) < 1e-5f);
    }

    void decode_fromSeveralThreads_givesTheSameNumbers()
    {
        const auto decoder = tensorDecoder(configOf(1));
        const std::vector<float> z = codes(40, 3), expected = decoded(*decoder, z);
        std::vector<std::vector<float>> found(3);
        std::vector<std::thread> threads;
        for (std::vector<float>& means : found)
            threads.emplace_back([&] { means = decoded(*decoder, z); });
        for (std::thread& thread : threads)
            thread.join();
        for (const std::vector<float>& means : found)
            QVERIFY(furthest(means, expected) < 1e-6f);
    }

    void decode_andAnything_leaveTheRandomStreamsAlone()
    {
        const auto state = [] { return at::globalContext().defaultGenerator(at::kCPU).get_state(); };
        const at::Tensor before = state();
        decoded(*tensorDecoder(configOf(2)), codes(4, 3)); // with dropout in its configuration
        QVERIFY(state().equal(before));
    }
};

QTEST_APPLESS_MAIN(TensorDecoderTest)
#include "tst_tensor_decoder.moc"
