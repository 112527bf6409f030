// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/montage.h"

#include <QtTest>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

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

    void bytes_ofStandardisedMeans_spanThreeDeviations()
    {
        const std::vector<float> means{-3.0F, 0.0F, 1.5F, 3.0F, -20.0F, 20.0F};
        const std::vector<std::uint8_t> expected{0, 128, 191, 255, 0, 255};
        QVERIFY(toBytes(means, /*standardized=*/true) == expected);
    }

    void vectors_becomeDrawings()
    {
        const ItemShape shape{1, 1, 64};
        std::vector<std::uint8_t> items(3 * shape.size(), 0);
        std::fill_n(items.begin(), shape.size(), std::uint8_t{255});
        const ItemShape drawn = drawnShape(shape);
        QVERIFY(drawn.isImage() && drawn.channels == 1);
        QCOMPARE(drawnShape(kGrey), kGrey);
        const Picture grid = gridMontage(shape, items, /*columns=*/2, {.gap = 2, .background = 200, .scale = 2});
        QCOMPARE(grid.width, 2 * 2 * drawn.width + 2);
        QCOMPARE(grid.height, 2 * 2 * drawn.height + 2);
        QCOMPARE(pixel(grid, 2 * drawn.width, 0), 200);                              // the gap
        QCOMPARE(pixel(grid, 3 * drawn.width + 2, 3 * drawn.height + 2), 200);       // the empty cell
        const Picture alone = itemPicture(shape, std::span(items).first(shape.size()), 2);
        for (int y = 0; y < alone.height; ++y)
            for (int x = 0; x < alone.width; ++x)
                QCOMPARE(pixel(grid, x, y), pixel(alone, x, y));
        const auto brightest = [&](int top, int bottom) {
            return *std::max_element(alone.pixels.begin() + top * alone.width, alone.pixels.begin() + bottom * alone.width);
        };
        QVERIFY(brightest(0, alone.height / 4) > 240); // the curve at the top
        QVERIFY(brightest(alone.height / 4, alone.height) < 128);

        const Picture pairs = pairMontage(shape, items, items, /*columns=*/2, {.background = 50});
        QCOMPARE(pairs.height, 4 * drawn.height + 6);
        QCOMPARE(pixel(pairs, drawn.width + 10, 3 * drawn.height), 50); // the empty place beside the third
    }

    void pixelPicture_ofOneRow_keepsItsPixels()
    {
        const std::vector<std::uint8_t> planes{1, 2, 3, 4, 5, 6};
        const Picture picture = pixelPicture({3, 1, 2}, planes, 2);
        QCOMPARE(picture.width, 4);
        QCOMPARE(picture.height, 2);
        QVERIFY((picture.pixels == std::vector<std::uint8_t>{1, 3, 5, 1, 3, 5, 2, 4, 6, 2, 4, 6, 1, 3, 5, 1, 3, 5, 2, 4, 6, 2, 4, 6}));
    }

    void drawable_shapes_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("height");
        QTest::addColumn<bool>("drawable");
        QTest::newRow("grey") << 1 << 28 << true;
        QTest::newRow("colour") << 3 << 28 << true;
        QTest::newRow("two channels") << 2 << 28 << false;
        QTest::newRow("vector") << 1 << 1 << true;
        QTest::newRow("vector of two channels") << 2 << 1 << true;
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
