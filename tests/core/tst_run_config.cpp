// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include <QtTest>

#include <functional>
#include <limits>

using namespace latentscape;

using Change = std::function<void(RunConfig&)>;
Q_DECLARE_METATYPE(Change)

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

} // namespace

class TestRunConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void validate_defaults_areAccepted()
    {
        const Result<void> valid = validate(RunConfig{}, 60000);
        QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().text().c_str());
        QVERIFY(validate(LiveControls{}).ok());
    }

    void validate_badValue_isRefusedWithSetting_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("fragment"); // of the message
        const auto row = [](const char* name, Change change, const char* fragment) { QTest::newRow(name) << change << QString(fragment); };

        row("latent 0", [](RunConfig& c) { c.model.latent = 0; }, "Choose 1.");
        row("latent -1", [](RunConfig& c) { c.model.latent = -1; }, "Choose 1.");
        row("latent 1e9", [](RunConfig& c) { c.model.latent = 1000000000; }, "Choose 512.");
        row("latent 513", [](RunConfig& c) { c.model.latent = 513; }, "1 to 512, found 513");
        row("width 0", [](RunConfig& c) { c.model.encoderHidden = {400, 0}; }, "hidden layer 2");
        row("width -5", [](RunConfig& c) { c.model.encoderHidden = {-5}; }, "Choose 1.");
        row("width 16385", [](RunConfig& c) { c.model.encoderHidden = {16385}; }, "Choose 16384.");
        row("decoder width 0", [](RunConfig& c) { c.model.decoderHidden = {0}; }, "decoder layer 1");
        row("17 layers", [](RunConfig& c) { c.model.encoderHidden.assign(17, 8); }, "at most 16 layers, found 17");
        row("17 decoder layers", [](RunConfig& c) { c.model.decoderHidden.assign(17, 8); }, "too many decoder layers");
        row("model too large", [](RunConfig& c) { c.model.encoderHidden.assign(16, 16384); }, "hidden layers of at most ");
        row("conv", [](RunConfig& c) { c.model.architecture = "conv"; }, "expected mlp, found \"conv\"");
        row("no architecture", [](RunConfig& c) { c.model.architecture.clear(); }, "Choose mlp");
        row("no channels", [](RunConfig& c) { c.model.inputShape.channels = 0; }, "channels");
        row("height 0", [](RunConfig& c) { c.model.inputShape.height = 0; }, "height");
        row("width of a sample", [](RunConfig& c) { c.model.inputShape.width = -28; }, "width of a sample");
        row("sample too large", [](RunConfig& c) { c.model.inputShape = {3, 4096, 4096}; }, "sample is too large");
        row("beta NaN", [](RunConfig& c) { c.objective.beta = kNan; }, "Beta is not a finite number");
        row("beta infinite", [](RunConfig& c) { c.objective.beta = kInfinity; }, "found infinity");
        row("beta -0.5", [](RunConfig& c) { c.objective.beta = -0.5; }, "found -0.5. Choose 0.");
        row("beta 10001", [](RunConfig& c) { c.objective.beta = 10001; }, "Choose 10000.");
        row("warm-up NaN", [](RunConfig& c) { c.objective.warmupEpochs = kNan; }, "warm-up");
        row("warm-up -1", [](RunConfig& c) { c.objective.warmupEpochs = -1; }, "Choose 0.");
        row("warm-up infinite", [](RunConfig& c) { c.objective.warmupEpochs = kInfinity; }, "warm-up");
        row("sigma 0", [](RunConfig& c) { c.objective.sigma = 0; }, "Choose 0.001.");
        row("sigma -1", [](RunConfig& c) { c.objective.sigma = -1; }, "Sigma");
        row("sigma 101", [](RunConfig& c) { c.objective.sigma = 101; }, "Choose 100.");
        row("sigma NaN", [](RunConfig& c) { c.objective.sigma = kNan; }, "not a number. Choose 0.1.");
        row("lr 0", [](RunConfig& c) { c.training.learningRate = 0; }, "above 0 and at most 10, found 0");
        row("lr -1", [](RunConfig& c) { c.training.learningRate = -1; }, "learning rate");
        row("lr 1000", [](RunConfig& c) { c.training.learningRate = 1000; }, "Choose 10.");
        row("lr NaN", [](RunConfig& c) { c.training.learningRate = kNan; }, "Choose 0.001.");
        row("lr infinite", [](RunConfig& c) { c.training.learningRate = -kInfinity; }, "minus infinity");
        row("momentum 1", [](RunConfig& c) { c.training.momentum = 1; }, "Choose 0.99.");
        row("momentum -0.1", [](RunConfig& c) { c.training.momentum = -0.1; }, "Choose 0.");
        row("momentum NaN", [](RunConfig& c) { c.training.momentum = kNan; }, "momentum");
        row("batch 0", [](RunConfig& c) { c.training.batchSize = 0; }, "Choose 1.");
        row("batch -128", [](RunConfig& c) { c.training.batchSize = -128; }, "1 to 60, found -128. Choose 1.");
        row("batch 256 of 60", [](RunConfig& c) { c.training.batchSize = 256; },
            "Batch size 256 is larger than the 60 training images: expected 1 to 60, found 256. Choose at most 60.");
        row("epochs 0", [](RunConfig& c) { c.training.epochs = 0; }, "Choose 1.");
        row("epochs 100001", [](RunConfig& c) { c.training.epochs = 100001; }, "Choose 100000.");
        row("stop after -1", [](RunConfig& c) { c.training.stopAfter = -1; }, "stop after");
        row("stop after the end", [](RunConfig& c) { c.training.stopAfter = 11; }, "0 to 10, found 11. Choose 10.");
        row("validation -0.1", [](RunConfig& c) { c.training.validationFraction = -0.1; }, "Choose 0.");
        row("validation 0.95", [](RunConfig& c) { c.training.validationFraction = 0.95; }, "Choose 0.9.");
        row("validation 1", [](RunConfig& c) { c.training.validationFraction = 1; }, "validation fraction");
        row("validation NaN", [](RunConfig& c) { c.training.validationFraction = kNan; }, "validation fraction");
    }
    void validate_badValue_isRefusedWithSetting()
    {
        QFETCH(Change, change);
        QFETCH(QString, fragment);
        RunConfig config;
        config.training.batchSize = 32;
        change(config);
        const Result<void> valid = validate(config, 60);
        QVERIFY(!valid.ok());
        QCOMPARE(valid.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(textOf(valid.error()).contains(fragment), qPrintable(textOf(valid.error())));
        QVERIFY(!valid.error().remedy.empty());
    }

    void validate_edgeValue_isAccepted_data()
    {
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
        row("latent 1", [](RunConfig& c) { c.model.latent = 1; });
        row("latent 512", [](RunConfig& c) { c.model.latent = 512; });
        row("no hidden layer", [](RunConfig& c) { c.model.encoderHidden.clear(); });
        row("beta 0", [](RunConfig& c) { c.objective.beta = 0; });
        row("beta 10000", [](RunConfig& c) { c.objective.beta = 1e4; });
        row("lr 10", [](RunConfig& c) { c.training.learningRate = 10; });
        row("batch of all", [](RunConfig& c) { c.training.batchSize = 60; });
        row("batch 1", [](RunConfig& c) { c.training.batchSize = 1; });
        row("stop at the end", [](RunConfig& c) { c.training.stopAfter = 10; });
        row("validation 0.9", [](RunConfig& c) { c.training.validationFraction = 0.9; });
        row("a vector", [](RunConfig& c) { c.model.inputShape = {1, 1, 2}; });
        row("largest seed", [](RunConfig& c) { c.training.seed = ~std::uint64_t{0}; });
    }
    void validate_edgeValue_isAccepted()
    {
        QFETCH(Change, change);
        RunConfig config;
        config.training.batchSize = 32;
        change(config);
        const Result<void> valid = validate(config, 60);
        QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().text().c_str());
    }

    void validate_modelTooLarge_namedWidthFits()
    {
        RunConfig config;
        config.model.encoderHidden.assign(16, 16384);
        const Result<void> valid = validate(config, 0);
        QVERIFY(!valid.ok());
        const QRegularExpressionMatch match = QRegularExpression("at most (\\d+)\\.").match(QString::fromStdString(valid.error().remedy));
        QVERIFY(match.hasMatch());
        const int width = match.captured(1).toInt();
        config.model.encoderHidden.assign(16, width);
        QVERIFY(validate(config, 0).ok());
        config.model.encoderHidden.assign(16, width + 1);
        QVERIFY(!validate(config, 0).ok());
    }

    void validateControls_badNumbers_areRefused()
    {
        QVERIFY(!validate(LiveControls{kNan, 1e-3}).ok());
        QVERIFY(!validate(LiveControls{1.0, 0.0}).ok());
        QVERIFY(!validate(LiveControls{-1.0, 1e-3}).ok());
        QVERIFY(validate(LiveControls{0.0, 10.0}).ok());
    }

    void decoderWidths_none_mirrorTheEncoder()
    {
        ModelConfig model;
        model.encoderHidden = {512, 256};
        QCOMPARE(model.decoderWidths(), (std::vector<int>{256, 512}));
        model.decoderHidden = {64};
        QCOMPARE(model.decoderWidths(), std::vector<int>{64});
    }

    void parameterCount_reference_isSumOfLayers()
    {
        ModelConfig model;
        model.latent = 20; // 784-400-20-400-784 of pytorch/examples
        QCOMPARE(model.parameterCount(), std::int64_t{784 * 400 + 400 + 2 * (400 * 20 + 20) + 20 * 400 + 400 + 400 * 784 + 784});
        model.encoderHidden.assign(16, std::numeric_limits<int>::max());
        QCOMPARE(model.parameterCount(), std::numeric_limits<std::int64_t>::max());
    }

    void json_extremeNumbers_comeBackBitForBit()
    {
        RunConfig config;
        config.model.inputShape = {3, 17, 23};
        config.model.encoderHidden = {512, 256, 3};
        config.model.decoderHidden = {7};
        config.model.latent = 20;
        config.model.activation = Activation::Silu;
        config.objective = {ObjectiveKind::Autoencoder, 0.1 + 0.2, 1.0 / 3.0, Likelihood::GaussianLearned, 5e-324};
        config.training = {OptimizerKind::RmsProp, 3.0000000000000004e-4, std::nextafter(1.0, 0.0), 77, 99999, 12, 0.1,
                           std::numeric_limits<std::uint64_t>::max()};
        for (const int indent : {-1, 2}) {
            const Result<RunConfig> back = runConfigFromJson(toJson(config, indent));
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().text().c_str());
            QVERIFY(back.value() == config);
        }
    }

    void json_defaults_haveStableText()
    {
        QCOMPARE(QString::fromStdString(toJson(RunConfig{})),
                 QString(R"({"model":{"architecture":"mlp","input_shape":[1,28,28],"hidden":[400],"decoder_hidden":[],"latent":2,"activation":"relu"},)"
                         R"("objective":{"kind":"vae","beta":1.0,"warmup_epochs":0.0,"likelihood":"bernoulli","sigma":0.1},)"
                         R"("training":{"optimizer":"adam","learning_rate":0.001,"momentum":0.9,"batch_size":128,"epochs":10,"stop_after":0,)"
                         R"("validation_fraction":0.0,"seed":1}})"));
    }

    void json_missingKeys_keepDefaults()
    {
        const Result<RunConfig> config = runConfigFromJson(R"({"training":{"epochs":3}, "objective":{"beta":4}})");
        QVERIFY(config.ok());
        QCOMPARE(config.value().training.epochs, 3);
        QCOMPARE(config.value().objective.beta, 4.0);
        QCOMPARE(config.value().training.batchSize, 128);
        QVERIFY(config.value().model == ModelConfig{});
    }

    void json_badText_isRefusedByName_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, const char* text, const char* fragment) { QTest::newRow(name) << QByteArray(text) << QString(fragment); };
        row("empty", "", "not valid JSON");
        row("not JSON", "lr = 3", "not valid JSON");
        row("cut", R"({"training":{"epochs":3)", "not valid JSON");
        row("after the end", "{} {}", "not valid JSON");
        row("no UTF-8", "{\"model\":{\"architecture\":\"\xff\"}}", "not valid JSON");
        row("NaN", R"({"objective":{"beta":NaN}})", "not valid JSON");
        row("infinity", R"({"objective":{"beta":1e999}})", "not valid JSON");
        row("deep", "[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]", "nested");
        row("list", "[]", "wrong type");
        row("duplicate", R"({"training":{"epochs":3,"epochs":4}})", "\"epochs\" appears twice");
        row("duplicate group", R"({"training":{},"training":{}})", "\"training\" appears twice");
        row("unknown group", R"({"trainning":{}})", "Did you mean \"training\"?");
        row("unknown key", R"({"training":{"lerning_rate":0.1}})", "\"training.lerning_rate\" is not a known key");
        row("unknown key meant", R"({"training":{"lerning_rate":0.1}})", "Did you mean \"training.learning_rate\"?");
        row("group of another type", R"({"model":3})", "\"model\" cannot be used");
        row("number as text", R"({"training":{"epochs":"3"}})", "\"training.epochs\" cannot be used: expected a whole number, found \"3\"");
        row("fraction", R"({"training":{"epochs":3.5}})", "training.epochs");
        row("too large", R"({"training":{"epochs":3000000000}})", "training.epochs");
        row("seed below 0", R"({"training":{"seed":-1}})", "training.seed");
        row("seed too large", R"({"training":{"seed":18446744073709551616}})", "training.seed");
        row("null", R"({"objective":{"beta":null}})", "objective.beta");
        row("bool", R"({"objective":{"beta":true}})", "objective.beta");
        row("widths", R"({"model":{"hidden":[400,"x"]}})", "model.hidden");
        row("shape", R"({"model":{"input_shape":[28,28]}})", "model.input_shape");
        row("activation", R"({"model":{"activation":"rely"}})", "Did you mean \"relu\"?");
        row("likelihood", R"({"objective":{"likelihood":"poisson"}})", "bernoulli, gaussian or gaussian-learned");
        row("out of range", R"({"objective":{"beta":-1}})", "Beta is out of range");
    }
    void json_badText_isRefusedByName()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, fragment);
        const Result<RunConfig> config = runConfigFromJson(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY(!config.ok());
        QVERIFY(isInputError(config.error().code));
        QVERIFY2(textOf(config.error()).contains(fragment), qPrintable(textOf(config.error())));
    }

    void names_everyValue_comeBack()
    {
        for (const Activation value : {Activation::Relu, Activation::Silu, Activation::Tanh})
            QCOMPARE(activationFromName(name(value)).value(), value);
        for (const ObjectiveKind value : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder})
            QCOMPARE(objectiveFromName(name(value)).value(), value);
        for (const Likelihood value : {Likelihood::Bernoulli, Likelihood::Gaussian, Likelihood::GaussianLearned})
            QCOMPARE(likelihoodFromName(name(value)).value(), value);
        for (const OptimizerKind value : {OptimizerKind::Adam, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            QCOMPARE(optimizerFromName(name(value)).value(), value);
    }

    void names_unknown_listsThemAll()
    {
        const Result<OptimizerKind> none = optimizerFromName("lion");
        QVERIFY(!none.ok());
        QCOMPARE(textOf(none.error()), QString("There is no such optimizer: expected adam, rmsprop or sgd, found \"lion\". Choose one of these names."));
        QVERIFY(!optimizerFromName("").ok());
        QVERIFY(!optimizerFromName("Adam").ok());
        QCOMPARE(optimizerFromName("Adam").error().remedy, std::string("Did you mean \"adam\"?"));
    }
};

QTEST_APPLESS_MAIN(TestRunConfig)
#include "tst_run_config.moc"
