// SPDX-License-Identifier: GPL-3.0-or-later
// Which settings go together, with each other and with the data; and that what a refusal recommends does work.
#include "core/model/run_config.h"

#include <QtTest>

#include <functional>

using namespace latentscape;

using Change = std::function<void(RunConfig&)>;
Q_DECLARE_METATYPE(Change)
Q_DECLARE_METATYPE(DataTraits)

namespace {

const DataTraits kDigits{{1, 28, 28}, 1000, 10, /*unitRange=*/true, /*counts=*/true};
const DataTraits kColour{{3, 32, 32}, 1000, 3, true, true};
const DataTraits kWaves{{1, 1, 128}, 1000, 4, true, /*counts=*/false};
const DataTraits kTable{{1, 1, 16}, 1000, 5, /*unitRange=*/false, false};
const DataTraits kCounts{{1, 1, 16}, 1000, 4, true, true};
const DataTraits kUnlabelled{{1, 28, 28}, 1000, 0, true, true};

QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

void convolutional(RunConfig& config, std::vector<int> channels, std::vector<int> back = {})
{
    config.model.architecture = Architecture::Conv;
    config.model.encoderHidden = std::move(channels);
    config.model.decoderHidden = std::move(back);
}

void recurrent(RunConfig& config, std::vector<int> widths, std::vector<int> back = {})
{
    convolutional(config, std::move(widths), std::move(back));
    config.model.architecture = Architecture::Gru;
}

DataTraits shaped(ItemShape shape) { return {shape, 1000, 10, true, true}; }

/// A small set: batches as large as the default do not fit it.
DataTraits ofSize(std::size_t count)
{
    DataTraits traits = kDigits;
    traits.trainCount = count;
    return traits;
}

} // namespace

