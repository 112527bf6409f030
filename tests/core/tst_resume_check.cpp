// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/resume_check.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <functional>

using namespace latentscape;

using Change = std::function<void(RunConfig&)>;
Q_DECLARE_METATYPE(Change)

namespace {

/// A saved run of a small conditional network whose every part matters: convolutions, a σ that is given, the label.
Checkpoint savedRun(const Dataset& data)
{
    Checkpoint saved;
    saved.config.model.architecture = Architecture::Conv;
    saved.config.model.encoderHidden = {4, 8};
    saved.config.objective.kind = ObjectiveKind::ConditionalVae;
    saved.config.objective.likelihood = Likelihood::Gaussian;
    saved.config.training.validationFraction = 0.1;
    saved.config.training.batchSize = 20;
    saved.config = fittedTo(saved.config, data.traits());
    saved.data = data.provenance();
    saved.progress = {10, 1, 2, {}};
    return saved;
}

} // namespace

class TestResumeCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resume_whatMayChange_isAccepted_data()
    {
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
        row("nothing", [](RunConfig&) {});
        row("decoder written out", [](RunConfig& c) { c.model.decoderHidden = {8, 4}; });
        row("more epochs", [](RunConfig& c) { c.training.epochs = 99; });
        row("learning rate", [](RunConfig& c) { c.training.learningRate = 0.1; });
        row("schedule", [](RunConfig& c) { c.training.schedule = LearningRateSchedule::Cosine; });
        row("clipping", [](RunConfig& c) { c.training.clipNorm = 1.0; });
        row("patience", [](RunConfig& c) { c.training.patience = 3; });
        row("beta and warm-up", [](RunConfig& c) { c.objective.beta = 4.0; c.objective.warmupEpochs = 3.0; });
        row("free bits", [](RunConfig& c) { c.objective.freeBits = 0.5; });
    }
    void resume_whatMayChange_isAccepted()
    {
        QFETCH(Change, change);
        const auto data = tests::tinyDataset(80, 20, 8);
        const Checkpoint saved = savedRun(*data);
        RunConfig config = saved.config;
        change(config);
        const Result<void> checked = checkResumable(saved, config, *data);
        QVERIFY2(checked.ok(), checked.ok() ? "" : checked.error().text().c_str());
    }

    void resume_whatMustStay_isRefusedByName_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, Change change, const char* fragment) { QTest::newRow(name) << change << QString(fragment); };
        row("architecture", [](RunConfig& c) { c.model.architecture = Architecture::Mlp; }, "the architecture is not the same: expected conv, found mlp");
        row("shape", [](RunConfig& c) { c.model.inputShape = {1, 8, 9}; }, "shape of a sample is not the same: expected 1 × 8 × 8, found 1 × 8 × 9");
        row("channels", [](RunConfig& c) { c.model.encoderHidden = {4, 9}; }, "encoder's hidden layers is not the same: expected 4, 8, found 4, 9");
        row("decoder", [](RunConfig& c) { c.model.decoderHidden = {4, 4}; }, "decoder's hidden layers");
        row("dense", [](RunConfig& c) { c.model.denseWidth = 3; }, "dense layer is not the same: expected 256, found 3");
        row("latent", [](RunConfig& c) { c.model.latent = 3; }, "latent dimensions");
        row("activation", [](RunConfig& c) { c.model.activation = Activation::Tanh; }, "the activation is not the same: expected relu, found tanh");
        row("layer norm", [](RunConfig& c) { c.model.layerNorm = true; }, "layer norm is not the same: expected off, found on");
        row("dropout", [](RunConfig& c) { c.model.dropout = 0.5; }, "dropout is not the same: expected 0.0, found 0.5");
        row("classes", [](RunConfig& c) { c.model.classes = 9; }, "number of classes is not the same: expected 4, found 9");
        row("standardised", [](RunConfig& c) { c.model.standardized = true; }, "standardisation of the data");
        row("objective", [](RunConfig& c) { c.objective.kind = ObjectiveKind::Vae; }, "the objective is not the same: expected cvae, found vae");
        row("likelihood", [](RunConfig& c) { c.objective.likelihood = Likelihood::Poisson; }, "found poisson");
        row("binarisation", [](RunConfig& c) { c.objective.binarization = Binarization::Dynamic; }, "expected none, found dynamic");
        row("sigma", [](RunConfig& c) { c.objective.sigma = 0.2; }, "sigma is not the same: expected 0.1, found 0.2");
        row("optimiser", [](RunConfig& c) { c.training.optimizer = OptimizerKind::AdamW; }, "expected adam, found adamw");
        row("batch", [](RunConfig& c) { c.training.batchSize = 10; }, "batch size");
        row("seed", [](RunConfig& c) { c.training.seed = 2; }, "the seed");
        row("balance", [](RunConfig& c) { c.training.balance = true; }, "balancing of classes is not the same: expected off, found on");
        row("validation", [](RunConfig& c) { c.training.validationFraction = 0.2; }, "validation fraction");
    }
    void resume_whatMustStay_isRefusedByName()
    {
        QFETCH(Change, change);
        QFETCH(QString, fragment);
        const auto data = tests::tinyDataset(80, 20, 8);
        const Checkpoint saved = savedRun(*data);
        RunConfig config = saved.config;
        change(config);
        const Result<void> refused = checkResumable(saved, config, *data);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Mismatch);
        const QString text = QString::fromStdString(refused.error().text());
        QVERIFY2(text.contains(fragment), qPrintable(text));
    }

    void resume_otherData_isRefused()
    {
        const auto data = tests::tinyDataset(80, 20, 8), other = tests::tinyDataset(84, 20, 8);
        const Checkpoint saved = savedRun(*data);
        const Result<void> refused = checkResumable(saved, saved.config, *other);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().text().find("the data is not the same") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestResumeCheck)
#include "tst_resume_check.moc"
