// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/read_file.h"
#include "core/store/atomic_file.h"
#include "core/store/detail/file_calls.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cerrno>
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace latentscape;
namespace fs = std::filesystem;

namespace {

std::vector<std::byte> content(std::size_t size, unsigned salt)
{
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>((i * 131 + i / 251 + salt) & 0xFF);
    return bytes;
}

std::vector<std::byte> bytesOf(const fs::path& path)
{
    Result<std::vector<std::byte>> bytes = readFile(path);
    return bytes ? std::move(bytes).value() : std::vector<std::byte>();
}

int entriesIn(const fs::path& folder) { return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator())); }

int openDescriptors() { return entriesIn("/proc/self/fd"); }

/// The system calls, of which one may fail or fall short.
class ScriptedCalls : public FileCalls {
public:
    enum class Fault { None, Write, WriteNothing, Fsync, FolderFsync, Close, Rename, OtherBytes };
    Fault fault = Fault::None;
    std::size_t failAt = 0;            ///< bytes that are written before the fault
    std::size_t longestWrite = 1 << 20; ///< short writes
    int interruptions = 0;             ///< EINTR before each real call

    ssize_t write(int file, const void* data, std::size_t size) override
    {
        if (interruptions > 0) {
            --interruptions;
            return fail(EINTR);
        }
        if ((fault == Fault::Write || fault == Fault::WriteNothing) && m_written >= failAt)
            return fault == Fault::Write ? fail(EIO) : 0;
        size = std::min(size, longestWrite);
        if (fault == Fault::Write || fault == Fault::WriteNothing)
            size = std::min(size, failAt - m_written);
        m_written += size;
        return FileCalls::write(file, data, size);
    }
    int fsync(int file) override
    {
        ++m_syncs;
        const bool now = (fault == Fault::Fsync && m_syncs == 1) || (fault == Fault::FolderFsync && m_syncs == 2);
        return now ? static_cast<int>(fail(EIO)) : FileCalls::fsync(file);
    }
    int close(int file) override
    {
        const int done = FileCalls::close(file);
        return fault == Fault::Close ? static_cast<int>(fail(EDQUOT)) : done;
    }
    ssize_t read(int file, void* data, std::size_t size) override
    {
        const ssize_t got = FileCalls::read(file, data, size);
        if (fault == Fault::OtherBytes && got > 0)
            static_cast<char*>(data)[got / 2] ^= 1;
        return got;
    }
    int rename(const char* from, const char* to) override
    {
        return fault == Fault::Rename ? static_cast<int>(fail(EACCES)) : FileCalls::rename(from, to);
    }

private:
    static ssize_t fail(int reason)
    {
        errno = reason;
        return -1;
    }
    std::size_t m_written = 0;
    int m_syncs = 0;
};

} // namespace
Q_DECLARE_METATYPE(ScriptedCalls::Fault)

class TestAtomicFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_path = fs::path(m_folder->path().toStdString()) / "model.safetensors";
    }

    void write_newAndOldFile_holdsTheBytes()
    {
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{3'000'001}}) {
            const std::vector<std::byte> bytes = content(size, 7);
            QVERIFY(writeFileAtomically(m_path, bytes).ok());
            QVERIFY(bytesOf(m_path) == bytes);
            QCOMPARE(entriesIn(m_path.parent_path()), 1);
        }
        QVERIFY(writeFileAtomically(m_path, std::string_view("text\n")).ok());
        QCOMPARE(fs::file_size(m_path), std::uintmax_t{5});
    }

    void write_newFile_followsTheUmask()
    {
        const mode_t before = ::umask(027);
        const bool written = writeFileAtomically(m_path, std::string_view("a")).ok();
        ::umask(before);
        QVERIFY(written);
        QCOMPARE(static_cast<int>(fs::status(m_path).permissions()), 0640);
    }

    void write_replacedFile_keepsItsPermissions()
    {
        QVERIFY(writeFileAtomically(m_path, std::string_view("a")).ok());
        fs::permissions(m_path, fs::perms::owner_read | fs::perms::owner_write);
        QVERIFY(writeFileAtomically(m_path, std::string_view("b")).ok());
        QCOMPARE(static_cast<int>(fs::status(m_path).permissions()), 0600);
    }

    void write_throughLink_replacesItsTarget()
    {
        const fs::path link = m_path.parent_path() / "link";
        QVERIFY(writeFileAtomically(m_path, std::string_view("old")).ok());
        fs::create_symlink(m_path.filename(), link);
        QVERIFY(writeFileAtomically(link, std::string_view("new one")).ok());
        QVERIFY(fs::is_symlink(fs::symlink_status(link)));
        QCOMPARE(fs::file_size(m_path), std::uintmax_t{7});
    }

    void write_throughLinkThatLeadsNowhere_isRefusedAndTheLinkStays()
    {
        const fs::path link = m_path.parent_path() / "nowhere", loop = m_path.parent_path() / "loop";
        fs::create_symlink("missing", link);
        fs::create_symlink("loop", loop);
        for (const fs::path& path : {link, loop}) {
            const Result<void> refused = writeFileAtomically(path, std::string_view("a"));
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, ErrorCode::WriteFailed);
            QVERIFY(QString::fromStdString(refused.error().text()).contains("leads nowhere"));
            QVERIFY(fs::is_symlink(fs::symlink_status(path)));
        }
        QVERIFY(!fs::exists(m_path.parent_path() / "missing"));
    }

    /// A rename needs no right to the file itself; who took that right away wanted the file to stay.
    void write_protectedFile_isRefusedAndStays()
    {
        QVERIFY(writeFileAtomically(m_path, std::string_view("old")).ok());
        fs::permissions(m_path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
        fs::permissions(m_path.parent_path(), fs::perms::all);
        const pid_t child = ::fork();
        if (child == 0) { // the superuser may write everything
            if (::geteuid() == 0 && ::setuid(65534) != 0)
                ::_exit(3);
            const Result<void> refused = writeFileAtomically(m_path, std::string_view("new"));
            ::_exit(!refused.ok() && refused.error().text().find("protected") != std::string::npos ? 0 : 1);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QCOMPARE(fs::file_size(m_path), std::uintmax_t{3});
        std::ifstream file(m_path);
        QCOMPARE(std::string(std::istreambuf_iterator<char>(file), {}), std::string("old"));
    }

    void write_longNameWithoutUtf8_works()
    {
        const fs::path path = m_path.parent_path() / ("\xff\xfe" + std::string(253, 'x'));
        QVERIFY(writeFileAtomically(path, std::string_view("a")).ok());
        QCOMPARE(fs::file_size(path), std::uintmax_t{1});
        fs::remove(path); // QTemporaryDir cannot name it
    }

    void write_impossibleTarget_isRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("folder") << "folder";
        QTest::newRow("pipe") << "pipe";
        QTest::newRow("in no folder") << "none/model";
        QTest::newRow("below a file") << "file/model";
        QTest::newRow("no name") << "";
    }
    void write_impossibleTarget_isRefused()
    {
        QFETCH(QString, name);
        const fs::path folder = m_path.parent_path();
        fs::create_directory(folder / "folder");
        QCOMPARE(::mkfifo((folder / "pipe").c_str(), 0600), 0);
        std::ofstream(folder / "file") << "x";
        const Result<void> written = writeFileAtomically(folder / name.toStdString(), std::string_view("a"));
        QVERIFY(!written.ok());
        QCOMPARE(written.error().code, ErrorCode::WriteFailed);
        QVERIFY(!written.error().remedy.empty());
        QCOMPARE(entriesIn(folder), 3);
        fs::remove(folder / "pipe"); // QTemporaryDir does not see pipes
    }

    void write_shortWritesAndInterruptions_areContinued()
    {
        ScriptedCalls calls;
        calls.longestWrite = 7;
        calls.interruptions = 3;
        const std::vector<std::byte> bytes = content(1000, 3);
        QVERIFY(writeFileAtomically(m_path, bytes, calls).ok());
        QVERIFY(bytesOf(m_path) == bytes);
    }

    void write_failingCall_keepsTheOldFile_data()
    {
        using Fault = ScriptedCalls::Fault;
        QTest::addColumn<ScriptedCalls::Fault>("fault");
        QTest::addColumn<std::size_t>("failAt");
        QTest::addColumn<QString>("fragment");
        QTest::newRow("EIO at once") << Fault::Write << std::size_t{0} << "writing failed";
        QTest::newRow("EIO in the middle") << Fault::Write << std::size_t{5000} << "writing failed";
        QTest::newRow("EIO at the end") << Fault::Write << std::size_t{9999} << "writing failed";
        QTest::newRow("a write of 0 bytes") << Fault::WriteNothing << std::size_t{4096} << "writing failed";
        QTest::newRow("fsync") << Fault::Fsync << std::size_t{0} << "flushing to the disk failed";
        QTest::newRow("close") << Fault::Close << std::size_t{0} << "Free some space";
        QTest::newRow("rename") << Fault::Rename << std::size_t{0} << "putting it in place failed";
        QTest::newRow("another content") << Fault::OtherBytes << std::size_t{0} << "reading back failed";
    }
    void write_failingCall_keepsTheOldFile()
    {
        QFETCH(ScriptedCalls::Fault, fault);
        QFETCH(std::size_t, failAt);
        QFETCH(QString, fragment);
        const std::vector<std::byte> old = content(777, 1);
        QVERIFY(writeFileAtomically(m_path, old).ok());
        const int descriptors = openDescriptors();

        ScriptedCalls calls;
        calls.fault = fault;
        calls.failAt = failAt;
        const Result<void> written = writeFileAtomically(m_path, content(10000, 2), calls);
        QVERIFY(!written.ok());
        QCOMPARE(written.error().code, ErrorCode::WriteFailed);
        QVERIFY2(QString::fromStdString(written.error().text()).contains(fragment), written.error().text().c_str());
        QVERIFY(bytesOf(m_path) == old);
        QCOMPARE(entriesIn(m_path.parent_path()), 1);
        QCOMPARE(openDescriptors(), descriptors);
    }

    void write_folderFsyncFails_isToldAndTheNewFileIsWhole()
    {
        const std::vector<std::byte> bytes = content(1000, 2);
        ScriptedCalls calls;
        calls.fault = ScriptedCalls::Fault::FolderFsync;
        QVERIFY(!writeFileAtomically(m_path, bytes, calls).ok());
        QVERIFY(bytesOf(m_path) == bytes);
    }

    void write_fullDisk_keepsTheOldFile()
    {
        const std::vector<std::byte> old = content(5000, 1);
        QVERIFY(writeFileAtomically(m_path, old).ok());
        const std::vector<std::byte> fresh = content(64 * 1024, 2);

        auto* const before = std::signal(SIGXFSZ, SIG_IGN); // otherwise the limit ends the process instead of the write
        rlimit limit = {};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
        int refused = 0;
        int intact = 0;
        for (rlim_t size = 0; size < fresh.size(); size += 4096) {
            const rlimit small = {size, limit.rlim_max};
            ::setrlimit(RLIMIT_FSIZE, &small);
            const bool written = writeFileAtomically(m_path, fresh).ok();
            ::setrlimit(RLIMIT_FSIZE, &limit);
            refused += written ? 0 : 1;
            intact += bytesOf(m_path) == old && entriesIn(m_path.parent_path()) == 1 ? 1 : 0;
        }
        std::signal(SIGXFSZ, before);
        QCOMPARE(refused, 16);
        QCOMPARE(intact, 16);
        QVERIFY(writeFileAtomically(m_path, fresh).ok());
    }

    void write_killedAtAnyMoment_leavesAWholeFile()
    {
        const int losses = lossesWhenKilled(40, [this](const std::vector<std::byte>& bytes) { (void)writeFileAtomically(m_path, bytes); });
        QCOMPARE(losses, 0);
    }

    /// The harness itself: if a plain overwrite never lost anything under it, the test above would prove nothing.
    void plainOverwrite_killedAtAnyMoment_losesFiles()
    {
        const int losses = lossesWhenKilled(40, [this](const std::vector<std::byte>& bytes) {
            const int file = ::open(m_path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
            for (std::size_t i = 0; i < bytes.size(); i += 4096)
                if (::write(file, bytes.data() + i, std::min<std::size_t>(4096, bytes.size() - i)) < 0)
                    break;
            ::close(file);
        });
        QVERIFY(losses > 0);
    }

private:
    /// Kills a process that saves one of two contents again and again, and counts how often neither of them is left.
    template <typename Save>
    int lossesWhenKilled(int kills, Save save)
    {
        const std::vector<std::byte> contents[2] = {content(400'000, 1), content(500'000, 2)};
        int losses = 0;
        for (int i = 0; i < kills; ++i) {
            if (!writeFileAtomically(m_path, contents[0]).ok())
                return kills;
            int ready[2] = {-1, -1};
            if (::pipe(ready) != 0)
                return kills;
            const pid_t child = ::fork();
            if (child == 0) {
                const char started = 1;
                (void)!::write(ready[1], &started, 1);
                for (unsigned round = 1;; ++round)
                    save(contents[round % 2]);
            }
            char started = 0;
            (void)!::read(ready[0], &started, 1);
            ::usleep(static_cast<useconds_t>(200 + i * 137)); // spread over the phases of a save
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            ::close(ready[0]);
            ::close(ready[1]);
            const std::vector<std::byte> left = bytesOf(m_path);
            losses += left == contents[0] || left == contents[1] ? 0 : 1;
        }
        return losses;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
