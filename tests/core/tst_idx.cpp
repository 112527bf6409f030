// SPDX-License-Identifier: GPL-3.0-or-later
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

using namespace latentscape;
using namespace latentscape::tests;

class TestIdx : public IdxFolderFixture {
    Q_OBJECT

private Q_SLOTS:
    void fileName_isTakenApart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<int>("role"); // -1: not a name of the family
        QTest::newRow("plain") << "train-images-idx3-ubyte" << "" << int(IdxRole::TrainImages);
        QTest::newRow("gz") << "t10k-labels-idx1-ubyte.gz" << "" << int(IdxRole::TestLabels);
        QTest::newRow("dots") << "train-labels.idx1-ubyte" << "" << int(IdxRole::TrainLabels);
        QTest::newRow("emnist") << "emnist-letters-test-images-idx3-ubyte.gz" << "emnist-letters-" << int(IdxRole::TestImages);
        QTest::newRow("other suffix") << "train-images-idx3-ubyte.zip" << "" << -1;
        QTest::newRow("other part") << "valid-images-idx3-ubyte" << "" << -1;
        QTest::newRow("short") << "ubyte" << "" << -1;
        QTest::newRow("empty") << "" << "" << -1;
    }
    void fileName_isTakenApart()
    {
        QFETCH(QString, name);
        QFETCH(QString, prefix);
        QFETCH(int, role);
        const auto parsed = parseIdxFileName(name.toStdString());
        QCOMPARE(parsed.has_value(), role >= 0);
        if (parsed) {
            QCOMPARE(QString::fromStdString(parsed->prefix), prefix);
            QCOMPARE(int(parsed->role), role);
        }
    }

    void quartet_plain_isRead()
    {
        putTrain();
        put("t10k-images-idx3-ubyte", idxImages(8));
        put("t10k-labels-idx1-ubyte", idxLabels(cyclingLabels(8, 4)));
        const auto loaded = load();
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        const Dataset& set = *loaded.value();
        QCOMPARE(set.shape(), (ItemShape{1, 4, 4}));
        QCOMPARE(set.train().count, std::size_t{40});
        QCOMPARE(set.test().count, std::size_t{8});
        QCOMPARE(set.classNames(), (std::vector<std::string>{"0", "1", "2", "3"}));
        QCOMPARE(set.train().labels[6], 2);
        QCOMPARE(set.train().bytes()[16 * 3 + 5], std::uint8_t(7 * 3 + 5));
        QCOMPARE(set.provenance().scale, std::string("0 … 255 → 0 … 1"));
    }

    void quartet_gzip_equalsPlain()
    {
        putTrain();
        const auto plain = load();
        QVERIFY(QFile::remove(m_folder->filePath("train-images-idx3-ubyte")));
        QVERIFY(QFile::remove(m_folder->filePath("train-labels-idx1-ubyte")));
        put("train-images-idx3-ubyte.gz", gzip(idxImages(40)));
        put("train-labels-idx1-ubyte.gz", gzip(idxLabels(cyclingLabels(40, 4))));
        const auto packed = load();
        QVERIFY2(packed.ok(), packed.ok() ? "" : packed.error().text().c_str());
        QCOMPARE(packed.value()->provenance().sha256, plain.value()->provenance().sha256);
    }

    void missingTestPart_becomesStratifiedTenth()
    {
        putTrain(/*count=*/200, /*classes=*/4);
        const auto loaded = load(1);
        QVERIFY(loaded.ok());
        QCOMPARE(loaded.value()->train().count, std::size_t{180});
        QCOMPARE(loaded.value()->test().count, std::size_t{20});
        std::vector<int> held(4, 0);
        for (const std::int32_t label : loaded.value()->test().labels)
            ++held[std::size_t(label)];
        QCOMPARE(held, (std::vector<int>{5, 5, 5, 5}));
        QCOMPARE(load(1).value()->provenance().sha256, loaded.value()->provenance().sha256);
        QVERIFY(load(2).value()->provenance().sha256 != loaded.value()->provenance().sha256);
    }

    void labels_withGaps_becomeContiguousWithTheirNumbersAsNames()
    {
        put("train-images-idx3-ubyte", idxImages(6));
        put("train-labels-idx1-ubyte", idxLabels({9, 3, 3, 200, 9, 200}));
        put("t10k-images-idx3-ubyte", idxImages(2));
        put("t10k-labels-idx1-ubyte", idxLabels({3, 17}));
        const auto loaded = load();
        QVERIFY(loaded.ok());
        QCOMPARE(loaded.value()->classNames(), (std::vector<std::string>{"3", "9", "17", "200"}));
        QCOMPARE(loaded.value()->train().labels, (std::vector<std::int32_t>{1, 0, 0, 3, 1, 3}));
        QCOMPARE(loaded.value()->test().labels, (std::vector<std::int32_t>{0, 2}));
    }

    void emnistLetters_isTransposedAndNamed()
    {
        put("emnist-letters-train-images-idx3-ubyte", idxHeader(0x08, {2, 2, 3}) + QByteArray("\x01\x02\x03\x04\x05\x06\x0b\x0c\x0d\x0e\x0f\x10", 12));
        put("emnist-letters-train-labels-idx1-ubyte", idxLabels({1, 26}));
        put("emnist-letters-test-images-idx3-ubyte", idxHeader(0x08, {1, 2, 3}) + QByteArray("\x01\x02\x03\x04\x05\x06", 6));
        put("emnist-letters-test-labels-idx1-ubyte", idxLabels({2}));
        const auto loaded = load();
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->classNames(), (std::vector<std::string>{"A", "B", "Z"}));
        QCOMPARE(loaded.value()->shape(), (ItemShape{1, 3, 2}));
        const auto bytes = loaded.value()->train().bytes();
        QCOMPARE(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), (std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16}));
    }

    void floats_areScaledByTheirRange()
    {
        put("train-images-idx3-ubyte", idxFloats({-1.0f, 0.0f, 1.0f, 0.5f}));
        put("train-labels-idx1-ubyte", idxLabels({0, 1, 0, 1}));
        put("t10k-images-idx3-ubyte", idxFloats({3.0f}));
        put("t10k-labels-idx1-ubyte", idxLabels({0}));
        const auto loaded = load();
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        const auto floats = loaded.value()->train().floats();
        QCOMPARE(std::vector<float>(floats.begin(), floats.end()), (std::vector<float>{0.0f, 0.25f, 0.5f, 0.375f}));
        QCOMPARE(loaded.value()->test().floats()[0], 1.0f);
        QCOMPARE(loaded.value()->provenance().scale, std::string("-1 … 3 → 0 … 1"));
    }

    void otherTypes_areDecoded_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("elements"); // −2, 0, 2
        QTest::newRow("i8") << 0x09 << QByteArray("\xfe\x00\x02", 3);
        QTest::newRow("i16") << 0x0B << QByteArray("\xff\xfe\x00\x00\x00\x02", 6);
        QTest::newRow("i32") << 0x0C << bigEndian(0xFFFFFFFEu) + bigEndian(0) + bigEndian(2);
        QTest::newRow("f64") << 0x0E << bigEndian(0xC0000000u) + bigEndian(0) + bigEndian(0) + bigEndian(0) + bigEndian(0x40000000u) + bigEndian(0);
    }
    void otherTypes_areDecoded()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, elements);
        put("train-images-idx3-ubyte", idxHeader(type, {3, 1, 1}) + elements);
        put("train-labels-idx1-ubyte", idxLabels({0, 1, 0}));
        put("t10k-images-idx3-ubyte", idxHeader(type, {3, 1, 1}) + elements);
        put("t10k-labels-idx1-ubyte", idxLabels({0, 1, 0}));
        const auto loaded = load();
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        const auto floats = loaded.value()->train().floats();
        QCOMPARE(std::vector<float>(floats.begin(), floats.end()), (std::vector<float>{0.0f, 0.5f, 1.0f}));
    }

    void doubles_withHugeRange_stayFinite()
    {
        const auto big = [](double value) {
            const auto bits = std::bit_cast<std::uint64_t>(value);
            return bigEndian(std::uint32_t(bits >> 32)) + bigEndian(std::uint32_t(bits));
        };
        const double most = std::numeric_limits<double>::max();
        put("train-images-idx3-ubyte", idxHeader(0x0E, {3, 1}) + big(-most) + big(0.0) + big(most));
        put("train-labels-idx1-ubyte", idxLabels({0, 0, 0}));
        put("t10k-images-idx3-ubyte", idxHeader(0x0E, {1, 1}) + big(0.0));
        put("t10k-labels-idx1-ubyte", idxLabels({0}));
        const auto loaded = load();
        QVERIFY(loaded.ok());
        const auto floats = loaded.value()->train().floats();
        QCOMPARE(std::vector<float>(floats.begin(), floats.end()), (std::vector<float>{0.0f, 0.5f, 1.0f}));
        QVERIFY(!loaded.value()->shape().isImage());
    }

    void realMnist_hasItsKnownMean()
    {
        const QString folder = QStringLiteral(LATENTSCAPE_MNIST_DIR);
        if (!QFile::exists(folder + "/train-images-idx3-ubyte.gz"))
            QSKIP("The four files of MNIST are not in LATENTSCAPE_MNIST_DIR.");
        const auto sets = findIdxFiles(folder.toStdString());
        QCOMPARE(sets.size(), std::size_t{1});
        QElapsedTimer timer;
        timer.start();
        const auto loaded = loadIdxSet(IdxRequest{sets.front(), "mnist", 1, {}});
        qInfo("MNIST was read in %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value()->train().count, std::size_t{60000});
        QCOMPARE(loaded.value()->test().count, std::size_t{10000});
        QCOMPARE(loaded.value()->classNames().size(), std::size_t{10});
        double sum = 0.0, squares = 0.0;
        for (const std::uint8_t byte : loaded.value()->train().bytes()) {
            sum += byte / 255.0;
            squares += byte / 255.0 * (byte / 255.0);
        }
        const double count = double(loaded.value()->train().bytes().size());
        const double mean = sum / count;
        QVERIFY2(std::abs(mean - 0.1307) < 0.0005, qPrintable(QString::number(mean)));
        QVERIFY(std::abs(std::sqrt(squares / count - mean * mean) - 0.3081) < 0.0005);
    }
};

QTEST_APPLESS_MAIN(TestIdx)
#include "tst_idx.moc"
