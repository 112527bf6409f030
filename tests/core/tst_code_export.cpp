// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/code_export.h"
#include "core/store/npz_writer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <clocale>
#include <cmath>
#include <limits>

using namespace latentscape;

namespace {

CodeTable exampleCodes()
{
    CodeTable codes;
    codes.latent = 2;
    codes.indices = {0, 1, 7};
    codes.labels = {3, 0, 9};
    codes.mu = {0.1F, -1.5F, 1e-20F, 3.0F, -0.0F, 12345.678F};
    codes.logvar = {-2.0F, 0.25F, -10.0F, 10.0F, 1.0F / 3.0F, -0.7F};
    return codes;
}

std::uint32_t word(const std::vector<std::byte>& bytes, std::size_t at, int size)
{
    std::uint32_t value = 0;
    for (int i = size; i-- > 0;)
        value = value << 8 | static_cast<std::uint32_t>(bytes.at(at + static_cast<std::size_t>(i)));
    return value;
}

/// CRC-32 bit by bit, apart from the writer's table.
std::uint32_t slowCrc(std::span<const std::byte> bytes)
{
    std::uint32_t crc = ~0u;
    for (const std::byte byte : bytes) {
        crc ^= static_cast<std::uint32_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1u) ? 0xEDB88320u : 0u);
    }
    return ~crc;
}

} // namespace

class TestCodeExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void csv_knownTable_hasTheContractsColumns()
    {
        CodeTable codes = exampleCodes();
        const QString text = QString::fromStdString(codesToCsv(codes));
        const QStringList lines = text.split('\n');
        QCOMPARE(lines.at(0), QString("index,label,mu_0,mu_1,logvar_0,logvar_1"));
        QCOMPARE(lines.at(1), QString("0,3,0.1,-1.5,-2,0.25"));
        QCOMPARE(lines.size(), 5); // three rows and the end of the last line
        codes.labels.clear();
        QVERIFY(QString::fromStdString(codesToCsv(codes)).contains("\n0,,0.1,"));
    }

    void losses_ifKnown_areMoreColumns()
    {
        CodeTable codes = exampleCodes();
        codes.losses = {{100.5, 90.25, 10.25, 0.0}, {1.0, -2.0, 3.0, 0.0}, {0.1, 0.05, 0.05, 0.0}};
        const QStringList lines = QString::fromStdString(codesToCsv(codes)).split('\n');
        QCOMPARE(lines.at(0), QString("index,label,mu_0,mu_1,logvar_0,logvar_1,nelbo,reconstruction,kl"));
        QCOMPARE(lines.at(1), QString("0,3,0.1,-1.5,-2,0.25,100.5,90.25,10.25"));
        QCOMPARE(lines.at(2), QString("1,0,1e-20,3,-10,10,1,-2,3"));
        const auto read = codesFromCsv(codesToCsv(codes), "codes.csv"); // passes over them
        QVERIFY(read.ok() && read.value() == exampleCodes());
        const auto npz = codesToNpz(codes), plain = codesToNpz(exampleCodes());
        const auto text = QByteArray(reinterpret_cast<const char*>(npz.value().data()), static_cast<int>(npz.value().size()));
        for (const char* name : {"nelbo.npy", "reconstruction.npy", "kl.npy"})
            QVERIFY2(text.contains(name), name);
        QCOMPARE(word(npz.value(), npz.value().size() - 12, 2), word(plain.value(), plain.value().size() - 12, 2) + 3); // members
    }

    void csv_writtenAndRead_isBitIdentical()
    {
        const CodeTable codes = exampleCodes();
        const auto read = codesFromCsv(codesToCsv(codes), "codes.csv");
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
        QVERIFY(read.value() == codes);
        QVERIFY(std::signbit(read.value().mu.at(4)));
    }

    void csv_localeWithDecimalComma_changesNothing()
    {
        const std::string before = codesToCsv(exampleCodes());
        const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8"); // null where that locale is not installed: then this repeats the C locale
        const std::string after = codesToCsv(exampleCodes());
        const bool readable = codesFromCsv(after, "x").ok();
        std::setlocale(LC_ALL, "C");
        QVERIFY(set == nullptr || before == after);
        QVERIFY(readable);
    }

    void csvReader_foreignTable_findsColumnsByName()
    {
        const auto read = codesFromCsv("name,mu_0,mu_1,name\r\na, 1 ,2,x\r\n\r\nb,3,4,y\n", "table");
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
        QCOMPARE(read.value().latent, 2);
        QVERIFY((read.value().mu == std::vector<float>{1, 2, 3, 4}));
        QVERIFY((read.value().indices == std::vector<std::int32_t>{0, 1}));
        QVERIFY(read.value().labels.empty() && read.value().logvar.empty());
    }

    void csvReader_badTable_isRefusedWithPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("fragment");
        QTest::newRow("empty") << QByteArray() << "names no codes";
        QTest::newRow("no codes") << QByteArray("index,label\n0,1\n") << "names no codes";
        QTest::newRow("no rows") << QByteArray("mu_0\n") << "holds no code";
        QTest::newRow("short line") << QByteArray("mu_0,mu_1\n1,2\n3\n") << "Line 3";
        QTest::newRow("long line") << QByteArray("mu_0\n1,2\n") << "Line 2";
        QTest::newRow("word") << QByteArray("mu_0,mu_1\n1,two\n") << "Line 2 of t, column 2";
        QTest::newRow("nan") << QByteArray("mu_0\nnan\n") << "not a finite number";
        QTest::newRow("infinity") << QByteArray("mu_0\ninf\n") << "not a finite number";
        QTest::newRow("decimal comma") << QByteArray("mu_0\n1,5\n") << "Line 2";
        QTest::newRow("index") << QByteArray("index,mu_0\n1.5,2\n") << "column 1";
        QTest::newRow("code twice") << QByteArray("mu_0,mu_1,mu_0\n1,2,3\n") << "a column twice: expected each column once, found \"mu_0\"";
        QTest::newRow("index twice") << QByteArray("index,index,mu_0\n1,2,3\n") << "a column twice";
        QTest::newRow("binary") << QByteArray("\x00\xff\x01,\x7f", 5) << "names no codes";
    }
    void csvReader_badTable_isRefusedWithPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, fragment);
        const auto read = codesFromCsv(std::string_view(text.constData(), static_cast<std::size_t>(text.size())), "t");
        QVERIFY(!read.ok());
        const QString message = QString::fromStdString(read.error().text());
        QVERIFY2(message.contains(fragment), qPrintable(message));
        QVERIFY(isInputError(read.error().code));
    }

    void npz_writtenTwice_isTheSameBytesWithoutClock()
    {
        const auto first = codesToNpz(exampleCodes());
        QVERIFY(first.ok());
        const auto second = codesToNpz(exampleCodes());
        QVERIFY(first.value() == second.value());
        QCOMPARE(word(first.value(), 10, 2), 0u);                // midnight
        QCOMPARE(word(first.value(), 12, 2), (1u << 5) | 1u);    // 1980-01-01
    }

    void npz_membersAndDirectory_agree()
    {
        const auto written = codesToNpz(exampleCodes());
        QVERIFY(written.ok());
        const std::vector<std::byte>& bytes = written.value();
        const std::size_t end = bytes.size() - 22;
        QCOMPARE(word(bytes, end, 4), 0x06054b50u);
        const std::uint32_t count = word(bytes, end + 10, 2);
        QCOMPARE(count, 4u);
        std::size_t entry = word(bytes, end + 16, 4);
        const QStringList names{"index.npy", "label.npy", "mu.npy", "logvar.npy"};
        for (std::uint32_t i = 0; i < count; ++i) {
            QCOMPARE(word(bytes, entry, 4), 0x02014b50u);
            const std::uint32_t nameLength = word(bytes, entry + 28, 2), size = word(bytes, entry + 24, 4), local = word(bytes, entry + 42, 4);
            const auto name = QString::fromLatin1(reinterpret_cast<const char*>(bytes.data()) + entry + 46, static_cast<int>(nameLength));
            QCOMPARE(name, names.at(static_cast<int>(i)));
            QCOMPARE(word(bytes, local, 4), 0x04034b50u);
            const std::size_t data = local + 30 + nameLength;
            const auto content = std::span(bytes).subspan(data, size);
            QCOMPARE(slowCrc(content), word(bytes, entry + 16, 4));
            QCOMPARE(word(bytes, local + 14, 4), word(bytes, entry + 16, 4));
            QVERIFY(std::memcmp(content.data(), "\x93NUMPY\x01\x00", 8) == 0);
            const std::uint32_t header = word(bytes, data + 8, 2);
            QCOMPARE((10 + header) % 64, 0u);
            if (name == "mu.npy") {
                const auto text = QByteArray(reinterpret_cast<const char*>(content.data()) + 10, static_cast<int>(header));
                QVERIFY2(text.startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"), text.constData());
                float value = 0.0F;
                std::memcpy(&value, content.data() + 10 + header + 4, 4);
                QCOMPARE(value, -1.5F);
            }
            entry += 46 + nameLength;
        }
        QCOMPARE(entry, end);
    }

    void npz_oneDimension_hasTheTuplesComma()
    {
        const std::vector<std::int32_t> values{1, 2, 3};
        const std::array arrays{NpyArray::of("a", {3}, std::span<const std::int32_t>(values))};
        const auto written = writeNpz(arrays);
        QVERIFY(written.ok());
        const auto text = QByteArray(reinterpret_cast<const char*>(written.value().data()), static_cast<int>(written.value().size()));
        QVERIFY(text.contains("'<i4', 'fortran_order': False, 'shape': (3,), }"));
    }

    void selection_someSamples_areTheRowsThatHaveACode()
    {
        LatentFrame frame;
        frame.latent = 2;
        frame.indices = {4, 0, 2};
        frame.mu = {0.5F, -1.0F, 1.5F, 2.0F, -3.25F, 4.0F};
        frame.logvar = {-1.0F, -2.0F, -3.0F, -4.0F, -5.0F, -6.0F};
        DataPart part;
        part.count = 5;
        part.labels = {7, 8, 9, 7, 6};
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "selection.csv";
        const std::vector<std::size_t> samples{0, 1, 2, 99}; // 1 has no code, 99 does not exist
        const auto written = writeSelectionCsv(frame, part, samples, path);
        QVERIFY2(written.ok(), written ? "" : written.error().text().c_str());
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("index,label,mu_0,mu_1,logvar_0,logvar_1\n0,7,1.5,2,-3,-4\n2,9,-3.25,4,-5,-6\n"));
        part.labels.clear();
        QVERIFY(codesToCsv(codesOfSamples(frame, part, std::vector<std::size_t>{4})).ends_with("\n4,,0.5,-1,-1,-2\n"));
        const auto refused = writeSelectionCsv(frame, part, std::vector<std::size_t>{1, 3}, path);
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestCodeExport)
#include "tst_code_export.moc"
