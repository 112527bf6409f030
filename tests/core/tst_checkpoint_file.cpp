// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/read_file.h"
#include "core/store/atomic_file.h"
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

Q_DECLARE_METATYPE(Edit)

namespace {


QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

TensorBlob& named(SafetensorsFile& file, const std::string& name)
{
    return *std::ranges::find(file.tensors, name, &TensorBlob::name);
}

} // namespace

class TestCheckpointFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = fs::path(m_folder->path().toStdString()) / "model.safetensors";
    }

    void save_example_comesBackExactly()
    {
        const Checkpoint checkpoint = exampleCheckpoint();
        const Result<void> saved = saveCheckpoint(checkpoint, m_path);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QVERIFY(sameContent(loaded.value().checkpoint, checkpoint));
        QVERIFY(std::signbit(loaded.value().checkpoint.history.epochs[0].held.kl));
        QCOMPARE(loaded.value().note, std::string());
        QCOMPARE(loaded.value().checkpoint.history.epochs[0].seconds, 0.0);
    }

    void save_twice_givesTheSameBytesWithoutClock()
    {
        Checkpoint checkpoint = exampleCheckpoint();
        QVERIFY(saveCheckpoint(checkpoint, m_path).ok());
        const Bytes first = bytesOf(m_path);
        checkpoint.history.epochs[0].seconds = 99;
        std::ranges::reverse(checkpoint.weights);
        QVERIFY(saveCheckpoint(checkpoint, m_path).ok());
        QVERIFY(bytesOf(m_path) == first);
    }

    void save_weightsOnly_isAccepted()
    {
        Checkpoint checkpoint = exampleCheckpoint();
        checkpoint.trainState.clear();
        checkpoint.history = {};
        QVERIFY(saveCheckpoint(checkpoint, m_path).ok());
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY(loaded.ok());
        QVERIFY(loaded.value().checkpoint.trainState.empty());
    }

    void save_veryLongHistory_comesBackExactly()
    {
        Checkpoint checkpoint = exampleCheckpoint();
        checkpoint.config.training.epochs = 20000;
        checkpoint.history.epochs.clear();
        for (int epoch = 1; epoch <= 20000; ++epoch) {
            EpochRecord record;
            record.epoch = epoch;
            record.train = {100.0 / epoch, 1.0 / 3.0, std::sqrt(epoch), 1e-7 * epoch};
            record.held = record.train;
            checkpoint.history.epochs.push_back(record);
        }
        const Result<void> saved = saveCheckpoint(checkpoint, m_path);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QVERIFY(sameContent(loaded.value().checkpoint, checkpoint));
    }

    void save_badContent_isRefusedAndKeepsTheOldFile_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("NaN weight") << 0 << ErrorCode::NonFinite;
        QTest::newRow("NaN loss") << 1 << ErrorCode::NonFinite;
        QTest::newRow("missing weight") << 2 << ErrorCode::Mismatch;
        QTest::newRow("invalid configuration") << 3 << ErrorCode::InvalidArgument;
        QTest::newRow("foreign state name") << 4 << ErrorCode::Internal;
        QTest::newRow("class names too long") << 5 << ErrorCode::Unsupported;
        QTest::newRow("mark at no epoch") << 6 << ErrorCode::NonFinite;
    }
    void save_badContent_isRefusedAndKeepsTheOldFile()
    {
        QFETCH(int, kind);
        QFETCH(ErrorCode, code);
        QVERIFY(saveCheckpoint(exampleCheckpoint(), m_path).ok());
        const Bytes old = bytesOf(m_path);
        Checkpoint bad = exampleCheckpoint();
        const double nan = std::numeric_limits<double>::quiet_NaN();
        switch (kind) {
        case 0: std::ranges::fill(bad.weights[2].bytes, std::byte{0xFF}); break;
        case 1: bad.history.epochs[1].held.kl = nan; break;
        case 2: bad.weights.pop_back(); break;
        case 3: bad.config.training.learningRate = 0; break;
        case 4: bad.trainState[0].name = "momentum"; break;
        case 5: bad.classNames.assign(3000, std::string(400, 'c')); break;
        case 6: bad.history.marks[0].epoch = nan; break;
        }
        const Result<void> saved = saveCheckpoint(bad, m_path);
        QVERIFY(!saved.ok());
        QVERIFY2(saved.error().code == code, saved.error().text().c_str());
        QVERIFY(bytesOf(m_path) == old);
    }

    void save_noFolder_isWriteFailed()
    {
        const Result<void> saved = saveCheckpoint(exampleCheckpoint(), m_path / "none" / "x");
        QVERIFY(!saved.ok());
        QCOMPARE(saved.error().code, ErrorCode::WriteFailed);
    }

    void load_noFile_isNotFound()
    {
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::NotFound);
    }

    void load_version10File_isRead()
    {
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(fs::path(LATENTSCAPE_TEST_DATA) / "checkpoint-1.0.safetensors");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().note, std::string());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleCheckpoint()));
    }

    void load_editedFile_isRefused_data()
    {
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, Edit edit, ErrorCode code, const char* fragment) { QTest::newRow(name) << edit << code << QString(fragment); };
        const auto config = [](const char* from, const char* to) {
            return [from = std::string(from), to = std::string(to)](SafetensorsFile& file) {
                std::string& text = file.metadata["config"];
                text.replace(text.find(from), from.size(), to);
            };
        };
        row("no format version", [](SafetensorsFile& f) { f.metadata.erase("format_version"); }, ErrorCode::Unsupported, "not a Latentscape checkpoint");
        row("newer major", [](SafetensorsFile& f) { f.metadata["format_version"] = "2.0"; }, ErrorCode::Unsupported, "expected version 1.x, found version 2.0");
        row("older major", [](SafetensorsFile& f) { f.metadata["format_version"] = "0.9"; }, ErrorCode::Unsupported, "found version 0.9");
        row("no version", [](SafetensorsFile& f) { f.metadata["format_version"] = "1.x"; }, ErrorCode::Malformed, "not a version");
        row("no config", [](SafetensorsFile& f) { f.metadata.erase("config"); }, ErrorCode::Malformed, "lack \"config\"");
        row("no header digest", [](SafetensorsFile& f) { f.metadata.erase("header_sha256"); }, ErrorCode::Malformed, "header_sha256");
        row("missing tensor", [](SafetensorsFile& f) { std::erase_if(f.tensors, [](const TensorBlob& t) { return t.name == "to_mu.bias"; }); },
            ErrorCode::Mismatch, "\"to_mu.bias\" is missing");
        row("extra tensor", [](SafetensorsFile& f) { f.tensors.push_back({"extra", TensorType::U8, {1}, Bytes(1)}); }, ErrorCode::Mismatch, "\"extra\"");
        row("wrong shape", [](SafetensorsFile& f) { named(f, "encoder.0.weight").shape = {16, 6}; }, ErrorCode::Mismatch,
            "\"encoder.0.weight\" has another shape: expected [6, 16], found [16, 6]");
        row("wrong type", [](SafetensorsFile& f) { auto& t = named(f, "to_mu.bias"); t.type = TensorType::I64; t.shape = {1}; }, ErrorCode::Mismatch,
            "\"to_mu.bias\" has another number type");
        row("other latent size", config("\"latent\":2", "\"latent\":3"), ErrorCode::Mismatch, "\"to_mu.weight\" has another shape");
        row("other width", config("[6,3]", "[5,3]"), ErrorCode::Mismatch, "\"encoder.0.weight\"");
        row("other likelihood", config("gaussian-learned", "bernoulli"), ErrorCode::Mismatch, "\"log_sigma\"");
        row("other learning rate", config("0.001", "0.003"), ErrorCode::Mismatch, "description was changed");
        row("unknown key in config", config("\"latent\"", "\"lattent\":2,\"latent\""), ErrorCode::Malformed, "model.lattent");
        row("bad number in config", config("\"latent\":2", "\"latent\":0"), ErrorCode::Malformed, "latent dimensions");
        row("other history", [](SafetensorsFile& f) { f.metadata["history"] = "{}"; }, ErrorCode::Mismatch, "description was changed");
        row("other data", [](SafetensorsFile& f) { f.metadata["data"] = "{}"; }, ErrorCode::Mismatch, "description was changed");
        row("renamed state", [](SafetensorsFile& f) { named(f, "train_state.step").name = "train_state.stop"; }, ErrorCode::Mismatch, "description was changed");
    }
    void load_editedFile_isRefused()
    {
        QFETCH(Edit, edit);
        QFETCH(ErrorCode, code);
        QFETCH(QString, fragment);
        const Result<LoadedCheckpoint> loaded = edited(edit);
        QVERIFY(!loaded.ok());
        QVERIFY2(textOf(loaded.error()).contains(fragment), qPrintable(textOf(loaded.error())));
        QCOMPARE(loaded.error().code, code);
    }

    void load_badMetadataWithRightDigest_isMalformed_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* key, const char* text) { QTest::newRow(name) << QString(key) << QByteArray(text); };
        row("history is no JSON", "history", "");
        row("history is a list", "history", "[]");
        row("epochs out of order", "history", R"({"epochs":[{"epoch":2,"train":{},"held":{}},{"epoch":1,"train":{},"held":{}}]})");
        row("epoch 0", "history", R"({"epochs":[{"epoch":0,"train":{},"held":{}}]})");
        row("no losses", "history", R"({"epochs":[{"epoch":1}]})");
        row("loss as text", "history", R"({"epochs":[{"epoch":1,"train":{"kl":"3"},"held":{}}]})");
        row("mark of another type", "history", R"({"marks":[3]})");
        row("negative step", "progress", R"({"step":-1})");
        row("step too large", "progress", R"({"step":9223372036854775808})");
        row("unknown key", "progress", R"({"steps":1})");
        row("classes of another type", "data", R"({"classes":[1]})");
        row("negative count", "data", R"({"train":-1})");
    }
    void load_badMetadataWithRightDigest_isMalformed()
    {
        QFETCH(QString, key);
        QFETCH(QByteArray, text);
        const Result<LoadedCheckpoint> loaded = edited([&](SafetensorsFile& file) {
            file.metadata[key.toStdString()] = text.toStdString();
            file.metadata["header_sha256"] = headerDigest(file.metadata, file.tensors);
        });
        QVERIFY(!loaded.ok());
        QVERIFY2(loaded.error().code == ErrorCode::Malformed, loaded.error().text().c_str());
        QVERIFY(textOf(loaded.error()).startsWith("The checkpoint cannot be read"));
    }

    void load_newerMinor_isReadWithNote()
    {
        const Result<LoadedCheckpoint> loaded = edited([](SafetensorsFile& file) {
            file.metadata["format_version"] = "1.7";
            file.metadata["view"] = "{}";
            std::string& config = file.metadata["config"];
            config.replace(config.find("\"beta\""), 6, "\"vampire\":3.0,\"beta\"");
            file.metadata["header_sha256"] = headerDigest(file.metadata, file.tensors);
        });
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleCheckpoint()));
        const QString note = QString::fromStdString(loaded.value().note);
        QVERIFY2(note.contains("1.7") && note.contains("1.2") && note.contains("objective.vampire"), qPrintable(note));
    }

    void load_versionRaisedAlone_isReadWithNote()
    {
        const Result<LoadedCheckpoint> loaded = edited([](SafetensorsFile& file) { file.metadata["format_version"] = "1.3"; });
        QVERIFY(loaded.ok());
        QVERIFY(!loaded.value().note.empty());
    }

    void load_foreignSafetensors_isUnsupported()
    {
        SafetensorsFile file;
        file.metadata["format"] = "pt";
        file.tensors = {{"lin.weight", TensorType::F32, {1}, Bytes(4)}};
        const Result<LoadedCheckpoint> loaded = checkpointFromBytes(writeSafetensors(file));
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::Unsupported);
    }

    void expectedWeights_reference_haveStateDictNames()
    {
        ModelConfig model;
        model.encoderHidden = {512, 256};
        model.latent = 20;
        QStringList lines;
        std::int64_t parameters = 0;
        for (const TensorBlob& blob : expectedWeights(model, {})) {
            QString line = QString::fromStdString(blob.name);
            std::int64_t size = 1;
            for (const std::int64_t side : blob.shape) {
                line += ' ' + QString::number(side);
                size *= side;
            }
            parameters += size;
            lines << line;
        }
        QCOMPARE(lines, (QStringList{"encoder.0.weight 512 784", "encoder.0.bias 512", "encoder.2.weight 256 512", "encoder.2.bias 256",
                                     "to_mu.weight 20 256", "to_mu.bias 20", "to_logvar.weight 20 256", "to_logvar.bias 20",
                                     "decoder.0.weight 256 20", "decoder.0.bias 256", "decoder.2.weight 512 256", "decoder.2.bias 512",
                                     "decoder.4.weight 784 512", "decoder.4.bias 784"}));
        QCOMPARE(parameters, model.parameterCount());
    }

private:
    static Result<LoadedCheckpoint> edited(const Edit& edit) { return editedFile(exampleCheckpoint(), edit); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(TestCheckpointFile)
#include "tst_checkpoint_file.moc"
