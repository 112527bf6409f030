// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_catalogue.h"
#include "core/store/idx_writer.h"
#include "support/idx_folder_fixture.h"
#include "support/tiny_data.h"

#include <QtTest>

#include <filesystem>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

struct Recipe {
    ItemShape shape{1, 4, 4};
    bool bytes = true;
    std::size_t classes = 3;
    std::vector<std::string> names; ///< empty: 0, 1, …
};

DataPart partOf(const Recipe& recipe, std::size_t count, int start)
{
    DataPart part;
    part.count = count;
    const std::size_t size = recipe.shape.size();
    std::vector<std::uint8_t> bytes(count * size);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 37 + static_cast<std::size_t>(start));
    if (recipe.bytes) {
        part.values = std::move(bytes);
    } else {
        std::vector<float> floats(bytes.begin(), bytes.end());
        for (float& value : floats)
            value /= 255.0f;
        floats[0] = 0.0f;
        floats[1] = 1.0f;
        part.values = std::move(floats);
    }
    for (std::size_t i = 0; i < count; ++i)
        part.labels.push_back(static_cast<std::int32_t>(i % recipe.classes));
    return part;
}

std::shared_ptr<const Dataset> setOf(const Recipe& recipe)
{
    Dataset::Parts parts;
    parts.name = "made";
    parts.shape = recipe.shape;
    parts.classNames = recipe.names;
    for (std::size_t i = 0; parts.classNames.size() < recipe.classes; ++i)
        parts.classNames.push_back(std::to_string(i));
    parts.train = partOf(recipe, 2 * recipe.classes + 1, 5);
    parts.test = partOf(recipe, recipe.classes + 2, 90);
    return Dataset::create(std::move(parts));
}

bool sameSamples(const Dataset& a, const Dataset& b)
{
    return a.shape() == b.shape() && a.classNames() == b.classNames() && a.provenance().sha256 == b.provenance().sha256
        && a.train().labels == b.train().labels && a.test().labels == b.test().labels && std::ranges::equal(a.train().bytes(), b.train().bytes())
        && std::ranges::equal(a.test().bytes(), b.test().bytes()) && std::ranges::equal(a.train().floats(), b.train().floats())
        && std::ranges::equal(a.test().floats(), b.test().floats());
}

} // namespace

