// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/result.h"

#include <QtTest>

#include <array>
#include <memory>

using namespace latentscape;

class TestResult : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void value_ofSuccess_isMovedOut()
    {
        Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
        QVERIFY(result.ok());
        QVERIFY(static_cast<bool>(result));
        const std::unique_ptr<int> taken = std::move(result).value();
        QCOMPARE(*taken, 7);
    }

    void error_ofFailure_keepsCodeAndParts()
    {
        const Result<int> result(Error{ErrorCode::Mismatch, "Counts differ", "3", "4", "Choose others."});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, ErrorCode::Mismatch);
        QCOMPARE(result.error().found, std::string("4"));
    }

    void ofErrorType_valueAndErrorAreToldApart()
    {
        // A string result must not be confused with a failure that carries strings.
        const Result<std::string> text(std::string("fine"));
        QVERIFY(text.ok());
        QCOMPARE(text.value(), std::string("fine"));
    }

    void voidResult_defaultIsSuccess()
    {
        const Result<void> good;
        QVERIFY(good.ok());
        const Result<void> bad(Error{ErrorCode::WriteFailed, "No space", "", "", ""});
        QVERIFY(!bad.ok());
        QCOMPARE(bad.error().code, ErrorCode::WriteFailed);
    }

    void text_joinsParts_data()
    {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("remedy");
        QTest::addColumn<QString>("line");
        QTest::newRow("all") << "3" << "4" << "Do it." << "It failed: expected 3, found 4. Do it.";
        QTest::newRow("no found") << "3" << "" << "" << "It failed: expected 3.";
        QTest::newRow("only found") << "" << "4" << "" << "It failed: found 4.";
        QTest::newRow("bare") << "" << "" << "" << "It failed.";
    }
    void text_joinsParts()
    {
        QFETCH(QString, expected);
        QFETCH(QString, found);
        QFETCH(QString, remedy);
        QFETCH(QString, line);
        const Error error{ErrorCode::Malformed, "It failed", expected.toStdString(), found.toStdString(), remedy.toStdString()};
        QCOMPARE(QString::fromStdString(error.text()), line);
    }

    void isInputError_separatesMendableFromOther()
    {
        for (const ErrorCode code : {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Unreadable, ErrorCode::Malformed, ErrorCode::Unsupported, ErrorCode::Mismatch})
            QVERIFY(isInputError(code));
        for (const ErrorCode code : {ErrorCode::WriteFailed, ErrorCode::NonFinite, ErrorCode::OutOfMemory, ErrorCode::Cancelled, ErrorCode::Internal})
            QVERIFY(!isInputError(code));
    }

    void checkedProduct_overflow_isRefused()
    {
        constexpr std::uint64_t k32 = std::uint64_t{1} << 32;
        QCOMPARE(checkedProduct(std::array<std::uint64_t, 3>{60000, 28, 28}).value(), std::uint64_t{47040000});
        QVERIFY(!checkedProduct(std::array<std::uint64_t, 2>{k32, k32}));
        QVERIFY(checkedProduct(std::array<std::uint64_t, 2>{k32, k32 - 1}).has_value());
        QCOMPARE(checkedProduct(std::array<std::uint64_t, 3>{k32, 0, k32}).value(), std::uint64_t{0});
        QCOMPARE(checkedProduct({}).value(), std::uint64_t{1});
    }
};

QTEST_APPLESS_MAIN(TestResult)
#include "tst_result.moc"
