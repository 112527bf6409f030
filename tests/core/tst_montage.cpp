// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/montage.h"

#include <QtTest>

#include <limits>
#include <numeric>

using namespace latentscape;

namespace {

constexpr ItemShape kGrey{1, 2, 3};

std::vector<std::uint8_t> countingItems(std::size_t count, const ItemShape& shape)
{
    std::vector<std::uint8_t> values(count * shape.size());
    std::iota(values.begin(), values.end(), std::uint8_t{1});
    return values;
}

int pixel(const Picture& picture, int x, int y, int channel = 0)
{
    return picture.pixels.at(static_cast<std::size_t>(y) * picture.rowBytes() + static_cast<std::size_t>(x * picture.channels + channel));
}

} // namespace

class TestMontage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void grid_fiveItemsInTwoColumns_leavesGapsAndAnEmptyCell()
    {
        const Picture picture = gridMontage(kGrey, countingItems(5, kGrey), /*columns=*/2, {.gap = 2, .background = 200});
        QCOMPARE(picture.width, 2 * 3 + 2);
        QCOMPARE(picture.height, 3 * 2 + 2 * 2);
        QCOMPARE(picture.pixels.size(), picture.rowBytes() * 10);
        QCOMPARE(pixel(picture, 0, 0), 1);
        QCOMPARE(pixel(picture, 2, 1), 6);   // last pixel of item 0
        QCOMPARE(pixel(picture, 3, 0), 200); // gap
        QCOMPARE(pixel(picture, 5, 0), 7);   // item 1
        QCOMPARE(pixel(picture, 0, 2), 200);
        QCOMPARE(pixel(picture, 0, 4), 13);  // item 2
        QCOMPARE(pixel(picture, 0, 8), 25);  // item 4
        QCOMPARE(pixel(picture, 5, 8), 200); // nobody
    }

    void grid_moreColumnsThanItems_isAsWideAsTheItems()
    {
        const Picture picture = gridMontage(kGrey, countingItems(2, kGrey), /*columns=*/50);
        QCOMPARE(picture.width, 3 + 2 + 3);
        QCOMPARE(picture.height, 2);
    }

    void grid_colour_interleavesThePlanes()
    {
        const ItemShape shape{3, 2, 2};
        const Picture picture = gridMontage(shape, countingItems(1, shape), 1);
        QCOMPARE(picture.channels, 3);
        QCOMPARE(pixel(picture, 1, 0, 0), 2);
        QCOMPARE(pixel(picture, 1, 0, 1), 6);
        QCOMPARE(pixel(picture, 1, 0, 2), 10);
        QCOMPARE(pixel(picture, 0, 1, 2), 11);
    }

    void item_scaled_repeatsPixels()
    {
        const Picture picture = itemPicture(kGrey, countingItems(1, kGrey), /*scale=*/3);
        QCOMPARE(picture.width, 9);
        QCOMPARE(picture.height, 6);
        QCOMPARE(pixel(picture, 2, 2), 1);
        QCOMPARE(pixel(picture, 3, 2), 2);
        QCOMPARE(pixel(picture, 8, 5), 6);
    }

    void pairs_threeInTwoColumns_areOriginalsAboveReconstructions()
    {
        const auto originals = countingItems(3, kGrey);
        std::vector<std::uint8_t> reconstructions(originals.size());
        for (std::size_t i = 0; i < originals.size(); ++i)
            reconstructions[i] = static_cast<std::uint8_t>(originals[i] + 100);
        const Picture picture = pairMontage(kGrey, originals, reconstructions, /*columns=*/2, {.background = 50});
        QCOMPARE(picture.width, 8);
        QCOMPARE(picture.height, 4 * 2 + 3 * 2);
        QCOMPARE(pixel(picture, 5, 0), 7);
        QCOMPARE(pixel(picture, 5, 4), 107);
        QCOMPARE(pixel(picture, 0, 8), 13);
        QCOMPARE(pixel(picture, 0, 12), 113);
        QCOMPARE(pixel(picture, 5, 8), 50);
        QCOMPARE(pixel(picture, 5, 12), 50);
    }

    void bytes_anyMean_areRoundedAndClamped()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
        const std::vector<float> means{0.0F, 1.0F, 0.5F, -3.0F, 7.0F, nan, infinity, -infinity, 0.4F / 255.0F, 0.6F / 255.0F};
        const std::vector<std::uint8_t> expected{0, 255, 128, 0, 255, 0, 255, 0, 0, 1};
        QVERIFY(toBytes(means) == expected);
    }

    void drawable_shapes_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("height");
        QTest::addColumn<bool>("drawable");
        QTest::newRow("grey") << 1 << 28 << true;
        QTest::newRow("colour") << 3 << 28 << true;
        QTest::newRow("two channels") << 2 << 28 << false;
        QTest::newRow("vector") << 1 << 1 << false;
    }
    void drawable_shapes()
    {
        QFETCH(int, channels);
        QFETCH(int, height);
        QFETCH(bool, drawable);
        const auto checked = checkDrawable({channels, height, 28});
        QCOMPARE(checked.ok(), drawable);
        if (!drawable) {
            QCOMPARE(checked.error().code, ErrorCode::Unsupported);
            QVERIFY(checked.error().remedy.find(".npz") != std::string::npos);
        }
    }

    void squareColumns_counts_areAboutSquare()
    {
        QCOMPARE(squareColumns(1), 1);
        QCOMPARE(squareColumns(4), 2);
        QCOMPARE(squareColumns(5), 3);
        QCOMPARE(squareColumns(100), 10);
    }
};

QTEST_APPLESS_MAIN(TestMontage)
#include "tst_montage.moc"
