// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nearest_config.h"

#include <QtTest>

#include <functional>

using namespace latentscape;

namespace {

DataTraits digits() { return {{1, 16, 16}, 1000, 10, /*unitRange=*/true, /*counts=*/true}; }
DataTraits colour() { return {{3, 32, 32}, 1000, 4, true, true}; }
DataTraits waves() { return {{1, 1, 128}, 1000, 3, true, false}; }
DataTraits blobs() { return {{1, 1, 16}, 1000, 5, /*unitRange=*/false, false}; }
DataTraits counts() { return {{1, 1, 16}, 1000, 4, true, true}; }
DataTraits unlabelled() { return {{1, 16, 16}, 1000, 0, true, false}; }
DataTraits tiny() { return {{1, 4, 4}, 10, 3, true, true}; }

/// A configuration that works on a set it was made for.
RunConfig with(const std::function<void(RunConfig&)>& change)
{
    RunConfig config;
    change(config);
    return config;
}

} // namespace

class TestNearestConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void working_staysAsItIs_data()
    {
        QTest::addColumn<int>("set");
        for (int i = 0; i < 6; ++i)
            QTest::addRow("set %d", i) << i;
    }
    void working_staysAsItIs()
    {
        QFETCH(int, set);
        const DataTraits traits[] = {digits(), colour(), waves(), counts(), unlabelled(), digits()};
        RunConfig config;
        config.training.seed = 77;
        config.model.latent = 5;
        if (set == 5)
            config = withArchitecture(config, Architecture::Conv);
        QCOMPARE(nearestWorking(config, traits[set]), fittedTo(config, traits[set]));
    }

    void bernoulli_onStandardisedData_becomesALearnedGaussian()
    {
        const RunConfig found = nearestWorking(RunConfig{}, blobs());
        RunConfig expected = fittedTo(RunConfig{}, blobs());
        expected.objective.likelihood = Likelihood::GaussianLearned;
        QCOMPARE(found, expected); // and nothing else
    }

    void poisson_onWhatIsNoCount_becomesBernoulli()
    {
        const RunConfig config = with([](RunConfig& c) { c.objective.likelihood = Likelihood::Poisson; });
        QCOMPARE(nearestWorking(config, waves()).objective.likelihood, Likelihood::Bernoulli);
        QCOMPARE(nearestWorking(config, counts()).objective.likelihood, Likelihood::Poisson);
    }

    void convolutions_onVectors_becomeAnMlpOfTheUsualWidths()
    {
        const RunConfig config = with([](RunConfig& c) { c = withArchitecture(c, Architecture::Conv); });
        const RunConfig found = nearestWorking(config, waves());
        QCOMPARE(found.model.architecture, Architecture::Mlp);
        QCOMPARE(found.model.encoderHidden, ModelConfig{}.encoderHidden);
        QCOMPARE(found.objective, config.objective);
        QCOMPARE(found.training, config.training);
    }

    void gru_onImages_becomesAnMlp()
    {
        const RunConfig config = with([](RunConfig& c) { c = withArchitecture(c, Architecture::Gru); });
        QCOMPARE(nearestWorking(config, waves()).model.architecture, Architecture::Gru);
        QCOMPARE(nearestWorking(config, digits()).model.architecture, Architecture::Mlp);
    }

    void conditional_withoutLabels_becomesAPlainVae()
    {
        const RunConfig config = with([](RunConfig& c) {
            c.objective.kind = ObjectiveKind::ConditionalVae;
            c.training.balance = true;
        });
        QCOMPARE(nearestWorking(config, digits()).model.classes, 10);
        const RunConfig found = nearestWorking(config, unlabelled());
        QCOMPARE(found.objective.kind, ObjectiveKind::Vae);
        QCOMPARE(found.model.classes, 0);
        QVERIFY(!found.training.balance);
    }

    void smallSet_takesBatchAndCodeBackToItsSize()
    {
        const RunConfig config = with([](RunConfig& c) { c.model.latent = 64; });
        const RunConfig found = nearestWorking(config, tiny());
        QVERIFY(found.training.batchSize <= 10);
        QVERIFY(found.training.batchSize >= 8);
        QVERIFY(found.model.latent < 10);
        QVERIFY(found.model.latent >= 4);
        QCOMPARE(found.objective, config.objective);
    }

    void everythingAtOnce_stillWorks_data()
    {
        QTest::addColumn<int>("set");
        for (int i = 0; i < 7; ++i)
            QTest::addRow("set %d", i) << i;
    }
    /// Whatever the settings were, the answer works, and is an answer to itself.
    void everythingAtOnce_stillWorks()
    {
        QFETCH(int, set);
        const DataTraits traits[] = {digits(), colour(), waves(), blobs(), counts(), unlabelled(), tiny()};
        for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
            for (const ObjectiveKind kind : {ObjectiveKind::Vae, ObjectiveKind::Autoencoder, ObjectiveKind::InfoVae,
                                             ObjectiveKind::BetaTcVae, ObjectiveKind::DipVae, ObjectiveKind::ConditionalVae})
                for (const Likelihood likelihood : {Likelihood::Bernoulli, Likelihood::ContinuousBernoulli, Likelihood::Gaussian,
                                                    Likelihood::GaussianLearned, Likelihood::Poisson}) {
                    RunConfig config = withArchitecture({}, architecture);
                    config.objective.kind = kind;
                    config.objective.likelihood = likelihood;
                    config.training.balance = true;
                    const RunConfig found = nearestWorking(config, traits[set]);
                    const Result<void> valid = validateFor(found, traits[set]);
                    QVERIFY2(valid, valid ? "" : valid.error().text().c_str());
                    QCOMPARE(nearestWorking(found, traits[set]), found);
                }
    }

    void presets_eachOne_findsItsWayOntoEachSet()
    {
        for (const Preset& preset : presets())
            for (const DataTraits& traits : {digits(), colour(), waves(), blobs(), counts(), unlabelled()})
                QVERIFY(validateFor(nearestWorking(preset.config, traits), traits));
    }

    void withArchitecture_sameOne_changesNothing()
    {
        RunConfig config;
        config.model.encoderHidden = {123};
        config.model.decoderHidden = {45};
        QCOMPARE(withArchitecture(config, Architecture::Mlp), config);
        const RunConfig gru = withArchitecture(config, Architecture::Gru);
        QVERIFY(gru.model.decoderHidden.empty());
        QCOMPARE(gru.model.encoderHidden.size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestNearestConfig)
#include "tst_nearest_config.moc"
