// SPDX-License-Identifier: GPL-3.0-or-later
// Named directions in a checkpoint: kept exactly, refused when damaged, and no trace of them in files that have none.
#include "core/base/read_file.h"
#include "core/base/sha256.h"
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


QString textOf(const Error& error) { return QString::fromStdString(error.text()); }

/// The example with directions, saved, edited and read again.
Result<LoadedCheckpoint> edited(const Edit& edit) { return editedFile(exampleWithDirections(), edit); }

} // namespace

class TestCheckpointDirections : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = fs::path(m_folder->path().toStdString()) / "model.safetensors";
    }

    void load_version11File_isRead()
    {
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(fs::path(LATENTSCAPE_TEST_DATA) / "checkpoint-1.1.safetensors");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().note, std::string());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleWithDirections()));
    }

    void save_directions_comeBackExactly()
    {
        const Result<void> saved = saveCheckpoint(exampleWithDirections(), m_path);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QVERIFY(sameContent(loaded.value().checkpoint, exampleWithDirections()));
        QCOMPARE(loaded.value().note, std::string());
    }

    void save_moreThanAFileHolds_isRefusedAndTheLastFileStays()
    {
        Checkpoint many = exampleWithDirections();
        many.directions.resize(kMostDirections, many.directions.front());
        QVERIFY(saveCheckpoint(many, m_path).ok());
        const auto before = bytesOf(m_path);
        const Result<LoadedCheckpoint> loaded = loadCheckpoint(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().checkpoint.directions.size(), kMostDirections);
        many.directions.push_back(many.directions.front());
        const Result<void> saved = saveCheckpoint(many, m_path);
        QVERIFY(!saved.ok() && textOf(saved.error()).contains(QStringLiteral("too many named directions")));
        QVERIFY(bytesOf(m_path) == before);
    }

    void save_noDirections_leavesNoTraceOfThem()
    {
        QVERIFY(saveCheckpoint(exampleCheckpoint(), m_path).ok());
        const SafetensorsFile file = readSafetensors(bytesOf(m_path)).value();
        QVERIFY(!file.metadata.contains("directions") && !file.metadata.contains("directions_sha256"));
    }

    void load_directions_doNotTouchTheDigestOfTheRest()
    {
        // A reader of version 1.0 checks this digest and passes over the keys it does not know: the file must stay readable for it.
        QVERIFY(saveCheckpoint(exampleWithDirections(), m_path).ok());
        const SafetensorsFile with = readSafetensors(bytesOf(m_path)).value();
        QVERIFY(saveCheckpoint(exampleCheckpoint(), m_path).ok());
        const SafetensorsFile without = readSafetensors(bytesOf(m_path)).value();
        QCOMPARE(with.metadata.at("header_sha256"), without.metadata.at("header_sha256"));
        QCOMPARE(with.metadata.at("data_sha256"), without.metadata.at("data_sha256"));
    }

    void load_badDirections_areRefused_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("fragment");
        const auto row = [](const char* name, const char* from, const char* to, const char* fragment) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString(fragment);
        };
        row("no name", "\"slant\"", "\"\"", "no name");
        row("another length", "[0.6000000238418579,", "[0.0,0.6000000238418579,", "expected 2 coordinates, found 3");
        row("not a unit", "[0.6000000238418579,", "[0.7,", "not a direction");
        row("no number", "[0.6000000238418579,", "[\"0.6\",", "not numbers");
        row("not finite", "[0.6000000238418579,", "[1e200,", "not finite");
        row("beyond all numbers", "[0.6000000238418579,", "[1e999,", "directions");
        row("coordinates missing", "\"direction\":", "\"directon\":", "directions.direction");
        row("length missing", "\"length\":", "\"lenght\":", "directions.length");
        row("unknown key", "\"name\":", "\"colour\":1,\"name\":", "\"directions.colour\" is not a known key");
        row("unknown key beside the list", "{\"directions\":", "{\"view\":1,\"directions\":", "\"directions.view\" is not a known key");
        row("negative count", "\"from\":120", "\"from\":-1", "directions.from");
        row("negative effect", "\"effect\":7.25", "\"effect\":-7.25", "effect");
        row("chance above 1", "\"chance\":0.125", "\"chance\":1.5", "chance");
        row("twice the same key", "\"name\":", "\"name\":\"a\",\"name\":", "name");
        row("not an object", "{\"directions\":", "[{\"directions\":", "directions");
        row("empty", "", "", "directions");
    }
    void load_badDirections_areRefused()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, fragment);
        const Result<LoadedCheckpoint> loaded = edited(
            [&](SafetensorsFile& file) {
                std::string& text = file.metadata["directions"];
                if (from.isEmpty())
                    text.clear();
                else
                    text.replace(text.find(from.toStdString()), static_cast<std::size_t>(from.size()), to.toStdString());
                file.metadata["directions_sha256"] = sha256Hex(std::as_bytes(std::span(text)));
            });
        QVERIFY(!loaded.ok());
        QVERIFY2(isInputError(loaded.error().code), qPrintable(textOf(loaded.error())));
        QVERIFY2(textOf(loaded.error()).startsWith("The checkpoint cannot be read") && textOf(loaded.error()).contains(fragment), qPrintable(textOf(loaded.error())));
    }

    void load_changedDirections_areRefused()
    {
        const std::vector<Edit> edits{[](SafetensorsFile& file) { file.metadata["directions"].replace(file.metadata["directions"].find("slant"), 5, "slope"); },
                                      [](SafetensorsFile& file) { file.metadata.erase("directions"); },
                                      [](SafetensorsFile& file) { file.metadata.erase("directions_sha256"); }};
        for (const Edit& edit : edits) {
            const Result<LoadedCheckpoint> loaded = edited(edit);
            QVERIFY(!loaded.ok());
            QVERIFY2(textOf(loaded.error()).contains("directions"), qPrintable(textOf(loaded.error())));
        }
    }

    void load_newerMinorDirections_passesOverWhatItDoesNotKnow()
    {
        const Result<LoadedCheckpoint> loaded = edited(
            [](SafetensorsFile& file) {
                file.metadata["format_version"] = "1.4";
                std::string& text = file.metadata["directions"];
                text.replace(text.find("\"name\":"), 7, "\"colour\":3,\"name\":");
                file.metadata["directions_sha256"] = sha256Hex(std::as_bytes(std::span(text)));
            });
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().checkpoint.directions, exampleDirections());
        QVERIFY(loaded.value().note.find("directions.colour") != std::string::npos);
    }

    void save_badDirections_isRefusedAndKeepsTheOldFile_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("direction without a name") << 0 << ErrorCode::Malformed;
        QTest::newRow("direction of another space") << 1 << ErrorCode::Mismatch;
        QTest::newRow("direction not finite") << 2 << ErrorCode::NonFinite;
        QTest::newRow("direction not a unit") << 3 << ErrorCode::Malformed;
        QTest::newRow("effect not finite") << 4 << ErrorCode::NonFinite;
    }
    void save_badDirections_isRefusedAndKeepsTheOldFile()
    {
        QFETCH(int, kind);
        QFETCH(ErrorCode, code);
        QVERIFY(saveCheckpoint(exampleWithDirections(), m_path).ok());
        const Bytes old = bytesOf(m_path);
        Checkpoint bad = exampleWithDirections();
        switch (kind) {
        case 0: bad.directions[1].name.clear(); break;
        case 1: bad.directions[0].direction.push_back(0.0f); break;
        case 2: bad.directions[0].direction[1] = std::numeric_limits<float>::infinity(); break;
        case 3: bad.directions[0].direction[1] += 0.01f; break;
        case 4: bad.directions[1].effect = std::numeric_limits<double>::quiet_NaN(); break;
        }
        const Result<void> saved = saveCheckpoint(bad, m_path);
        QVERIFY(!saved.ok());
        QVERIFY2(saved.error().code == code, saved.error().text().c_str());
        QVERIFY(bytesOf(m_path) == old);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(TestCheckpointDirections)
#include "tst_checkpoint_directions.moc"
