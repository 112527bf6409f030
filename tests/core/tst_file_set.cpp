// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/file_set.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/resource.h>

using namespace latentscape;

namespace {

Result<std::vector<std::byte>> bytesOf(std::size_t index)
{
    return std::vector<std::byte>(1000 + index, static_cast<std::byte>(index));
}

FileSet numbered(std::size_t count)
{
    return {count, [](std::size_t index) { return "file-" + std::to_string(index) + ".bin"; }, bytesOf};
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
}

QStringList namesIn(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
}

} // namespace

class TestFileSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_root.emplace();
        m_folder = m_root->filePath("frames");
    }

    void newFolder_isMadeAndHoldsTheFilesAlone()
    {
        const Result<void> written = writeFileSet(m_folder.toStdString(), numbered(3));
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().text().c_str());
        QCOMPARE(namesIn(m_folder), QStringList({"file-0.bin", "file-1.bin", "file-2.bin"}));
        QCOMPARE(contentOf(m_folder + "/file-2.bin"), QByteArray(1002, '\2'));
    }

    void existingFiles_areReplacedAndOthersStay()
    {
        QVERIFY(QDir().mkpath(m_folder));
        put("file-1.bin", "old");
        put("notes.txt", "mine");
        QVERIFY(writeFileSet(m_folder.toStdString(), numbered(2)).ok());
        QCOMPARE(namesIn(m_folder), QStringList({"file-0.bin", "file-1.bin", "notes.txt"}));
        QCOMPARE(contentOf(m_folder + "/file-1.bin"), QByteArray(1001, '\1'));
        QCOMPARE(contentOf(m_folder + "/notes.txt"), QByteArray("mine"));
    }

    void oneThatCannotBeMade_leavesEverythingAsItWas()
    {
        QVERIFY(QDir().mkpath(m_folder));
        put("file-0.bin", "old");
        FileSet files = numbered(3);
        files.bytesOf = [](std::size_t index) -> Result<std::vector<std::byte>> {
            if (index == 2)
                return Error{ErrorCode::OutOfMemory, "No room", {}, {}, {}};
            return bytesOf(index);
        };
        const Result<void> refused = writeFileSet(m_folder.toStdString(), files);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::OutOfMemory);
        QCOMPARE(namesIn(m_folder), QStringList{"file-0.bin"});
        QCOMPARE(contentOf(m_folder + "/file-0.bin"), QByteArray("old"));
    }

    void stopInTheMiddle_leavesNoFolderBehind()
    {
        std::stop_source source;
        FileSet files = numbered(1000);
        std::size_t made = 0;
        files.bytesOf = [&](std::size_t index) -> Result<std::vector<std::byte>> {
            ++made;
            if (index == 2)
                source.request_stop();
            return std::vector<std::byte>(10);
        };
        files.stop = source.get_token();
        const Result<void> stopped = writeFileSet(m_folder.toStdString(), files);
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(made, std::size_t{3});
        QVERIFY(!QDir(m_folder).exists());
    }

    void diskThatRefuses_leavesNoFolderBehind()
    {
        rlimit limit{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
        rlimit small = limit;
        small.rlim_cur = 1001; // the third file is longer
        const auto before = std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &small);
        const Result<void> refused = writeFileSet(m_folder.toStdString(), numbered(3));
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::signal(SIGXFSZ, before);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::WriteFailed);
        QVERIFY(!QDir(m_folder).exists());
    }

    void folderInTheWay_isRefusedBeforeAnythingIsReplaced()
    {
        QVERIFY(QDir().mkpath(m_folder + "/file-1.bin"));
        put("file-0.bin", "old");
        const Result<void> refused = writeFileSet(m_folder.toStdString(), numbered(2));
        QVERIFY(!refused.ok());
        QVERIFY(QString::fromStdString(refused.error().text()).contains("file-1.bin"));
        QCOMPARE(contentOf(m_folder + "/file-0.bin"), QByteArray("old"));
        QCOMPARE(namesIn(m_folder), QStringList({"file-0.bin", "file-1.bin"}));
    }

    void placeThatIsNotThere_isRefused()
    {
        const Result<void> refused = writeFileSet((m_folder + "/a/b").toStdString(), numbered(1));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::WriteFailed);
        QVERIFY(!refused.error().remedy.empty());
    }

private:
    void put(const char* name, const char* text)
    {
        QFile file(m_folder + '/' + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    std::optional<QTemporaryDir> m_root;
    QString m_folder;
};

QTEST_APPLESS_MAIN(TestFileSet)
#include "tst_file_set.moc"