class TestRunConfigFit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void validateFor_badCombination_isRefusedWithWhatWorks_data()
    {
        QTest::addColumn<DataTraits>("traits");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("fragments"); // of the message, with | between them
        QTest::addColumn<Change>("advice");     // what the message says
        const auto row = [](const char* name, const DataTraits& traits, Change change, const char* fragments, Change advice) {
            QTest::newRow(name) << traits << change << QString(fragments) << advice;
        };
        using C = RunConfig;
        const Change toMlp = [](C& c) { c.model.architecture = Architecture::Mlp; };
        const Change toVae = [](C& c) { c.objective.kind = ObjectiveKind::Vae; };
        const Change toLearned = [](C& c) { c.objective.likelihood = Likelihood::GaussianLearned; };

        row("conv on vectors", kWaves, [](C& c) { convolutional(c, {8}); }, "needs images|two or more rows, found 1 × 1 × 128|gru",
            [](C& c) { recurrent(c, {8}); });
        row("conv on vectors: mlp", kWaves, [](C& c) { convolutional(c, {8}); }, "or mlp for any data", toMlp);
        row("conv on two channels", shaped({2, 28, 28}), [](C& c) { convolutional(c, {8}); }, "1 or 3 channels, found 2|Choose mlp", toMlp);
        row("conv on small images", shaped({1, 7, 28}), [](C& c) { convolutional(c, {8}); }, "8 to 128 pixels, found 1 × 7 × 28", toMlp);
        row("conv on large images", shaped({1, 28, 129}), [](C& c) { convolutional(c, {8}); }, "8 to 128 pixels, found 1 × 28 × 129", toMlp);
        row("conv without a convolution", kDigits, [](C& c) { convolutional(c, {}); }, "needs a convolution|Choose 32, 64",
            [](C& c) { convolutional(c, {32, 64}); });
        row("conv beyond one pixel", shaped({1, 8, 8}), [](C& c) { convolutional(c, {4, 4, 4, 4}); }, "at most 3, found 4",
            [](C& c) { convolutional(c, {4, 4, 4}); });
        row("conv by the shorter side", shaped({1, 9, 128}), [](C& c) { convolutional(c, {4, 4, 4, 4, 4}); }, "at most 4, found 5",
            [](C& c) { convolutional(c, {4, 4, 4, 4}); });
        row("conv back another way", kDigits, [](C& c) { convolutional(c, {4, 8}, {8}); }, "expected 2 numbers of channels, found 1",
            [](C& c) { convolutional(c, {4, 8}); });
        row("gru on images", kDigits, [](C& c) { recurrent(c, {16}); }, "needs sequences|found 1 × 28 × 28|conv",
            [](C& c) { convolutional(c, {16}); });
        row("gru without a state", kWaves, [](C& c) { recurrent(c, {}); }, "needs a state|Choose 64", [](C& c) { recurrent(c, {64}); });
        row("gru of five layers", kWaves, [](C& c) { recurrent(c, {8, 8, 8, 8, 8}); }, "1 to 4 equal state widths, found 5",
            [](C& c) { recurrent(c, {8, 8, 8, 8}); });
        row("gru of two widths", kWaves, [](C& c) { recurrent(c, {16, 8}); }, "equal widths|Choose 16 for all", [](C& c) { recurrent(c, {16, 16}); });
        row("gru back by two widths", kWaves, [](C& c) { recurrent(c, {16}, {16, 8}); }, "equal widths", [](C& c) { recurrent(c, {16}, {16, 16}); });
        row("gru with layer norm", kWaves, [](C& c) { recurrent(c, {16}); c.model.layerNorm = true; }, "Turn layer norm off",
            [](C& c) { c.model.layerNorm = false; });

        row("bernoulli on a table", kTable, [](C&) {}, "outside [0, 1]|found bernoulli. Choose gaussian-learned", toLearned);
        row("continuous bernoulli on a table", kTable, [](C& c) { c.objective.likelihood = Likelihood::ContinuousBernoulli; },
            "found continuous-bernoulli", toLearned);
        row("poisson on a table", kTable, [](C& c) { c.objective.likelihood = Likelihood::Poisson; }, "gaussian-learned", toLearned);
        row("poisson on what is not counted",
            kWaves, [](C& c) { c.objective.likelihood = Likelihood::Poisson; }, "for counts|whole numbers from 0 to 255|continuous-bernoulli",
            [](C& c) { c.objective.likelihood = Likelihood::ContinuousBernoulli; });
        row("binarised gaussian",
            kDigits, [](C& c) { toGaussian(c); c.objective.binarization = Binarization::Dynamic; }, "expected bernoulli, found gaussian",
            [](C& c) { c.objective.binarization = Binarization::None; });
        row("binarised counts",
            kCounts, [](C& c) { c.objective.likelihood = Likelihood::Poisson; c.objective.binarization = Binarization::Threshold; }, "found poisson",
            [](C& c) { c.objective.likelihood = Likelihood::Bernoulli; });

        row("cvae without labels", kUnlabelled, [](C& c) { c.objective.kind = ObjectiveKind::ConditionalVae; }, "needs labels|found no labels|vae",
            toVae);
        row("balance without labels",
            kUnlabelled, [](C& c) { c.training.balance = true; }, "no classes to balance|found no labels|Turn balancing off",
            [](C& c) { c.training.balance = false; });
        row("latent 512 on 10 samples",
            ofSize(10), [](C& c) { c.training.batchSize = 5; c.model.latent = 512; }, "10 training samples, found 512. Choose at most 9",
            [](C& c) { c.model.latent = 9; });
        row("latent of as many samples", ofSize(10), [](C& c) { c.training.batchSize = 5; c.model.latent = 10; }, "found 10. Choose at most 9",
            [](C& c) { c.model.latent = 9; });
        row("batch of more than all", ofSize(10), [](C&) {}, "Batch size 128 is larger than the 10|Choose at most 10",
            [](C& c) { c.training.batchSize = 10; });

        row("capacity and free bits",
            kDigits, [](C& c) { c.objective.capacity = 5; c.objective.gamma = 30; c.objective.freeBits = 0.1; }, "exclude each other|Set gamma or free bits to 0",
            [](C& c) { c.objective.freeBits = 0; });
        row("capacity without weight", kDigits, [](C& c) { c.objective.capacity = 5; }, "gamma above 0, found gamma 0. Set gamma to 30",
            [](C& c) { c.objective.gamma = 30; });
        row("capacity of infovae", kDigits, [](C& c) { c.objective.kind = ObjectiveKind::InfoVae; c.objective.gamma = 30; },
            "vae or cvae, found infovae", toVae);
        row("capacity of an autoencoder",
            kDigits, [](C& c) { c.objective.kind = ObjectiveKind::Autoencoder; c.objective.gamma = 30; }, "found ae. Set gamma to 0",
            [](C& c) { c.objective.gamma = 0; });
        row("free bits of tcvae",
            kDigits, [](C& c) { c.objective.kind = ObjectiveKind::BetaTcVae; c.objective.freeBits = 1; }, "found tcvae. Set free bits to 0",
            [](C& c) { c.objective.freeBits = 0; });
        row("free bits of dipvae", kDigits, [](C& c) { c.objective.kind = ObjectiveKind::DipVae; c.objective.freeBits = 1; }, "found dipvae", toVae);
        row("pairs of a large batch of tcvae",
            ofSize(60000), [](C& c) { c.objective.kind = ObjectiveKind::BetaTcVae; c.training.batchSize = 10000; c.model.latent = 20; },
            "square of the batch|at most 1295|found 10000. Choose a batch size of at most 1295", [](C& c) { c.training.batchSize = 1295; });
        row("pairs of a large batch of infovae",
            ofSize(60000), [](C& c) { c.objective.kind = ObjectiveKind::InfoVae; c.training.batchSize = 4097; }, "compares every sample|at most 4096",
            [](C& c) { c.training.batchSize = 4096; });
        row("cyclic without a cycle", kDigits, [](C& c) { c.objective.warmup = Warmup::Cyclic; }, "more than 0 epochs, found 0|for example 5",
            [](C& c) { c.objective.warmupEpochs = 5; });
        row("patience without validation", kDigits, [](C& c) { c.training.patience = 3; }, "never selected on|Set the validation fraction to 0.1",
            [](C& c) { c.training.validationFraction = 0.1; });
    }
    void validateFor_badCombination_isRefusedWithWhatWorks()
    {
        QFETCH(DataTraits, traits);
        QFETCH(Change, change);
        QFETCH(QString, fragments);
        QFETCH(Change, advice);
        RunConfig config;
        change(config);
        const Result<void> refused = validateFor(fittedTo(config, traits), traits);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
        for (const QString& fragment : fragments.split('|'))
            QVERIFY2(textOf(refused.error()).contains(fragment), qPrintable(textOf(refused.error())));
        for (const std::string* part : {&refused.error().what, &refused.error().expected, &refused.error().found, &refused.error().remedy})
            QVERIFY2(!part->empty(), qPrintable(textOf(refused.error())));
        advice(config);
        const Result<void> followed = validateFor(fittedTo(config, traits), traits);
        QVERIFY2(followed.ok(), followed.ok() ? "" : followed.error().text().c_str());
    }

    void validateFor_everyObjective_worksOnEveryLabelledSet()
    {
        for (const DataTraits& traits : {kDigits, kColour, kWaves, kTable, kCounts})
            for (const char* kind : {"vae", "ae", "infovae", "tcvae", "dipvae", "cvae"}) {
                RunConfig config;
                config.objective.kind = objectiveFromName(kind).value();
                config.objective.likelihood = Likelihood::GaussianLearned;
                const RunConfig fitted = fittedTo(config, traits);
                const Result<void> valid = validateFor(fitted, traits);
                QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().text().c_str());
                QVERIFY(runConfigFromJson(toJson(fitted)).value() == fitted); // and files keep it
            }
    }

    void validateFor_edges_areAccepted_data()
    {
        QTest::addColumn<DataTraits>("traits");
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, const DataTraits& traits, Change change) { QTest::newRow(name) << traits << change; };
        row("smallest image", shaped({1, 8, 8}), [](RunConfig& c) { convolutional(c, {4, 4, 4}); });
        row("largest image", shaped({3, 128, 128}), [](RunConfig& c) { convolutional(c, {4, 4, 4, 4, 4, 4, 4}); });
        row("odd sides", shaped({1, 9, 127}), [](RunConfig& c) { convolutional(c, {4, 4, 4, 4}); });
        row("colour", kColour, [](RunConfig& c) { convolutional(c, {8, 16}); c.model.layerNorm = true; c.model.dropout = 0.2; });
        row("stacked gru", kWaves, [](RunConfig& c) { recurrent(c, {8, 8}, {16, 16, 16}); c.model.dropout = 0.1; });
        row("gru of many channels", shaped({6, 1, 50}), [](RunConfig& c) { recurrent(c, {8}); });
        row("latent one below the samples", ofSize(10), [](RunConfig& c) { c.training.batchSize = 5; c.model.latent = 9; });
        row("size unknown", ofSize(0), [](RunConfig& c) { c.model.latent = 512; });
        row("fixed gaussian on a table", kTable, [](RunConfig& c) { toGaussian(c); });
        row("counts", kCounts, [](RunConfig& c) { c.objective.likelihood = Likelihood::Poisson; });
        row("conditional with capacity", kDigits, [](RunConfig& c) {
            c.objective.kind = ObjectiveKind::ConditionalVae;
            c.objective.capacity = 5;
            c.objective.gamma = 30;
        });
        row("balanced", kDigits, [](RunConfig& c) { c.training.balance = true; });
    }
    void validateFor_edges_areAccepted()
    {
        QFETCH(DataTraits, traits);
        QFETCH(Change, change);
        RunConfig config;
        change(config);
        const Result<void> valid = validateFor(fittedTo(config, traits), traits);
        QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().text().c_str());
    }

    void validateFor_networkOfOtherShape_isMismatch()
    {
        RunConfig config = fittedTo({}, kDigits);
        config.model.inputShape = {1, 28, 27};
        const Result<void> refused = validateFor(config, kDigits);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Mismatch);
        QVERIFY(textOf(refused.error()).contains("1 × 28 × 27"));
    }

    void validate_classesWithoutNeed_isRefused()
    {
        RunConfig config;
        config.model.classes = 10;
        QVERIFY(!validate(config, 0).ok());
        config.objective.kind = ObjectiveKind::ConditionalVae;
        QVERIFY(validate(config, 0).ok());
        config.model.classes = 1;
        QVERIFY(!validate(config, 0).ok());
    }

    void fittedTo_takesFromTheDataOnlyWhatIsTheirs()
    {
        RunConfig config;
        config.objective.kind = ObjectiveKind::ConditionalVae;
        config.model.latent = 7;
        const RunConfig fitted = fittedTo(config, kTable);
        QVERIFY(fitted.model.inputShape == kTable.shape);
        QCOMPARE(fitted.model.classes, 5);
        QVERIFY(fitted.model.standardized);
        RunConfig plain = fitted;
        plain.objective.kind = ObjectiveKind::Vae;
        plain = fittedTo(plain, kDigits);
        QCOMPARE(plain.model.classes, 0);
        QVERIFY(!plain.model.standardized);
        RunConfig expected = config; // everything else stays
        expected.objective.kind = ObjectiveKind::Vae;
        QVERIFY(plain == fittedTo(expected, kDigits));
        QVERIFY(fittedTo(fitted, kTable) == fitted);
    }

    /// The summaries that the Keras example prints for its two networks: 69 076 and 65 089.
    void parameterCount_convolutionsOfTheKerasExample_isTheirSummary()
    {
        RunConfig config;
        convolutional(config, {32, 64});
        config.model.denseWidth = 16;
        QCOMPARE(config.model.parameterCount(), std::int64_t{69076 + 65089});
        config.model.layerNorm = true; // a weight and a bias for each channel
        QCOMPARE(config.model.parameterCount(), std::int64_t{69076 + 65089 + 2 * (32 + 64 + 64 + 32)});
    }

    void parameterCount_oddSides_roundUp()
    {
        RunConfig config;
        convolutional(config, {2, 4});
        config.model.inputShape = {3, 9, 13}; // 9 × 13, 5 × 7, 3 × 4
        config.model.denseWidth = 5;
        config.model.latent = 3;
        const int encoder = (3 * 9 + 1) * 2 + (2 * 9 + 1) * 4, between = (4 * 12 + 1) * 5 + 2 * (5 + 1) * 3 + (3 + 1) * 4 * 12;
        const int decoder = (4 * 9 + 1) * 4 + (4 * 9 + 1) * 2 + (2 * 9 + 1) * 3;
        QCOMPARE(config.model.parameterCount(), std::int64_t{encoder + between + decoder});
        config.model.classes = 10; // planes of the one-hot label, and numbers beside z
        QCOMPARE(config.model.parameterCount(), std::int64_t{encoder + between + decoder + 10 * 9 * 2 + 10 * 4 * 12});
    }

    void parameterCount_recurrent_isThreeGatesWithTwoBiases()
    {
        RunConfig config;
        recurrent(config, {8, 8}, {5});
        config.model.inputShape = {2, 1, 30};
        config.model.latent = 4;
        const int encoder = 3 * 8 * (2 + 8) + 6 * 8 + 3 * 8 * (8 + 8) + 6 * 8, heads = 2 * (8 + 1) * 4, decoder = 3 * 5 * (4 + 5) + 6 * 5 + (5 + 1) * 2;
        QCOMPARE(config.model.parameterCount(), std::int64_t{encoder + heads + decoder});
        config.model.classes = 3;
        QCOMPARE(config.model.parameterCount(), std::int64_t{encoder + heads + decoder + 3 * 8 * 3 + 3 * 5 * 3});
    }

    void parameterCount_conditionalMlp_addsTheLabelOnBothSides()
    {
        ModelConfig model;
        const std::int64_t plain = model.parameterCount();
        model.classes = 10;
        QCOMPARE(model.parameterCount(), plain + 2 * 10 * 400);
        model.layerNorm = true;
        QCOMPARE(model.parameterCount(), plain + 2 * 10 * 400 + 2 * 2 * 400);
    }

private:
    static void toGaussian(RunConfig& config) { config.objective.likelihood = Likelihood::Gaussian; }
};

QTEST_APPLESS_MAIN(TestRunConfigFit)
#include "tst_run_config_fit.moc"
