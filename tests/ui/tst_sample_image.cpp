// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sample_image.h"

#include <QtTest>

#include <cstdint>
#include <vector>

using namespace latentscape;
using latentscape::ui::sampleImage;

class TestSampleImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void greyImage_oddWidth_keepsRows()
    {
        // Three columns: rows of the QImage are padded to four bytes.
        const std::vector<std::uint8_t> pixels{0, 10, 20, 30, 40, 255};
        const QImage image = sampleImage({1, 2, 3}, pixels);
        QCOMPARE(image.size(), QSize(3, 2));
        QCOMPARE(qGray(image.pixel(2, 0)), 20);
        QCOMPARE(qGray(image.pixel(0, 1)), 30);
        QCOMPARE(qGray(image.pixel(2, 1)), 255);
    }

    void colourImage_planarChannels_becomesRgb()
    {
        const std::vector<std::uint8_t> pixels{1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24};
        const QImage image = sampleImage({3, 2, 2}, pixels);
        QCOMPARE(image.pixel(0, 0), qRgb(1, 11, 21));
        QCOMPARE(image.pixel(1, 0), qRgb(2, 12, 22));
        QCOMPARE(image.pixel(1, 1), qRgb(4, 14, 24));
    }

    void vector_isDrawnInTheLooksSize()
    {
        const std::vector<std::uint8_t> pixels{0, 255, 0, 128};
        const QImage image = sampleImage({1, 1, 4}, pixels);
        QCOMPARE(image.size(), QSize(96, 64));
        QCOMPARE(qGray(image.pixel(36, 20)), 255); // the second of four bars reaches up
        QVERIFY(qGray(image.pixel(12, 20)) < 64);
        const QImage large = sampleImage({1, 1, 4}, pixels, ui::largeVector(/*standardized=*/false));
        QVERIFY(large.width() > 400 && large.height() * 3 == large.width() * 2);
        QCOMPARE(sampleImage({1, 1, 4}, pixels, {.size = QSize(1, 100000)}).size(), QSize(16, 4096));
    }

    void vector_standardised_hasItsZeroLineInTheMiddle()
    {
        const std::vector<std::uint8_t> pixels{0, 255};
        const QImage image = sampleImage({1, 1, 2}, pixels, {.standardized = true});
        QVERIFY(qGray(image.pixel(24, 48)) > 120 && qGray(image.pixel(24, 16)) < 64); // −3: down
        QCOMPARE(qGray(image.pixel(72, 16)), 255);                                    // 3: up
        QVERIFY(qGray(image.pixel(72, 48)) < 64);
    }

    void wrongSize_isNull_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("too few") << 5;
        QTest::newRow("too many") << 7;
        QTest::newRow("none") << 0;
    }
    void wrongSize_isNull()
    {
        QFETCH(int, count);
        const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count));
        QVERIFY(sampleImage({1, 2, 3}, pixels).isNull());
    }

    void emptyShape_isNull()
    {
        QVERIFY(sampleImage({0, 2, 3}, {}).isNull());
        QVERIFY(sampleImage({1, 0, 3}, {}).isNull());
    }
};

QTEST_GUILESS_MAIN(TestSampleImage)
#include "tst_sample_image.moc"
