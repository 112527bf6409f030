// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/model/parameter_layout.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

using namespace latentscape;

namespace {

RunConfig mlp(std::vector<int> encoder, std::vector<int> decoder, int latent, ItemShape shape)
{
    RunConfig config;
    config.model.encoderHidden = std::move(encoder);
    config.model.decoderHidden = std::move(decoder);
    config.model.latent = latent;
    config.model.inputShape = shape;
    return config;
}

RunConfig conv(ItemShape shape, int classes = 0)
{
    RunConfig config = mlp({32, 64}, {}, 2, shape);
    config.model.architecture = Architecture::Conv;
    config.model.denseWidth = 16;
    config.model.classes = classes;
    return config;
}

RunConfig gru(std::vector<int> encoder, std::vector<int> decoder, int channels, int classes = 0)
{
    RunConfig config = mlp(std::move(encoder), std::move(decoder), 3, {channels, 1, 40});
    config.model.architecture = Architecture::Gru;
    config.model.classes = classes;
    return config;
}

RunConfig withOptions(RunConfig config, bool layerNorm, double dropout, int classes = 0)
{
    config.model.layerNorm = layerNorm;
    config.model.dropout = dropout;
    config.model.classes = classes;
    return config;
}

RunConfig learned(RunConfig config)
{
    config.objective.likelihood = Likelihood::GaussianLearned;
    return config;
}

/// One of each kind.
std::vector<std::pair<const char*, RunConfig>> everyKind()
{
    return {{"mlp", learned(mlp({400, 30}, {20}, 20, {1, 28, 28}))},
            {"mlp without hidden layers", mlp({}, {}, 2, {1, 1, 16})},
            {"mlp, norm, dropout, classes", learned(withOptions(mlp({24, 12}, {9}, 3, {3, 5, 7}), true, 0.2, 10))},
            {"conv", conv({1, 28, 28})},
            {"conv, norm, dropout, classes", learned(withOptions(conv({3, 31, 33}), true, 0.2, 4))},
            {"gru", gru({64}, {}, 1)},
            {"gru, two layers, classes", learned(gru({32, 32}, {24}, 3, 5))}};
}

QString described(const ParameterLayout& layout)
{
    QStringList lines;
    for (const NamedTensor& tensor : layout.tensors()) {
        QStringList sides;
        for (const std::int64_t side : tensor.shape)
            sides << QString::number(side);
        lines << QString::fromStdString(tensor.name) + " " + sides.join(QLatin1Char('x'));
    }
    return lines.join(QLatin1String(", "));
}

/// Names, shapes, places and slots as text.
std::string placesOf(const ParameterLayout& layout)
{
    std::string text;
    for (const NamedTensor& tensor : layout.tensors()) {
        text += tensor.name + " " + std::to_string(tensor.offset) + " " + std::to_string(tensor.count) + " [";
        for (const std::int64_t side : tensor.shape)
            text += std::to_string(side) + ",";
        text += "]\n";
    }
    const auto add = [&](const LinearSlot& slot) {
        text += std::to_string(slot.in) + " " + std::to_string(slot.out) + " " + std::to_string(slot.weight) + " " + std::to_string(slot.bias) + "\n";
    };
    std::for_each(layout.encoder().begin(), layout.encoder().end(), add);
    add(layout.heads());
    std::for_each(layout.decoder().begin(), layout.decoder().end(), add);
    return text + std::to_string(layout.size()) + "\n";
}

/// U(±bound) of PyTorch's default for this tensor; 0 where it is a constant.
double boundOf(const ParameterLayout& layout, const ModelConfig& model, const std::string& name)
{
    if (model.architecture == Architecture::Gru && name.find("_rnn.") != std::string::npos)
        return 1.0 / std::sqrt(name.starts_with("encoder") ? model.encoderHidden.front() : model.decoderWidths().front());
    const NamedTensor& weight = layout.tensors()[layout.indexOf(name.substr(0, name.rfind('.')) + ".weight")];
    if (weight.shape.size() == 1)
        return 0.0; // a norm
    // As torch.nn.init counts: the second side, times the kernel's places; of transposed convolutions too.
    const std::int64_t fanIn = weight.shape[1] * (weight.shape.size() == 4 ? 9 : 1);
    return 1.0 / std::sqrt(static_cast<double>(fanIn));
}

} // namespace

class ParameterLayoutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plainMlp_placesAndInitialNumbers_neverChange_data()
    {
        // Of the first version that wrote checkpoints: a change would make another run out of the same seed.
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("places");
        QTest::addColumn<QByteArray>("numbers");
        QTest::newRow("784-400-20") << 0 << QByteArray("76671d00945b855da2f72fb6ca6935d709d14ff6637281e476c1dee2f15de0ab")
                                    << QByteArray("6a03e47abd6e006eab484d779a0c2505d25c4c9b0fb323d6d2ac3c1315453172");
        QTest::newRow("own decoder, learned scale") << 1 << QByteArray("6e248f54c6dde1a7d75fa25d7411cbbcb955654d9ff4d988ff601522729780c8")
                                                    << QByteArray("7c5be0d003a8a236b2203a605f376254ecfd9ad44a545e61c9a037f7d9b71a46");
        QTest::newRow("no hidden layers") << 2 << QByteArray("a87d1df9e2017bad683c6b3f7a3caa7dcde6d90d34544b2d123601da05f3aa9a")
                                          << QByteArray("504001978876c05d6c2c22dce77af2f64ffb574cc51a45339e7239a6a389a538");
        QTest::newRow("odd widths") << 3 << QByteArray("8f8c1ec31d17a7c961f6571b61e3d0bc20ff65b64ef5873979ac04d72809da78")
                                    << QByteArray("725e76d38b182d9cebd2df77e0d7edec62b40838d886e06515bdc5a0777c162f");
    }

    void plainMlp_placesAndInitialNumbers_neverChange()
    {
        QFETCH(int, which);
        QFETCH(QByteArray, places);
        QFETCH(QByteArray, numbers);
        const std::vector<RunConfig> configs{mlp({400}, {}, 20, {1, 28, 28}), learned(mlp({24, 12}, {9}, 3, {3, 5, 7})), mlp({}, {}, 2, {1, 1, 16}),
                                             learned(mlp({33}, {17, 18}, 5, {1, 8, 8}))};
        const ParameterLayout layout(configs[static_cast<std::size_t>(which)]);
        QVERIFY(layout.isPlainMlp());
        const std::string text = placesOf(layout);
        QCOMPARE(QByteArray::fromStdString(sha256Hex(std::as_bytes(std::span(text)))), places);
        std::vector<float> parameters(layout.size());
        layout.initialise(parameters, /*seed=*/7);
        QCOMPARE(QByteArray::fromStdString(sha256Hex(std::as_bytes(std::span(parameters)))), numbers);
    }

    void names_followTheArchitecture_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("expected");
        QTest::newRow("mlp") << 2
                             << "encoder.0.weight 24x115, encoder.0.bias 24, encoder.1.weight 24, encoder.1.bias 24, encoder.4.weight 12x24, "
                                "encoder.4.bias 12, encoder.5.weight 12, encoder.5.bias 12, to_mu.weight 3x12, to_mu.bias 3, to_logvar.weight 3x12, "
                                "to_logvar.bias 3, decoder.0.weight 9x13, decoder.0.bias 9, decoder.1.weight 9, decoder.1.bias 9, "
                                "decoder.4.weight 105x9, decoder.4.bias 105, log_sigma 1";
        QTest::newRow("conv, Keras' network")
            << 3
            << "encoder.0.weight 32x1x3x3, encoder.0.bias 32, encoder.2.weight 64x32x3x3, encoder.2.bias 64, encoder_out.weight 16x3136, "
               "encoder_out.bias 16, to_mu.weight 2x16, to_mu.bias 2, to_logvar.weight 2x16, to_logvar.bias 2, decoder_in.weight 3136x2, "
               "decoder_in.bias 3136, decoder.0.weight 64x64x3x3, decoder.0.bias 64, decoder.2.weight 64x32x3x3, decoder.2.bias 32, "
               "decoder.4.weight 32x1x3x3, decoder.4.bias 1";
        QTest::newRow("conv, everything")
            << 4
            << "encoder.0.weight 32x7x3x3, encoder.0.bias 32, encoder.1.weight 32, encoder.1.bias 32, encoder.4.weight 64x32x3x3, "
               "encoder.4.bias 64, encoder.5.weight 64, encoder.5.bias 64, encoder_out.weight 16x4608, encoder_out.bias 16, "
               "to_mu.weight 2x16, to_mu.bias 2, "
               "to_logvar.weight 2x16, to_logvar.bias 2, decoder_in.weight 4608x6, decoder_in.bias 4608, decoder.0.weight 64x64x3x3, "
               "decoder.0.bias 64, decoder.1.weight 64, decoder.1.bias 64, decoder.4.weight 64x32x3x3, decoder.4.bias 32, decoder.5.weight 32, "
               "decoder.5.bias 32, decoder.8.weight 32x3x3x3, decoder.8.bias 3, log_sigma 1";
        QTest::newRow("gru") << 6
                             << "encoder_rnn.weight_ih_l0 96x8, encoder_rnn.weight_hh_l0 96x32, encoder_rnn.bias_ih_l0 96, "
                                "encoder_rnn.bias_hh_l0 96, encoder_rnn.weight_ih_l1 96x32, encoder_rnn.weight_hh_l1 96x32, "
                                "encoder_rnn.bias_ih_l1 96, "
                                "encoder_rnn.bias_hh_l1 96, to_mu.weight 3x32, to_mu.bias 3, to_logvar.weight 3x32, to_logvar.bias 3, "
                                "decoder_rnn.weight_ih_l0 72x8, decoder_rnn.weight_hh_l0 72x24, decoder_rnn.bias_ih_l0 72, "
                                "decoder_rnn.bias_hh_l0 72, decoder_out.weight 3x24, decoder_out.bias 3, log_sigma 1";
    }

    void names_followTheArchitecture()
    {
        QFETCH(int, which);
        QFETCH(QString, expected);
        QCOMPARE(described(ParameterLayout(everyKind()[static_cast<std::size_t>(which)].second)), expected);
    }

    void dropoutOrNorm_shiftTheNumbersOfTheLayers()
    {
        const RunConfig config = mlp({9, 7}, {}, 3, {1, 1, 16});
        const auto secondOf = [&](bool norm, double dropout) {
            QString name;
            const ParameterLayout layout(withOptions(config, norm, dropout));
            for (const NamedTensor& tensor : layout.tensors())
                if (tensor.name.starts_with("encoder.") && tensor.shape == std::vector<std::int64_t>{7, 9})
                    name = QString::fromStdString(tensor.name);
            return name;
        };
        QCOMPARE(secondOf(false, 0.0), "encoder.2.weight");
        QCOMPARE(secondOf(false, 0.1), "encoder.3.weight");
        QCOMPARE(secondOf(true, 0.0), "encoder.3.weight");
        QCOMPARE(secondOf(true, 0.1), "encoder.4.weight");
    }

    void isPlainMlp_isFalseWithAnythingElse()
    {
        const RunConfig config = mlp({9}, {}, 3, {1, 16, 16});
        QVERIFY(ParameterLayout(config).isPlainMlp());
        for (const RunConfig& other : {withOptions(config, true, 0.0), withOptions(config, false, 0.1), withOptions(config, false, 0.0, 3),
                                       conv({1, 16, 16}), gru({9}, {}, 1)}) {
            const ParameterLayout layout(other);
            QVERIFY(!layout.isPlainMlp());
            QVERIFY(layout.encoder().empty() && layout.decoder().empty());
            QCOMPARE(layout.heads().out, 2 * other.model.latent);
        }
    }

    void everyKind_data()
    {
        QTest::addColumn<int>("which");
        int which = 0;
        for (const auto& [title, config] : everyKind())
            QTest::newRow(title) << which++;
    }

    void tensors_ofEveryKind_lieApartInsideTheBuffer_data() { everyKind_data(); }
    void tensors_ofEveryKind_lieApartInsideTheBuffer()
    {
        QFETCH(int, which);
        const ParameterLayout layout(everyKind()[static_cast<std::size_t>(which)].second);
        std::vector<int> owners(layout.size(), 0);
        for (const NamedTensor& tensor : layout.tensors()) {
            QVERIFY(tensor.offset + tensor.count <= layout.size());
            std::for_each_n(owners.begin() + static_cast<std::ptrdiff_t>(tensor.offset), tensor.count, [](int& count) { ++count; });
            QCOMPARE(layout.indexOf(tensor.name), static_cast<std::size_t>(&tensor - layout.tensors().data()));
        }
        QVERIFY(std::all_of(owners.begin(), owners.end(), [](int count) { return count <= 1; }));
    }

    void parameterCount_ofEveryKind_isTheSumOverTensors_data() { everyKind_data(); }
    void parameterCount_ofEveryKind_isTheSumOverTensors()
    {
        QFETCH(int, which);
        const RunConfig config = everyKind()[static_cast<std::size_t>(which)].second;
        const ParameterLayout layout(config);
        std::int64_t sum = 0;
        for (const NamedTensor& tensor : layout.tensors())
            sum += tensor.name == "log_sigma" ? 0 : static_cast<std::int64_t>(tensor.count);
        QCOMPARE(config.model.parameterCount(), sum);
    }

    void initialise_ofEveryKind_followsPyTorchsDefaults_data() { everyKind_data(); }
    void initialise_ofEveryKind_followsPyTorchsDefaults()
    {
        QFETCH(int, which);
        const RunConfig config = everyKind()[static_cast<std::size_t>(which)].second;
        const ParameterLayout layout(config);
        std::vector<float> parameters(layout.size(), 9.0f);
        layout.initialise(parameters, /*seed=*/5);
        std::vector<float> rest = parameters;
        for (const NamedTensor& tensor : layout.tensors()) {
            const std::span<const float> values(parameters.data() + tensor.offset, tensor.count);
            std::fill_n(rest.begin() + static_cast<std::ptrdiff_t>(tensor.offset), tensor.count, 0.0f);
            const double bound = tensor.name == "log_sigma" ? 0.0 : boundOf(layout, config.model, tensor.name);
            if (bound == 0.0) {
                const float constant = tensor.name.ends_with(".weight") ? 1.0f : 0.0f;
                QVERIFY2(std::all_of(values.begin(), values.end(), [&](float value) { return value == constant; }), tensor.name.c_str());
                continue;
            }
            double squares = 0.0;
            for (const float value : values) {
                QVERIFY2(std::abs(value) <= bound * 1.0000001, tensor.name.c_str());
                squares += static_cast<double>(value) * value;
            }
            // The variance of U(−b, b) is b²/3; that of its estimate from n numbers is 4/(5n) of its square.
            const double ratio = 3.0 * squares / (static_cast<double>(values.size()) * bound * bound);
            QVERIFY2(std::abs(ratio - 1.0) < 5.0 * std::sqrt(0.8 / static_cast<double>(values.size())) + 1e-3, tensor.name.c_str());
        }
        QVERIFY(std::all_of(rest.begin(), rest.end(), [](float value) { return value == 0.0f; })); // the gaps
    }

    void initialise_layersOfTheSameShape_differ()
    {
        const ParameterLayout layout(gru({16, 16, 16}, {}, 1));
        std::vector<float> parameters(layout.size());
        layout.initialise(parameters, 5);
        const auto first = [&](const char* name) { return parameters[layout.tensors()[layout.indexOf(name)].offset]; };
        QVERIFY(first("encoder_rnn.weight_ih_l1") != first("encoder_rnn.weight_ih_l2"));
        QVERIFY(first("encoder_rnn.weight_hh_l0") != first("encoder_rnn.weight_hh_l1"));
        QVERIFY(first("encoder_rnn.weight_ih_l0") != first("decoder_rnn.weight_ih_l0"));
    }

    void convolutionSides_halveAndRoundUp()
    {
        RunConfig config = conv({1, 31, 128});
        config.model.encoderHidden = {4, 4, 4};
        const std::vector<Sides> expected{{31, 128}, {16, 64}, {8, 32}, {4, 16}};
        QVERIFY(convolutionSides(config.model) == expected);
    }
};

QTEST_APPLESS_MAIN(ParameterLayoutTest)
#include "tst_parameter_layout.moc"
