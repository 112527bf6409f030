// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/vector_picture.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

using namespace latentscape;

namespace {

constexpr int kBright = 200;

struct Shot {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;

    [[nodiscard]] int at(int x, int y) const { return pixels.at(std::size_t(y) * std::size_t(width) + std::size_t(x)); }
    /// First and last bright row of a column; −1 where there is none.
    [[nodiscard]] std::pair<int, int> bright(int x, int least = kBright) const
    {
        int first = -1, last = -1;
        for (int y = 0; y < height; ++y)
            if (at(x, y) >= least) {
                first = first < 0 ? y : first;
                last = y;
            }
        return {first, last};
    }
};

Shot shot(const ItemShape& shape, const std::vector<std::uint8_t>& bytes, const VectorStyle& style = {})
{
    return {style.width, style.height, drawVector(shape, bytes, style)};
}

std::vector<std::uint8_t> sine(int count, double periods)
{
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        bytes[std::size_t(i)] = std::uint8_t(std::lround(127.5 + 120.0 * std::sin(6.283185307 * periods * i / count)));
    return bytes;
}

} // namespace

class TestVectorPicture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sequence_isAnUnbrokenCurveThroughItsValues_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("shortest") << 32 << 96 << 64;
        QTest::newRow("waves") << 128 << 96 << 64;
        QTest::newRow("waves, large") << 128 << 480 << 320;
        QTest::newRow("far longer than wide") << 5000 << 96 << 64;
        QTest::newRow("small") << 128 << 28 << 28;
    }
    void sequence_isAnUnbrokenCurveThroughItsValues()
    {
        QFETCH(int, count);
        QFETCH(int, width);
        QFETCH(int, height);
        const auto bytes = sine(count, 1.0);
        VectorStyle style;
        style.width = width;
        style.height = height;
        const Shot picture = shot({1, 1, count}, bytes, style);
        const int margin = width / 8;
        int before = -1;
        for (int x = margin; x < width - margin; ++x) {
            const auto [first, last] = picture.bright(x, 150);
            QVERIFY2(first >= 0, qPrintable(QString("column %1").arg(x)));
            QVERIFY(before < 0 || (first <= before + height / 6 + 2 && last >= before - height / 6 - 2));
            before = (first + last) / 2;
        }
        const auto [top, topEnd] = picture.bright(width / 4);
        const auto [low, lowEnd] = picture.bright(3 * width / 4);
        QVERIFY(top >= 0 && topEnd < height / 4);
        QVERIFY(low > height * 5 / 8 && lowEnd < height);
    }

    void zeroLine_isAtTheFootOrInTheMiddle()
    {
        const std::vector<std::uint8_t> high(64, 255);
        VectorStyle style;
        const Shot unit = shot({1, 1, 64}, high, style);
        style.standardized = true;
        const Shot standardized = shot({1, 1, 64}, high, style);
        QVERIFY(unit.at(48, 31) < 40 && unit.at(48, 32) < 40);
        QVERIFY(std::max(standardized.at(48, 31), standardized.at(48, 32)) > 70);
        int foot = 0;
        for (int y = 52; y < 64; ++y)
            foot = std::max(foot, unit.at(48, y));
        QVERIFY(foot > 70);
    }

    void table_hasABarANumber()
    {
        std::vector<std::uint8_t> bytes(16);
        for (std::size_t i = 0; i < 16; ++i)
            bytes[i] = std::uint8_t(15 + 16 * i);
        const Shot picture = shot({1, 1, 16}, bytes);
        int bars = 0, before = 0;
        for (int x = 0; x < picture.width; ++x) { // just above the foot
            const int now = picture.at(x, 56) >= kBright;
            bars += now && !before;
            before = now;
        }
        QCOMPARE(bars, 16);
        int lastTop = picture.height;
        for (int bar = 0; bar < 16; ++bar) {
            const auto [top, end] = picture.bright(5 + int((bar + 0.5) * 86.0 / 16.0));
            QVERIFY(top >= 0 && top < lastTop && end >= 56);
            lastTop = top;
        }
    }

    void table_standardised_goesBothWays()
    {
        const std::vector<std::uint8_t> bytes{0, 255, 128, 64};
        VectorStyle style;
        style.standardized = true;
        const Shot picture = shot({1, 1, 4}, bytes, style);
        const auto x = [&](int bar) { return 5 + int((bar + 0.5) * 86.0 / 4.0); };
        QVERIFY(picture.bright(x(0), 140).first >= 31 && picture.bright(x(0), 140).second > 55);
        QVERIFY(picture.bright(x(1)).first < 9 && picture.bright(x(1)).second <= 32);
        QCOMPARE(picture.bright(x(2), 120).first, -1); // nothing but the line
        QVERIFY(picture.at(x(0), 45) < picture.at(x(1), 20)); // downwards is darker
    }

    void channels_areToldApart()
    {
        std::vector<std::uint8_t> bytes(3 * 64, 40);
        std::fill_n(bytes.begin(), 64, std::uint8_t{220});
        std::fill_n(bytes.begin() + 64, 64, std::uint8_t{130});
        const Shot picture = shot({3, 1, 64}, bytes);
        std::vector<int> peaks;
        for (int y = 1; y + 1 < 58; ++y)
            if (picture.at(48, y) > 100 && picture.at(48, y) >= picture.at(48, y - 1) && picture.at(48, y) > picture.at(48, y + 1))
                peaks.push_back(picture.at(48, y));
        QCOMPARE(peaks.size(), std::size_t{3});
        QVERIFY(peaks[0] > peaks[1] + 40 && peaks[1] > peaks[2] + 20);
    }

    void anyInput_isDeterministicAndOfItsSize()
    {
        const auto bytes = sine(128, 3.0);
        QVERIFY(drawVector({1, 1, 128}, bytes) == drawVector({1, 1, 128}, bytes));
        QCOMPARE(drawVector({1, 1, 128}, bytes, {false, 41, 29}).size(), std::size_t{41 * 29});
        QCOMPARE(drawVector({1, 1, 1}, std::vector<std::uint8_t>{9}).size(), std::size_t{96 * 64});
        QCOMPARE(drawVector({5, 1, 31}, std::vector<std::uint8_t>(155, 255), {true, 16, 16}).size(), std::size_t{256});
        QVERIFY(drawVector({1, 1, 127}, bytes).empty());
        QVERIFY(drawVector({1, 2, 64}, bytes).empty());
        QVERIFY(drawVector({0, 1, 64}, {}).empty());
    }
};

QTEST_APPLESS_MAIN(TestVectorPicture)
#include "tst_vector_picture.moc"
