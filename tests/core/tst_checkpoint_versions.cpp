// SPDX-License-Identifier: GPL-3.0-or-later
// What version 1.2 of the file brought: kept exactly, refused where it makes no sense, and files of before are read as they were meant.
#include "core/base/read_file.h"
#include "core/store/checkpoint_file.h"
#include "core/store/detail/checkpoint_text.h"
#include "core/store/safetensors.h"
#include "support/checkpoint_edit.h"
#include "support/checkpoint_example.h"

#include <QTemporaryDir>
#include <QtTest>

#include <functional>
#include <limits>

using namespace latentscape;
namespace fs = std::filesystem;

namespace {

using Change = std::function<void(Checkpoint&)>;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

void replaceFirst(std::string& text, const std::string& from, const std::string& to)
{
    if (const std::size_t at = text.find(from); at != std::string::npos)
        text.replace(at, from.size(), to);
}

/// An edit of one of a file's texts that leaves its digest right; a test fails where there is nothing to replace.
std::function<void(SafetensorsFile&)> replacing(const std::string& key, const std::string& from, const std::string& to)
{
    return [=](SafetensorsFile& file) {
        std::string& text = file.metadata[key];
        const std::string before = text;
        replaceFirst(text, from, to);
        QVERIFY2(text != before, before.c_str());
        file.metadata["header_sha256"] = headerDigest(file.metadata, file.tensors);
    };
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestCheckpointVersions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = fs::path(m_folder->path().toStdString()) / "model.safetensors";
    }

