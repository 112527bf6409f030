// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/backdrop_pictures.h"
#include "app/window/sample_pictures.h"
#include "core/data/data_catalogue.h"

#include <QtTest>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace latentscape;
using namespace latentscape::app;

namespace {

std::shared_ptr<const Dataset> builtIn(const char* spec)
{
    DataRequest request;
    request.spec = spec;
    request.trainCount = 24;
    request.testCount = 6;
    return loadDataset(request).value();
}

/// What the decoding thread would answer if the decoder gave back the first samples of the set.
DecodeResult decodeOf(const Dataset& data, std::size_t count)
{
    DecodeResult result;
    result.count = count;
    result.shape = data.shape();
    result.standardized = data.isStandardized();
    const std::size_t size = data.shape().size();
    result.pixels.resize(count * size);
    for (std::size_t i = 0; i < count; ++i)
        data.copyBytes(data.train(), i, std::span(result.pixels).subspan(i * size, size));
    return result;
}

/// Place and colour of the brightest pixel of the middle of a shape: where all three channels are full but for the hue.
QRgb colourOfSample(const Dataset& data, std::size_t index, QPoint& place)
{
    const auto sample = data.train().bytes().subspan(index * 3072, 3072);
    int best = -1;
    QRgb colour = 0;
    for (int i = 0; i < 1024; ++i) {
        const int strongest = std::max({sample[std::size_t(i)], sample[std::size_t(1024 + i)], sample[std::size_t(2048 + i)]});
        if (strongest > best) {
            best = strongest;
            place = QPoint(i % 32, i / 32);
            colour = qRgb(sample[std::size_t(i)], sample[std::size_t(1024 + i)], sample[std::size_t(2048 + i)]);
        }
    }
    return colour;
}

} // namespace

class TestSamplePictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void colour_isKeptByEveryPicture()
    {
        const auto data = builtIn("shapes-colour");
        const DecodeResult decoded = decodeOf(*data, 6);
        const auto pictures = decodedPictures(decoded);
        const QImage grid = gridPicture(decoded, 3), quantiles = quantilePicture(decoded, 3);
        QCOMPARE(pictures.size(), 6);
        QCOMPARE(grid.size(), QSize(96, 64));
        for (std::size_t i = 0; i < 6; ++i) {
            QPoint place;
            const QRgb colour = colourOfSample(*data, i, place);
            QVERIFY(qRed(colour) != qGreen(colour) || qGreen(colour) != qBlue(colour));
            QCOMPARE(samplePicture(*data, data->train(), i).pixel(place), colour);
            QCOMPARE(samplePicture(*data, data->train(), i, PictureSize::Large).pixel(place), colour);
            QCOMPARE(pictures[qsizetype(i)].pixel(place), colour);
            QCOMPARE(grid.pixel(int(i % 3) * 32 + place.x(), int(i / 3) * 32 + place.y()), colour);
        }
        bool coloured = false;
        for (int y = 0; y < quantiles.height() && !coloured; y += 4)
            for (int x = 0; x < quantiles.width(); x += 4)
                coloured = coloured || !qIsGray(quantiles.pixel(x, y));
        QVERIFY(coloured);
        std::vector<double> sum(3072, 0.0);
        std::vector<float> sample(3072);
        data->copyFloats(data->train(), 0, sample);
        for (std::size_t k = 0; k < sum.size(); ++k)
            sum[k] = 2.0 * double(sample[k]);
        QCOMPARE(meanPicture(*data, sum, 2), samplePicture(*data, data->train(), 0));
    }

    void vector_isADrawingEverywhere_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::newRow("sequence") << "waves";
        QTest::newRow("standardised table") << "blobs";
        QTest::newRow("counts") << "counts";
    }
    void vector_isADrawingEverywhere()
    {
        QFETCH(QString, spec);
        const auto data = builtIn(spec.toLatin1().constData());
        const DecodeResult decoded = decodeOf(*data, 6);
        const auto pictures = decodedPictures(decoded);
        for (std::size_t i = 0; i < 6; ++i) {
            const QImage own = samplePicture(*data, data->train(), i);
            QCOMPARE(own.size(), QSize(96, 64));
            QCOMPARE(pictures[qsizetype(i)], own); // a decode and the sample itself are drawn alike
            for (std::size_t k = 0; k < i; ++k)
                QVERIFY(pictures[qsizetype(k)] != own);
        }
        const QImage large = samplePicture(*data, data->train(), 0, PictureSize::Large);
        QVERIFY(large.width() > 400);
        QCOMPARE(decodedPicture(decoded, 0, ui::largeVector(data->isStandardized())), large);
        const QImage grid = gridPicture(decoded, 3);
        QCOMPARE(grid.width() / 3, grid.height() / 2); // square cells
        QCOMPARE(grid.copy(0, 0, grid.width() / 3, grid.height() / 2),
                 decodedPicture(decoded, 0, {data->isStandardized(), QSize(grid.width() / 3, grid.height() / 2)}));
        QVERIFY(!quantilePicture(decoded, 3).isNull());
    }

    void mean_ofStandardisedSamples_isDrawnInTheirRange()
    {
        const auto data = builtIn("blobs");
        std::vector<float> sample(data->shape().size());
        data->copyFloats(data->train(), 3, sample);
        std::vector<double> sum(sample.begin(), sample.end());
        QCOMPARE(meanPicture(*data, sum, 1), samplePicture(*data, data->train(), 3));
    }
};

QTEST_GUILESS_MAIN(TestSamplePictures)
#include "tst_sample_pictures.moc"
