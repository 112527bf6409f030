// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <QtTest>

#include <QCryptographicHash>

#include <algorithm>

using namespace latentscape;

namespace {

std::span<const std::byte> bytesOf(const QByteArray& data)
{
    return std::as_bytes(std::span(data.constData(), std::size_t(data.size())));
}

} // namespace

class TestSha256 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void digest_knownAnswers_data() // FIPS 180-4 examples
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("digest");
        QTest::newRow("empty") << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::newRow("abc") << QByteArray("abc") << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        QTest::newRow("a million a") << QByteArray(1000000, 'a') << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    }
    void digest_knownAnswers()
    {
        QFETCH(QByteArray, message);
        QFETCH(QString, digest);
        QCOMPARE(QString::fromStdString(sha256Hex(bytesOf(message))), digest);
    }

    void digest_inPieces_equalsWhole()
    {
        QByteArray message;
        for (int i = 0; i < 1000; ++i)
            message.append(char(i * 7));
        const std::string whole = sha256Hex(bytesOf(message));
        for (const int piece : {1, 3, 55, 56, 63, 64, 65, 128, 999}) {
            Sha256 digest;
            for (int at = 0; at < message.size(); at += piece)
                digest.update(bytesOf(message).subspan(std::size_t(at), std::size_t(std::min<qsizetype>(piece, message.size() - at))));
            QCOMPARE(digest.hexDigest(), whole);
        }
    }

    void digest_byProcessorAndWithout_isTheSame()
    {
        if (!processorHasSha256())
            QSKIP("this processor does not compute SHA-256 itself");
        QByteArray message;
        for (int i = 0; i < 5000; ++i)
            message.append(char(i * 31 + i / 256));
        for (int length = 0; length < 5000; length += length < 200 ? 1 : 61) {
            Sha256 by(true), without(false);
            by.update(bytesOf(message).first(std::size_t(length)));
            without.update(bytesOf(message).first(std::size_t(length)));
            QCOMPARE(by.hexDigest(), without.hexDigest());
        }
    }

    void digest_everyLengthAroundBlocks_agreesWithQt()
    {
        for (int length = 0; length <= 200; ++length) {
            const QByteArray message(length, char(length));
            QCOMPARE(QByteArray::fromStdString(sha256Hex(bytesOf(message))), QCryptographicHash::hash(message, QCryptographicHash::Sha256).toHex());
        }
    }
};

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