    void load_version12File_isRead()
    {
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(sample("1.2"));
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().note, std::string());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleOfTable()));
    }

    /// Whoever changes what is written has to raise the version.
    void save_table_givesTheBytesOfTheVersion12File()
    {
        const Result<void> saved = saveCheckpoint(exampleOfTable(), m_path);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        SafetensorsFile now = readSafetensors(bytesOf(m_path)).value();
        QCOMPARE(now.metadata["format_version"], std::string("1.2"));
        now.metadata["producer"] = readSafetensors(bytesOf(sample("1.2"))).value().metadata["producer"]; // names the program's version
        QVERIFY(writeSafetensors(now) == bytesOf(sample("1.2")));
    }

    void load_olderFile_savedAgain_keepsItsContent_data()
    {
        QTest::addColumn<QString>("version");
        for (const char* version : {"1.0", "1.1"})
            QTest::newRow(version) << QString(version);
    }
    void load_olderFile_savedAgain_keepsItsContent()
    {
        QFETCH(QString, version);
        const Result<LoadedCheckpoint> old = loadCheckpoint(sample(version.toUtf8().constData()));
        QVERIFY2(old.ok(), old.ok() ? "" : old.error().text().c_str());
        QCOMPARE(old.value().checkpoint.history.bestEpoch, 0);
        QVERIFY(old.value().checkpoint.data.columns.empty());
        QVERIFY(saveCheckpoint(old.value().checkpoint, m_path).ok());
        QCOMPARE(readSafetensors(bytesOf(m_path)).value().metadata["format_version"], std::string("1.2"));
        QVERIFY(sameContent(loadCheckpoint(m_path).value().checkpoint, old.value().checkpoint));
    }

    void save_everyArchitecture_comesBackExactly_data()
    {
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
        row("conv", [](Checkpoint& c) {
            c.config.model.architecture = Architecture::Conv;
            c.config.model.inputShape = {3, 9, 13};
            c.config.model.encoderHidden = {4, 2};
        });
        row("conv with layer norm", [](Checkpoint& c) {
            c.config.model.architecture = Architecture::Conv;
            c.config.model.inputShape = {1, 16, 16};
            c.config.model.encoderHidden = {4, 2};
            c.config.model.layerNorm = true;
        });
        row("gru", [](Checkpoint& c) {
            c.config.model.architecture = Architecture::Gru;
            c.config.model.inputShape = {2, 1, 30};
            c.config.model.encoderHidden = {4, 4};
        });
        row("conditional mlp", [](Checkpoint& c) { c.config.objective.kind = ObjectiveKind::ConditionalVae; c.config.model.classes = 3; });
        row("poisson", [](Checkpoint& c) { c.config.objective.likelihood = Likelihood::Poisson; });
        row("binarised", [](Checkpoint& c) {
            c.config.objective.likelihood = Likelihood::Bernoulli;
            c.config.objective.binarization = Binarization::Dynamic;
        });
    }
    void save_everyArchitecture_comesBackExactly()
    {
        QFETCH(Change, change);
        Checkpoint checkpoint = exampleCheckpoint();
        change(checkpoint);
        checkpoint.weights.clear();
        std::int64_t numbers = 0;
        RandomStream stream(8, StreamPurpose::Initialisation);
        for (const TensorBlob& blob : expectedWeights(checkpoint.config.model, checkpoint.config.objective)) {
            checkpoint.weights.push_back(filled(blob, stream));
            if (blob.name != "log_sigma")
                numbers += std::int64_t(checkpoint.weights.back().bytes.size() / 4);
        }
        QCOMPARE(numbers, checkpoint.config.model.parameterCount());
        const Result<void> saved = saveCheckpoint(checkpoint, m_path);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        QVERIFY(sameContent(loadCheckpoint(m_path).value().checkpoint, checkpoint));
    }

    void load_badNewKey_isMalformed_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, const char* key, const char* from, const char* to, const char* fragment) {
            QTest::newRow(name) << QString(key) << QByteArray(from) << QByteArray(to) << QString(fragment);
        };
        row("best epoch unknown", "history", "\"best_epoch\":2", "\"best_epoch\":7", "best epoch");
        row("best epoch negative", "history", "\"best_epoch\":2", "\"best_epoch\":-1", "best epoch");
        row("best epoch as text", "history", "\"best_epoch\":2", "\"best_epoch\":\"2\"", "history.best_epoch");
        row("learning rate as text", "history", "\"learning_rate\":", "\"learning_rate\":\"x\",\"old\":", "epochs.learning_rate");
        row("columns no list", "data", "\"columns\":[", "\"columns\":3,\"old\":[", "data.columns");
        row("column no object", "data", "\"columns\":[", "\"columns\":[3,", "columns");
        row("column of an unknown key", "data", "\"mean\":", "\"median\":1,\"mean\":", "columns.median");
        row("scale 0", "data", "\"scale\":0.8280661", "\"scale\":0.0,\"old\":0.8280661", "scale");
        row("scale negative", "data", "\"scale\":0.8280661", "\"scale\":-1.0,\"old\":0.8280661", "scale");
        row("mean beyond a float", "data", "\"mean\":5.8", "\"mean\":1e300,\"old\":5.8", "mean");
        row("fewer columns than numbers", "data", "{\"name\":\"\",\"mean\":0.0,\"scale\":1.0},", "", "columns");
        row("gradient norm negative", "progress", "\"gradient_norm\":1.6", "\"gradient_norm\":-1.6", "negative");
        row("measured steps negative", "progress", "\"measured_steps\":2", "\"measured_steps\":-2", "negative");
    }
    void load_badNewKey_isMalformed()
    {
        QFETCH(QString, key);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, fragment);
        const Result<LoadedCheckpoint> loaded = edited(replacing(key.toStdString(), from.toStdString(), to.toStdString()));
        QVERIFY(!loaded.ok());
        QVERIFY2(loaded.error().code == ErrorCode::Malformed, loaded.error().text().c_str());
        QVERIFY2(textOf(loaded.error()).contains(fragment), qPrintable(textOf(loaded.error())));
    }

    void save_keptStateOfTheEpoch_comesBackExactly()
    {
        QVERIFY(saveCheckpoint(exampleWithKept(), m_path).ok());
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleWithKept()));
        QVERIFY(saveCheckpoint(exampleCheckpoint(), m_path).ok());
        QVERIFY(!loadCheckpoint(m_path).value().checkpoint.kept);
    }

    void load_badKeptState_isMalformed_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        const auto row = [](const char* name, const char* from, const char* to) { QTest::newRow(name) << QByteArray(from) << QByteArray(to); };
        row("not before the file's own state", "\"kept\":{\"step_in_epoch\":1", "\"kept\":{\"step_in_epoch\":2");
        row("negative", "\"kept\":{\"step_in_epoch\":1", "\"kept\":{\"step_in_epoch\":-1");
        row("negative sums", "\"sums\":{\"images\":128", "\"sums\":{\"images\":-128");
        row("unknown key", "\"kept\":{\"step_in_epoch\":1", "\"kept\":{\"setp\":1,\"step_in_epoch\":1");
        row("no step", "\"kept\":{\"step_in_epoch\":1,", "\"kept\":{");
    }
    void load_badKeptState_isMalformed()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        const Result<LoadedCheckpoint> loaded = editedFile(exampleWithKept(), replacing("progress", from.toStdString(), to.toStdString()));
        QVERIFY(!loaded.ok());
        QVERIFY2(loaded.error().code == ErrorCode::Malformed, loaded.error().text().c_str());
    }

    void save_badNewContent_isRefused_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<ErrorCode>("code");
        const auto row = [](const char* name, Change change, ErrorCode code) { QTest::newRow(name) << change << code; };
        row("NaN mean", [](Checkpoint& c) { c.data.columns[1].mean = kNan; }, ErrorCode::NonFinite);
        row("scale 0", [](Checkpoint& c) { c.data.columns[1].scale = 0.0f; }, ErrorCode::NonFinite);
        row("infinite scale", [](Checkpoint& c) { c.data.columns[1].scale = std::numeric_limits<float>::infinity(); }, ErrorCode::NonFinite);
        row("a column too many", [](Checkpoint& c) { c.data.columns.push_back({"c", 0.0f, 1.0f}); }, ErrorCode::Malformed);
        row("NaN gradient norm", [](Checkpoint& c) { c.history.epochs[1].gradientNorm = kNan; }, ErrorCode::NonFinite);
        row("NaN learning rate", [](Checkpoint& c) { c.history.epochs[1].learningRate = kNan; }, ErrorCode::NonFinite);
        row("NaN sums", [](Checkpoint& c) { c.progress.sums.gradientNorm = kNan; }, ErrorCode::NonFinite);
        row("NaN kept sums", [](Checkpoint& c) { c.kept = KeptProgress{1, {1, kNan}}; }, ErrorCode::NonFinite);
        row("kept state of no epoch", [](Checkpoint& c) { c.kept = KeptProgress{2, {}}; }, ErrorCode::Malformed);
        row("best epoch that never was", [](Checkpoint& c) { c.history.bestEpoch = 9; }, ErrorCode::Malformed);
        row("combination that cannot be", [](Checkpoint& c) { c.config.objective.freeBits = 1.0; }, ErrorCode::InvalidArgument);
    }
    void save_badNewContent_isRefused()
    {
        QFETCH(Change, change);
        QFETCH(ErrorCode, code);
        QVERIFY(saveCheckpoint(exampleOfTable(), m_path).ok());
        const Bytes old = bytesOf(m_path);
        Checkpoint bad = exampleOfTable();
        change(bad);
        const Result<void> saved = saveCheckpoint(bad, m_path);
        QVERIFY(!saved.ok());
        QVERIFY2(saved.error().code == code, saved.error().text().c_str());
        QVERIFY(bytesOf(m_path) == old);
    }

private:
    static fs::path sample(const char* version) { return fs::path(LATENTSCAPE_TEST_DATA) / (std::string("checkpoint-") + version + ".safetensors"); }

    static Result<LoadedCheckpoint> edited(const Edit& edit) { return editedFile(exampleOfTable(), edit); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(TestCheckpointVersions)
#include "tst_checkpoint_versions.moc"
