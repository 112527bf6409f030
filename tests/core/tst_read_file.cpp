// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/read_file.h"

#include <QtTest>

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace latentscape;

class TestReadFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path write(const char* name, const QByteArray& content) const
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("The test cannot write its file.");
        return file.fileName().toStdString();
    }

private Q_SLOTS:
    void content_ofRegularFile_isWhole()
    {
        QByteArray content(100000, 'x');
        content[0] = '\0';
        content[99999] = '\xff';
        const auto read = readFile(write("whole", content));
        QVERIFY(read.ok());
        QCOMPARE(read.value().size(), std::size_t{100000});
        QCOMPARE(std::memcmp(read.value().data(), content.constData(), 100000), 0);
    }

    void content_ofEmptyFile_isEmpty()
    {
        const auto read = readFile(write("empty", ""));
        QVERIFY(read.ok());
        QVERIFY(read.value().empty());
    }

    void missing_isNotFound()
    {
        const auto read = readFile(m_folder.filePath("nothing").toStdString());
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::NotFound);
        QCOMPARE(readFile(write("file", "x") / "below").error().code, ErrorCode::NotFound);
    }

    void overLimit_isMalformedWithBothSizes()
    {
        const auto path = write("ten", "0123456789");
        QVERIFY(readFile(path, /*limit=*/10).ok());
        const auto read = readFile(path, /*limit=*/9);
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::Malformed);
        QVERIFY(read.error().expected.find("9 bytes") != std::string::npos);
        QCOMPARE(read.error().found, std::string("10 bytes"));
    }

    void folderAndDevice_areUnsupported()
    {
        QCOMPARE(readFile(m_folder.path().toStdString()).error().code, ErrorCode::Unsupported);
        QCOMPARE(readFile("/dev/zero").error().code, ErrorCode::Unsupported);
    }

    void fifo_withoutWriter_isRefusedAtOnce()
    {
        const QByteArray path = m_folder.filePath("fifo").toLocal8Bit();
        QCOMPARE(::mkfifo(path.constData(), 0600), 0);
        QElapsedTimer timer;
        timer.start();
        const auto read = readFile(path.toStdString());
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::Unsupported);
        QVERIFY(read.error().found.find("FIFO") != std::string::npos);
    }

    void socket_isUnsupported()
    {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        const QByteArray path = m_folder.filePath("socket").toLocal8Bit();
        if (std::size_t(path.size()) >= sizeof address.sun_path)
            QSKIP("The temporary folder's path is too long for a socket.");
        std::memcpy(address.sun_path, path.constData(), std::size_t(path.size()) + 1);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        QVERIFY(socket >= 0);
        const int bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        const auto read = readFile(path.toStdString());
        ::close(socket);
        QCOMPARE(bound, 0);
        QCOMPARE(read.error().code, ErrorCode::Unsupported);
    }

    void withoutPermission_isUnreadable()
    {
        if (::geteuid() == 0)
            QSKIP("The superuser may read everything.");
        const auto path = write("secret", "x");
        QCOMPARE(::chmod(path.c_str(), 0), 0);
        QCOMPARE(readFile(path).error().code, ErrorCode::Unreadable);
    }

    void descriptors_afterFailures_areClosed()
    {
        const auto openCount = [] {
            int count = 0;
            for (int number = 0; number < 256; ++number)
                count += ::fcntl(number, F_GETFD) >= 0;
            return count;
        };
        const int before = openCount();
        for (int i = 0; i < 20; ++i) {
            QVERIFY(!readFile(m_folder.path().toStdString()).ok());
            QVERIFY(!readFile(write("limit", "xx"), 1).ok());
        }
        QCOMPARE(openCount(), before);
    }

    void head_ofShortAndLongFile_isCut()
    {
        const auto path = write("head", "abcdef");
        QCOMPARE(readFileHead(path, 4).value().size(), std::size_t{4});
        QCOMPARE(readFileHead(path, 64).value().size(), std::size_t{6});
        QCOMPARE(readFileHead(m_folder.path().toStdString(), 4).error().code, ErrorCode::Unsupported);
    }
};

QTEST_APPLESS_MAIN(TestReadFile)
#include "tst_read_file.moc"
