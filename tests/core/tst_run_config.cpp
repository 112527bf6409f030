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
        row("dense 0", [](RunConfig& c) { c.model = {Architecture::Conv, {1, 28, 28}, {8}, {}, 0}; }, "dense layer is out of range: expected a whole");
        row("dense 16385", [](RunConfig& c) { c.model = {Architecture::Conv, {1, 28, 28}, {8}, {}, 16385}; }, "Choose 16384.");
        row("dropout -0.1", [](RunConfig& c) { c.model.dropout = -0.1; }, "found -0.1. Choose 0.");
        row("dropout 0.95", [](RunConfig& c) { c.model.dropout = 0.95; }, "a number from 0 to 0.9, found 0.95. Choose 0.9.");
        row("dropout NaN", [](RunConfig& c) { c.model.dropout = kNan; }, "dropout is not a finite number");
        row("classes -1", [](RunConfig& c) { c.model.classes = -1; }, "classes");
        row("classes 1001", [](RunConfig& c) { c.model.classes = 1001; }, "Choose 1000.");
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
        row("capacity -1", [](RunConfig& c) { c.objective.capacity = -1; }, "found -1. Choose 0.");
        row("capacity NaN", [](RunConfig& c) { c.objective.capacity = kNan; }, "capacity is not a finite number");
        row("gamma -1", [](RunConfig& c) { c.objective.gamma = -1; }, "Gamma is out of range");
        row("gamma infinite", [](RunConfig& c) { c.objective.gamma = kInfinity; }, "Choose 30.");
        row("free bits -1", [](RunConfig& c) { c.objective.freeBits = -1; }, "Free bits is out of range");
        row("free bits 101", [](RunConfig& c) { c.objective.freeBits = 101; }, "Choose 100.");
        row("lambda -1", [](RunConfig& c) { c.objective.lambda = -1; }, "Lambda is out of range");
        row("lambda NaN", [](RunConfig& c) { c.objective.lambda = kNan; }, "Choose 10.");
        row("lr 0", [](RunConfig& c) { c.training.learningRate = 0; }, "above 0 and at most 10, found 0");
        row("lr -1", [](RunConfig& c) { c.training.learningRate = -1; }, "learning rate");
        row("lr 1000", [](RunConfig& c) { c.training.learningRate = 1000; }, "Choose 10.");
        row("lr NaN", [](RunConfig& c) { c.training.learningRate = kNan; }, "Choose 0.001.");
        row("lr infinite", [](RunConfig& c) { c.training.learningRate = -kInfinity; }, "minus infinity");
        row("momentum 1", [](RunConfig& c) { c.training.momentum = 1; }, "Choose 0.99.");
        row("momentum -0.1", [](RunConfig& c) { c.training.momentum = -0.1; }, "Choose 0.");
        row("momentum NaN", [](RunConfig& c) { c.training.momentum = kNan; }, "momentum");
        row("weight decay -1", [](RunConfig& c) { c.training.weightDecay = -1; }, "weight decay");
        row("weight decay 2", [](RunConfig& c) { c.training.weightDecay = 2; }, "found 2. Choose 1.");
        row("clip -1", [](RunConfig& c) { c.training.clipNorm = -1; }, "found -1. Choose 0.");
        row("clip infinite", [](RunConfig& c) { c.training.clipNorm = kInfinity; }, "Choose 5.");
        row("patience -1", [](RunConfig& c) { c.training.patience = -1; }, "patience");
        row("patience 100001", [](RunConfig& c) { c.training.patience = 100001; c.training.validationFraction = 0.1; }, "Choose 100000.");
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
        row("dropout 0.9", [](RunConfig& c) { c.model.dropout = 0.9; });
        row("gamma alone", [](RunConfig& c) { c.objective.gamma = 30; });
        row("lambda 0", [](RunConfig& c) { c.objective.lambda = 0; });
        row("patience", [](RunConfig& c) { c.training.patience = 1; c.training.validationFraction = 0.1; });
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
        config.model.layerNorm = true;
        config.model.dropout = 0.1 + 0.2;
        config.model.denseWidth = 77;
        config.model.classes = 7;
        ObjectiveConfig& objective = config.objective;
        objective.kind = ObjectiveKind::ConditionalVae;
        objective.beta = 0.1 + 0.2;
        objective.warmupEpochs = 1.0 / 3.0;
        objective.warmup = Warmup::Cyclic;
        objective.capacity = std::nextafter(25.0, 0.0);
        objective.gamma = 1e-7;
        objective.lambda = 2.0 / 3.0;
        objective.likelihood = Likelihood::Bernoulli;
        objective.sigma = 5e-324;
        objective.binarization = Binarization::Threshold;
        TrainConfig& training = config.training;
        training.optimizer = OptimizerKind::AdamW;
        training.learningRate = 3.0000000000000004e-4;
        training.momentum = std::nextafter(1.0, 0.0);
        training.weightDecay = 0.7;
        training.schedule = LearningRateSchedule::OneCycle;
        training.clipNorm = 1.0 / 7.0;
        training.batchSize = 77;
        training.epochs = 99999;
        training.stopAfter = 12;
        training.patience = 5;
        training.balance = true;
        training.validationFraction = 0.1;
        training.seed = std::numeric_limits<std::uint64_t>::max();
        for (const int indent : {-1, 2}) {
            const Result<RunConfig> back = runConfigFromJson(toJson(config, indent));
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().text().c_str());
            QVERIFY(back.value() == config);
        }
    }

    void json_defaults_haveStableText()
    {
        QCOMPARE(QString::fromStdString(toJson(RunConfig{})),
                 QString(R"({"model":{"architecture":"mlp","input_shape":[1,28,28],"hidden":[400],"decoder_hidden":[],"dense":256,"latent":2,"activation":"relu",)"
                         R"("layer_norm":false,"dropout":0.0,"classes":0,"standardized":false},)"
                         R"("objective":{"kind":"vae","beta":1.0,"warmup_epochs":0.0,"warmup":"linear","capacity":0.0,"gamma":0.0,"free_bits":0.0,"lambda":10.0,)"
                         R"("likelihood":"bernoulli","sigma":0.1,"binarization":"none"},)"
                         R"("training":{"optimizer":"adam","learning_rate":0.001,"momentum":0.9,"weight_decay":0.01,"schedule":"constant","clip_norm":0.0,)"
                         R"("batch_size":128,"epochs":10,"stop_after":0,"patience":0,"balance":false,"validation_fraction":0.0,"seed":1}})"));
    }

    /// What the first version wrote, before there were schedules, other architectures and other objectives.
    void json_ofTheFirstVersion_isRead()
    {
        const Result<RunConfig> config = runConfigFromJson(
            R"({"model":{"architecture":"mlp","input_shape":[1,28,28],"hidden":[512],"decoder_hidden":[],"latent":20,"activation":"tanh"},)"
            R"("objective":{"kind":"ae","beta":1.0,"warmup_epochs":2.0,"likelihood":"gaussian-learned","sigma":0.1},)"
            R"("training":{"optimizer":"sgd","learning_rate":0.01,"momentum":0.8,"batch_size":64,"epochs":20,"stop_after":0,"validation_fraction":0.1,"seed":9}})");
        QVERIFY2(config.ok(), config.ok() ? "" : config.error().text().c_str());
        RunConfig expected;
        expected.model.encoderHidden = {512};
        expected.model.latent = 20;
        expected.model.activation = Activation::Tanh;
        expected.objective.kind = ObjectiveKind::Autoencoder;
        expected.objective.warmupEpochs = 2.0;
        expected.objective.likelihood = Likelihood::GaussianLearned;
        expected.training.optimizer = OptimizerKind::Sgd;
        expected.training.learningRate = 0.01;
        expected.training.momentum = 0.8;
        expected.training.batchSize = 64;
        expected.training.epochs = 20;
        expected.training.validationFraction = 0.1;
        expected.training.seed = 9;
        QVERIFY(config.value() == expected);
    }

    /// Written by hand, it leaves shape and classes to the data.
    void json_withoutShapeOrClasses_isPossible()
    {
        for (const char* text : {R"({"model":{"architecture":"gru","hidden":[64]}})", R"({"objective":{"kind":"cvae"}})", R"({"model":{"architecture":"conv","hidden":[8]}})"}) {
            const Result<RunConfig> config = runConfigFromJson(text);
            QVERIFY2(config.ok(), config.ok() ? text : config.error().text().c_str());
        }
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
        row("likelihood", R"({"objective":{"likelihood":"laplace"}})", "bernoulli, continuous-bernoulli, gaussian, gaussian-learned or poisson");
        row("architecture", R"({"model":{"architecture":"cnv"}})", "Did you mean \"conv\"?");
        row("warm-up", R"({"objective":{"warmup":"round"}})", "linear or cyclic");
        row("binarization", R"({"objective":{"binarization":true}})", "objective.binarization");
        row("schedule", R"({"training":{"schedule":"cos"}})", "constant, cosine, step or onecycle");
        row("number for a truth", R"({"model":{"layer_norm":1}})", "\"model.layer_norm\" cannot be used: expected true or false");
        row("text for a truth", R"({"training":{"balance":"true"}})", "training.balance");
        row("terms that exclude each other", R"({"objective":{"gamma":3,"free_bits":1}})", "one of them");
        row("gru on an image", R"({"model":{"architecture":"gru","input_shape":[1,28,28],"hidden":[8]}})", "sequences");
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
        for (const char* text : {"mlp", "conv", "gru"})
            QCOMPARE(name(architectureFromName(text).value()), std::string_view(text));
        for (const char* text : {"vae", "ae", "infovae", "tcvae", "dipvae", "cvae"})
            QCOMPARE(name(objectiveFromName(text).value()), std::string_view(text));
        for (const char* text : {"linear", "cyclic"})
            QCOMPARE(name(warmupFromName(text).value()), std::string_view(text));
        for (const char* text : {"bernoulli", "continuous-bernoulli", "gaussian", "gaussian-learned", "poisson"})
            QCOMPARE(name(likelihoodFromName(text).value()), std::string_view(text));
        for (const char* text : {"none", "dynamic", "threshold"})
            QCOMPARE(name(binarizationFromName(text).value()), std::string_view(text));
        for (const char* text : {"adam", "adamw", "rmsprop", "sgd"})
            QCOMPARE(name(optimizerFromName(text).value()), std::string_view(text));
        for (const char* text : {"constant", "cosine", "step", "onecycle"})
            QCOMPARE(name(scheduleFromName(text).value()), std::string_view(text));
    }

    void names_unknown_listsThemAll()
    {
        const Result<OptimizerKind> none = optimizerFromName("lion");
        QVERIFY(!none.ok());
        QCOMPARE(textOf(none.error()), QString("There is no such optimizer: expected adam, adamw, rmsprop or sgd, found \"lion\". Choose one of these names."));
        QVERIFY(!optimizerFromName("").ok());
        QVERIFY(!optimizerFromName("Adam").ok());
        QCOMPARE(optimizerFromName("Adam").error().remedy, std::string("Did you mean \"adam\"?"));
    }
};

QTEST_APPLESS_MAIN(TestRunConfig)
#include "tst_run_config.moc"
