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

    void vector_isOneRow()
    {
        const std::vector<std::uint8_t> pixels{5, 6, 7, 8};
        const QImage image = sampleImage({1, 1, 4}, pixels);
        QCOMPARE(image.size(), QSize(4, 1));
        QCOMPARE(qGray(image.pixel(3, 0)), 8);
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
