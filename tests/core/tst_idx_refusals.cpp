// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_array.h"
#include "core/data/idx_dataset.h"
#include "core/data/idx_files.h"
#include "support/idx_folder_fixture.h"

#include <QtTest>

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include <sys/stat.h>

using namespace latentscape;
using namespace latentscape::tests;

Q_DECLARE_METATYPE(latentscape::ErrorCode)

class TestIdxRefusals : public IdxFolderFixture {
    Q_OBJECT

private Q_SLOTS:
    void nonFiniteValues_areCountedAndRefused()
    {
        put("train-images-idx3-ubyte", idxFloats({0.0f, std::nanf(""), std::numeric_limits<float>::infinity()}));
        put("train-labels-idx1-ubyte", idxLabels({0, 1, 0}));
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::Malformed);
        QVERIFY(loaded.error().found.starts_with("2 "));
    }

    void badImages_areRefused_data()
    {
        QTest::addColumn<QByteArray>("images");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("expected"); // must appear in Error::expected
        QTest::addColumn<QString>("found");    // must appear in Error::found or ::what
        const QByteArray good = idxImages(40);
        QByteArray flipped = gzip(good);
        flipped[flipped.size() - 7] = char(flipped[flipped.size() - 7] ^ 1); // one bit of the checksum
        QTest::newRow("empty file") << QByteArray() << ErrorCode::Malformed << "00 00" << "0 bytes";
        QTest::newRow("two bytes") << QByteArray("\0\0", 2) << ErrorCode::Malformed << "00 00" << "2 bytes";
        QTest::newRow("header cut") << good.left(10) << ErrorCode::Malformed << "16 bytes" << "10 bytes";
        QTest::newRow("truncated") << good.left(500) << ErrorCode::Malformed << "656 bytes" << "500 bytes";
        QTest::newRow("one byte short") << good.left(655) << ErrorCode::Malformed << "656 bytes" << "655 bytes";
        QTest::newRow("too long") << good + "x" << ErrorCode::Malformed << "656 bytes" << "657 bytes";
        QTest::newRow("wrong magic") << QByteArray("\x89PNG\r\n\x1a\n", 8) + good << ErrorCode::Unsupported << "00 00" << "a PNG picture";
        QTest::newRow("wrong type") << QByteArray("\0\0\x0a\x03", 4) + good.mid(4) << ErrorCode::Malformed << "00 00" << "";
        QTest::newRow("no dimensions") << QByteArray("\0\0\x08\0", 4) << ErrorCode::Malformed << "1 to 8" << "";
        QTest::newRow("nine dimensions") << QByteArray("\0\0\x08\x09", 4) + QByteArray(36, '\1') << ErrorCode::Malformed << "1 to 8" << "";
        QTest::newRow("overflow") << idxHeader(0x08, {~0u, ~0u, ~0u}) << ErrorCode::Malformed << "at most" << "4294967295 × 4294967295";
        QTest::newRow("wraps to the right size") << idxHeader(0x0E, {0x80000000u, 0x80000000u, 8}) << ErrorCode::Malformed << "at most" << "2147483648";
        QTest::newRow("terabytes claimed") << idxHeader(0x08, {0x00FFFFFFu, 1024, 1024}) << ErrorCode::Malformed << "at most" << "16777215";
        QTest::newRow("no images") << idxHeader(0x08, {0, 28, 28}) << ErrorCode::Malformed << "at least 1" << "0 × 28";
        QTest::newRow("no width") << idxHeader(0x08, {40, 28, 0}) << ErrorCode::Malformed << "at least 1" << "28 × 0";
        QTest::newRow("labels instead") << idxLabels(cyclingLabels(40, 4)) << ErrorCode::InvalidArgument << "images" << "40";
        QTest::newRow("five dimensions") << idxHeader(0x08, {40, 1, 1, 1, 1}) + QByteArray(40, '\1') << ErrorCode::Unsupported << "N × H × W" << "40 × 1";
        QTest::newRow("two channels") << idxHeader(0x08, {40, 2, 1, 1}) + QByteArray(80, '\1') << ErrorCode::Unsupported << "1 or 3 channels" << "40 × 2";
        QTest::newRow("gzip cut in the middle") << gzip(good).left(gzip(good).size() / 2) << ErrorCode::Malformed << "" << "";
        QTest::newRow("gzip without trailer") << gzip(good).left(gzip(good).size() - 8) << ErrorCode::Malformed << "" << "";
        QTest::newRow("gzip header alone") << gzip(good).left(10) << ErrorCode::Malformed << "" << "";
        QTest::newRow("gzip magic alone") << QByteArray("\x1f\x8b", 2) << ErrorCode::Malformed << "" << "";
        QTest::newRow("gzip with trailing bytes") << gzip(good) + "trailing rubbish" << ErrorCode::Malformed << "" << "";
        QTest::newRow("gzip twice") << gzip(good) + gzip(good) << ErrorCode::Malformed << "656 bytes" << "at least 657";
        QTest::newRow("gzip content too long") << gzip(good + "x") << ErrorCode::Malformed << "656 bytes" << "at least 657";
        QTest::newRow("gzip content too short") << gzip(good.left(500)) << ErrorCode::Malformed << "656 bytes" << "500 bytes";
        QTest::newRow("gzip checksum wrong") << flipped << ErrorCode::Malformed << "" << "checksum";
        QTest::newRow("gzip bomb header") << gzip(idxHeader(0x08, {1000, 1000, 1000})) << ErrorCode::Malformed << "1000000016 bytes" << "at most";
        QTest::newRow("gzip of text") << gzip("This is only text.") << ErrorCode::Unsupported << "00 00" << "text";
    }
    void badImages_areRefused()
    {
        QFETCH(QByteArray, images);
        QFETCH(ErrorCode, code);
        QFETCH(QString, expected);
        QFETCH(QString, found);
        putTrain();
        put("train-images-idx3-ubyte", images);
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        const Error& error = loaded.error();
        QVERIFY2(error.code == code, error.text().c_str());
        QVERIFY2(QString::fromStdString(error.expected).contains(expected), error.text().c_str());
        QVERIFY2(QString::fromStdString(error.found + error.what).contains(found), error.text().c_str());
        QVERIFY2(error.what.find(m_folder->path().toStdString()) == std::string::npos, error.text().c_str());
    }

    void badLabels_areRefused_data()
    {
        QTest::addColumn<QByteArray>("labels");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("text"); // must appear in the message
        QTest::newRow("too few") << idxLabels(cyclingLabels(39, 4)) << ErrorCode::Mismatch << "expected 40 labels, one an image, found 39 labels";
        QTest::newRow("too many") << idxLabels(cyclingLabels(41, 4)) << ErrorCode::Mismatch << "found 41 labels";
        QTest::newRow("none") << idxLabels({}) << ErrorCode::Malformed << "found 0";
        QTest::newRow("images instead") << idxImages(40) << ErrorCode::Unsupported << "one whole number a sample";
        QTest::newRow("negative") << idxHeader(0x09, {40}) + QByteArray(39, '\0') + '\xfd' << ErrorCode::Malformed << "-3 at sample 39";
        QTest::newRow("real") << idxHeader(0x0D, {40}) + QByteArray(160, '\0') << ErrorCode::Unsupported << "real numbers";
        QByteArray many = idxHeader(0x0C, {1200});
        for (std::uint32_t i = 0; i < 1200; ++i)
            many += bigEndian(i);
        QTest::newRow("1200 classes") << many << ErrorCode::Mismatch << "1200 labels";
    }
    void badLabels_areRefused()
    {
        QFETCH(QByteArray, labels);
        QFETCH(ErrorCode, code);
        QFETCH(QString, text);
        putTrain();
        put("train-labels-idx1-ubyte", labels);
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        QVERIFY2(loaded.error().code == code, loaded.error().text().c_str());
        QVERIFY2(QString::fromStdString(loaded.error().text()).contains(text), loaded.error().text().c_str());
    }

    void tooManyClasses_areRefused()
    {
        QByteArray many = idxHeader(0x0C, {1200});
        for (std::uint32_t i = 0; i < 1200; ++i)
            many += bigEndian(i);
        put("train-images-idx3-ubyte", idxImages(1200, 1));
        put("train-labels-idx1-ubyte", many);
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::Unsupported);
        QCOMPARE(loaded.error().found, std::string("1200"));
    }

    void missingFileOfAPair_isNamed_data()
    {
        QTest::addColumn<QString>("missing");
        for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
            QTest::newRow(name) << name;
    }
    void missingFileOfAPair_isNamed()
    {
        QFETCH(QString, missing);
        putTrain();
        put("t10k-images-idx3-ubyte", idxImages(8));
        put("t10k-labels-idx1-ubyte", idxLabels(cyclingLabels(8, 4)));
        QVERIFY(QFile::remove(m_folder->filePath(missing)));
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::NotFound);
        QVERIFY2(QString::fromStdString(loaded.error().expected).contains(missing), loaded.error().text().c_str());
    }

    void trainAndTest_ofOtherSize_areMismatch()
    {
        putTrain();
        put("t10k-images-idx3-ubyte", idxImages(8, 5));
        put("t10k-labels-idx1-ubyte", idxLabels(cyclingLabels(8, 4)));
        const auto loaded = load();
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::Mismatch);
        QCOMPARE(loaded.error().expected, std::string("40 × 4 × 4"));
        QCOMPARE(loaded.error().found, std::string("8 × 5 × 5"));
    }

    void oneImage_withoutTestPart_isRefused()
    {
        putTrain(1, 1);
        QCOMPARE(load().error().code, ErrorCode::InvalidArgument);
        putTrain(2, 1);
        const auto two = load();
        QVERIFY(two.ok());
        QCOMPARE(two.value()->train().count, std::size_t{1});
        QCOMPARE(two.value()->test().count, std::size_t{1});
    }

    void fifoInPlaceOfFile_isRefusedAtOnce()
    {
        putTrain();
        QVERIFY(QFile::remove(m_folder->filePath("train-images-idx3-ubyte")));
        QCOMPARE(::mkfifo(m_folder->filePath("train-images-idx3-ubyte").toLocal8Bit().constData(), 0600), 0);
        QElapsedTimer timer;
        timer.start();
        const auto loaded = load();
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, ErrorCode::Unsupported);
    }

    void folderInPlaceOfFile_isNotTakenForIt()
    {
        putTrain();
        QVERIFY(QFile::remove(m_folder->filePath("train-images-idx3-ubyte")));
        QVERIFY(QDir(m_folder->path()).mkdir("train-images-idx3-ubyte"));
        QCOMPARE(load().error().code, ErrorCode::NotFound);
        QCOMPARE(readIdxArray(m_folder->filePath("train-images-idx3-ubyte").toStdString()).error().code, ErrorCode::Unsupported);
    }

    void mutants_neverChangeSilently()
    {
        // Any single flipped byte of a compressed file is either refused or leaves the content as it was.
        const QByteArray packed = gzip(idxImages(20));
        const auto path = put("mutant", packed);
        const auto original = readIdxArray(path.toStdString());
        QVERIFY(original.ok());
        int refused = 0;
        for (qsizetype i = 0; i < packed.size(); ++i) {
            QByteArray mutant = packed;
            mutant[i] = char(mutant[i] ^ (1 << (i % 8)));
            put("mutant", mutant);
            const auto read = readIdxArray(path.toStdString());
            if (read.ok())
                QVERIFY2(read.value().raw == original.value().raw && read.value().dims == original.value().dims, qPrintable(QString::number(i)));
            else
                ++refused;
        }
        QVERIFY(refused > packed.size() / 2);
    }

    void truncations_areAllRefused()
    {
        const QByteArray packed = gzip(idxImages(20));
        const QByteArray plain = idxImages(5);
        for (const QByteArray& whole : {packed, plain}) {
            for (qsizetype length = 0; length < whole.size(); ++length) {
                const auto read = readIdxArray(put("cut", whole.left(length)).toStdString());
                QVERIFY2(!read.ok(), qPrintable(QString::number(length)));
            }
        }
    }

    void stop_beforeReading_cancels()
    {
        putTrain();
        std::stop_source source;
        source.request_stop();
        const auto read = readIdxArray(m_folder->filePath("train-images-idx3-ubyte").toStdString(), source.get_token());
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::Cancelled);
    }

    void limit_isHonoured()
    {
        putTrain();
        const std::string path = m_folder->filePath("train-images-idx3-ubyte").toStdString();
        QVERIFY(readIdxArray(path, {}, 656).ok());
        QCOMPARE(readIdxArray(path, {}, 600).error().code, ErrorCode::Malformed);
        const std::string packed = put("packed", gzip(QByteArray(idxImages(40)))).toStdString();
        QCOMPARE(readIdxArray(packed, {}, 600).error().code, ErrorCode::Malformed);
    }
};

QTEST_APPLESS_MAIN(TestIdxRefusals)
#include "tst_idx_refusals.moc"