class TestIdxWriter : public IdxFolderFixture {
    Q_OBJECT

private:
    [[nodiscard]] std::filesystem::path path(const char* name) const { return std::filesystem::path(m_folder->path().toStdString()) / name; }
    [[nodiscard]] QStringList filesIn(const std::filesystem::path& folder) const
    {
        return QDir(QString::fromStdString(folder.string())).entryList(QDir::Files | QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    [[nodiscard]] QByteArray contentOf(const std::filesystem::path& file) const
    {
        QFile opened(QString::fromStdString(file.string()));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

private Q_SLOTS:
    void writeIdxFolder_anyKind_isReadBackTheSame_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("grey bytes") << 0;
        QTest::newRow("colour bytes") << 1;
        QTest::newRow("vectors of bytes") << 2;
        QTest::newRow("floats") << 3;
        QTest::newRow("names of words") << 4;
        QTest::newRow("a name that does not occur") << 5;
        QTest::newRow("more classes than a byte holds") << 6;
        QTest::newRow("numbers with gaps") << 7;
        QTest::newRow("numbers out of order") << 8;
    }
    void writeIdxFolder_anyKind_isReadBackTheSame()
    {
        QFETCH(int, kind);
        Recipe recipe;
        switch (kind) {
        case 1: recipe.shape = {3, 5, 4}; break;
        case 2: recipe.shape = {1, 1, 7}; break;
        case 3: recipe.bytes = false; break;
        case 4: recipe.names = {"Ärmel", "odd ones", " spaced "}; break;
        case 5: recipe.names = {"0", "1", "2", "3"}; break;
        case 6: recipe.classes = 300; break;
        case 7: recipe.names = {"3", "8", "11"}; break;
        case 8: recipe.names = {"8", "3", "5"}; break;
        default: break;
        }
        const auto set = setOf(recipe);
        const auto written = writeIdxFolder(*set, path("set"));
        QVERIFY2(written.ok(), written ? "" : written.error().text().c_str());
        const auto read = loadDataset(DataRequest{path("set").string(), 1, 0, 0, {}});
        QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
        QVERIFY(sameSamples(*set, *read.value()));
        QCOMPARE(filesIn(path("set")).contains("class-names.txt"), kind == 4 || kind == 5 || kind == 8);
        QCOMPARE(filesIn(m_folder->path().toStdString()), QStringList{"set"}); // nothing temporary stays
    }

    void writeIdxFolder_subsetOfDigits_isReadBackTheSame()
    {
        const auto digits = loadDataset(DataRequest{"digits", 1, 200, 50, {}}).value();
        std::vector<std::size_t> chosen;
        for (std::size_t i = 0; i < 200; ++i)
            if (digits->train().labels[i] == 3 || digits->train().labels[i] == 8)
                chosen.push_back(i);
        const auto set = digits->subset(chosen, "3 and 8");
        QVERIFY(writeIdxFolder(*set, path("fashion-mnist")).ok()); // a folder whose name would name the classes
        const auto read = loadDataset(DataRequest{path("fashion-mnist").string(), 1, 0, 0, {}});
        QVERIFY(read.ok() && sameSamples(*set, *read.value()));
        QCOMPARE(read.value()->classNames(), (std::vector<std::string>{"3", "8"}));
    }

    void files_greySet_areTheQuartetAndTheSameEachTime()
    {
        const auto set = setOf({});
        QVERIFY(writeIdxFolder(*set, path("a")).ok());
        QTest::qWait(1100); // a time stamp would differ by now
        QVERIFY(writeIdxFolder(*set, path("b/")).ok());
        const QStringList names = filesIn(path("a"));
        QCOMPARE(names, (QStringList{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"}));
        for (const QString& name : names) {
            const QByteArray bytes = contentOf(path("a") / name.toStdString());
            QCOMPARE(bytes, contentOf(path("b") / name.toStdString()));
            QCOMPARE(bytes.mid(4, 4), QByteArray(4, '\0'));
        }
    }

    void folder_withOtherThings_keepsThem()
    {
        writeFile(QString::fromStdString(path("set").string()), "notes.txt", "mine");
        QVERIFY(writeIdxFolder(*setOf({}), path("set")).ok());
        QCOMPARE(filesIn(path("set")).size(), 5);
        QCOMPARE(contentOf(path("set/notes.txt")), QByteArray("mine"));
    }

    void folder_thatHoldsASet_isRefusedAndUntouched()
    {
        for (const char* name : {"train-images-idx3-ubyte", "class-names.txt", "emnist-letters-test-labels-idx1-ubyte.gz"}) {
            const auto folder = path("set");
            std::filesystem::remove_all(folder);
            writeFile(QString::fromStdString(folder.string()), name, "old");
            const auto refused = writeIdxFolder(*setOf({}), folder);
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
            QCOMPARE(filesIn(folder), QStringList{name});
            QCOMPARE(contentOf(folder / name), QByteArray("old"));
        }
        writeFile(m_folder->path(), "file", "x");
        QCOMPARE(writeIdxFolder(*setOf({}), path("file")).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(writeIdxFolder(*setOf({}), path("no/such/set")).error().code, ErrorCode::WriteFailed);
    }

    void sets_thatWouldNotBeReadBack_areRefused_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("unlabelled") << 0;
        QTest::newRow("no test part") << 1;
        QTest::newRow("two channels") << 2;
        QTest::newRow("floats that do not reach 1") << 3;
        QTest::newRow("a name with a line break") << 4;
        QTest::newRow("an empty name") << 5;
        QTest::newRow("floats with NaN") << 6;
        QTest::newRow("standardised columns") << 7;
    }
    void sets_thatWouldNotBeReadBack_areRefused()
    {
        QFETCH(int, kind);
        Dataset::Parts parts;
        parts.name = "made";
        parts.shape = kind == 2 ? ItemShape{2, 1, 1} : ItemShape{1, 1, 2};
        if (kind != 0)
            parts.classNames = {kind == 4 ? "two\nlines" : kind == 5 ? "" : "0"};
        for (DataPart* part : {&parts.train, &parts.test}) {
            if (kind == 1 && part == &parts.test)
                continue;
            part->count = 1;
            if (kind == 3 || kind == 6 || kind == 7)
                part->values = std::vector<float>{kind == 6 && part == &parts.test ? std::nanf("") : 0.0f, kind == 3 ? 0.5f : 1.0f};
            else
                part->values = std::vector<std::uint8_t>{1, 2};
            if (kind != 0)
                part->labels = {0};
        }
        if (kind == 7)
            parts.columns.resize(2);
        const auto refused = writeIdxFolder(*Dataset::create(std::move(parts)), path("set"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().found.find("standardised") != std::string::npos, kind == 7);
        QCOMPARE(refused.error().code, kind == 4 || kind == 5 ? ErrorCode::InvalidArgument : ErrorCode::Unsupported);
        QVERIFY(filesIn(m_folder->path().toStdString()).isEmpty());
    }

    void classNames_ofAFolder_areReadOrRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("fragments"); // of the refusal; empty: names are "one", "two", "three", "four"
        QTest::newRow("plain") << QByteArray("one\ntwo\nthree\nfour\n") << QString();
        QTest::newRow("no last line break, Windows line ends, a mark") << QByteArray("\xEF\xBB\xBFone\r\ntwo\r\nthree\r\nfour") << QString();
        QTest::newRow("too few") << QByteArray("one\ntwo\nthree\n") << "class-names.txt|4 lines|3 lines";
        QTest::newRow("empty") << QByteArray() << "class-names.txt|1 to 1000|0";
        QTest::newRow("empty line") << QByteArray("one\n\nthree\nfour\n") << "Line 2|is empty";
        QTest::newRow("twice") << QByteArray("one\ntwo\none\nfour\n") << "Line 3|repeats|one";
        QTest::newRow("control character") << QByteArray("one\ntw\to\nthree\nfour\n") << "Line 2|control";
        QTest::newRow("not UTF-8") << QByteArray("one\ntwo\nthree\nf\xFCnf\n") << "Line 4|UTF-8";
        QTest::newRow("too many") << QByteArray("a\n").repeated(1001) << "1 to 1000|1001";
        QTest::newRow("too large") << QByteArray(3 << 20, 'a') << "class-names.txt";
    }
    void classNames_ofAFolder_areReadOrRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, fragments);
        putTrain(40, 4);
        put("class-names.txt", content);
        const auto read = load();
        QCOMPARE(read.ok(), fragments.isEmpty());
        if (read)
            QCOMPARE(read.value()->classNames(), (std::vector<std::string>{"one", "two", "three", "four"}));
        else
            for (const QString& fragment : fragments.split('|'))
                QVERIFY2(read.error().text().find(fragment.toStdString()) != std::string::npos, read.error().text().c_str());
    }
};

QTEST_GUILESS_MAIN(TestIdxWriter)
#include "tst_idx_writer.moc"
