// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include <QtTest>

#include <set>

using namespace latentscape;

namespace {

/// The kind of data that a preset is for.
DataTraits traitsFor(const Preset& preset)
{
    if (preset.config.model.architecture == Architecture::Gru)
        return {{1, 1, 128}, 1000, 4, /*unitRange=*/true, /*counts=*/false};
    if (preset.id.starts_with("tabular"))
        return {{1, 1, 100}, 1000, 5, /*unitRange=*/false, false};
    return {{1, 28, 28}, 60000, 10, true, /*counts=*/true};
}

} // namespace

class TestPresets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void each_hasNameTitleAndOneSentence()
    {
        std::set<std::string_view> ids, titles;
        for (const Preset& preset : presets()) {
            QVERIFY2(ids.insert(preset.id).second, preset.id.data());
            QVERIFY2(titles.insert(preset.title).second, preset.title.data());
            QVERIFY2(preset.description.ends_with('.'), preset.id.data());
            QVERIFY2(preset.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos, preset.id.data());
        }
        QVERIFY(ids.size() >= 10);
    }

    void each_worksOnItsKindOfData()
    {
        for (const Preset& preset : presets()) {
            const DataTraits traits = traitsFor(preset);
            const RunConfig fitted = fittedTo(preset.config, traits);
            const Result<void> valid = validateFor(fitted, traits);
            QVERIFY2(valid.ok(), valid.ok() ? "" : (std::string(preset.id) + ": " + valid.error().text()).c_str());
            const Result<RunConfig> read = runConfigFromJson(toJson(fitted));
            QVERIFY(read.ok() && read.value() == fitted);
        }
    }

    void each_isFoundByItsName()
    {
        for (const Preset& preset : presets()) {
            const Result<RunConfig> found = presetFromName(preset.id);
            QVERIFY(found.ok() && found.value() == preset.config);
        }
    }

    void unknownName_listsThemAll()
    {
        const Result<RunConfig> none = presetFromName("conv-3");
        QVERIFY(!none.ok());
        QCOMPARE(none.error().code, ErrorCode::InvalidArgument);
        for (const Preset& preset : presets())
            QVERIFY2(none.error().expected.find(preset.id) != std::string::npos, preset.id.data());
        QCOMPARE(none.error().remedy, std::string("Did you mean \"conv-2\"?"));
        QVERIFY(!presetFromName("").ok());
    }

    /// The sizes that the tutorials and papers give for 28 × 28 images and tables of 100 columns.
    void network_hasTheSizesOfItsSource_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QList<int>>("encoder");
        QTest::addColumn<QList<int>>("decoder");
        QTest::addColumn<int>("latent");
        const auto row = [](const char* id, QList<int> encoder, QList<int> decoder, int latent) {
            QTest::newRow(id) << QString(id) << encoder << decoder << latent;
        };
        row("reference-20", {400}, {400}, 20);
        row("deep-2", {256, 128, 64, 32}, {64, 128, 256}, 2);
        row("narrow-20", {64, 16}, {16, 64}, 20);
        row("two-layers-16", {128, 64}, {64, 128}, 16);
        row("two-layers-32", {128, 64}, {64, 128}, 32);
        row("tabular", {128}, {128}, 20);
        row("beta-4", {400}, {400}, 20);
        row("iwae-50", {200, 200}, {200, 200}, 50);
        row("conv-2", {32, 64}, {64, 32}, 2);
    }
    void network_hasTheSizesOfItsSource()
    {
        QFETCH(QString, id);
        QFETCH(QList<int>, encoder);
        QFETCH(QList<int>, decoder);
        QFETCH(int, latent);
        const ModelConfig model = presetFromName(id.toStdString()).value().model;
        const std::vector<int> widths = model.decoderWidths();
        QCOMPARE(QList<int>(model.encoderHidden.begin(), model.encoderHidden.end()), encoder);
        QCOMPARE(QList<int>(widths.begin(), widths.end()), decoder);
        QCOMPARE(model.latent, latent);
    }

    void network_hasTheSettingsOfItsSource()
    {
        const RunConfig iwae = presetFromName("iwae-50").value();
        QCOMPARE(iwae.model.activation, Activation::Tanh);
        QCOMPARE(iwae.objective.binarization, Binarization::Dynamic);
        const RunConfig keras = presetFromName("conv-2").value();
        QCOMPARE(keras.model.architecture, Architecture::Conv);
        QCOMPARE(keras.model.denseWidth, 16);
        QCOMPARE(keras.model.parameterCount(), std::int64_t{69076 + 65089});
        QCOMPARE(presetFromName("beta-4").value().objective.beta, 4.0);
        QCOMPARE(presetFromName("conditional-2").value().objective.kind, ObjectiveKind::ConditionalVae);
        QCOMPARE(presetFromName("tabular").value().objective.likelihood, Likelihood::GaussianLearned);
        QCOMPARE(presetFromName("recurrent-4").value().model.architecture, Architecture::Gru);
    }
};

QTEST_APPLESS_MAIN(TestPresets)
#include "tst_presets.moc"
