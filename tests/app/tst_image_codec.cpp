// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/media/animation_writer.h"
#include "app/media/qt_image_codec.h"

#include <QBuffer>
#include <QImage>
#include <QImageReader>
#include <QtTest>

using namespace latentscape;
using namespace latentscape::app;

namespace {

/// A picture whose pixel values depend on place and channel; widths that are no multiple of four show forgotten row padding.
Picture pattern(int channels, int width, int height, int seed = 0)
{
    Picture picture{channels, height, width, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                picture.pixels.push_back(static_cast<std::uint8_t>(17 * x + 31 * y + 80 * c + 7 * seed));
    return picture;
}

QByteArray asByteArray(const std::vector<std::byte>& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

bool samePixels(const QImage& image, const Picture& picture, int tolerance = 0)
{
    if (image.width() != picture.width || image.height() != picture.height)
        return false;
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const QRgb found = image.pixel(x, y);
            const std::size_t at = static_cast<std::size_t>(y) * picture.rowBytes() + static_cast<std::size_t>(x * picture.channels);
            const int green = picture.channels == 3 ? 1 : 0, blue = picture.channels == 3 ? 2 : 0;
            if (std::abs(qRed(found) - picture.pixels[at]) > tolerance || std::abs(qGreen(found) - picture.pixels[at + static_cast<std::size_t>(green)]) > tolerance
                || std::abs(qBlue(found) - picture.pixels[at + static_cast<std::size_t>(blue)]) > tolerance)
                return false;
        }
    return true;
}

} // namespace

class TestImageCodec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(".*")); }

    void png_anyPicture_isReadBackExactly_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("grey") << 1 << 29 << 13;
        QTest::newRow("colour") << 3 << 31 << 7;
        QTest::newRow("one pixel") << 1 << 1 << 1;
    }
    void png_anyPicture_isReadBackExactly()
    {
        QFETCH(int, channels);
        QFETCH(int, width);
        QFETCH(int, height);
        const Picture picture = pattern(channels, width, height);
        const auto png = QtImageCodec().encodePng(picture);
        QVERIFY(png.ok());
        const QByteArray bytes = asByteArray(png.value());
        QVERIFY(bytes.startsWith("\x89PNG"));
        QVERIFY(samePixels(QImage::fromData(bytes, "PNG"), picture));
        QVERIFY2(!bytes.contains("tIME"), "a clock in the file would make two runs differ");
        QVERIFY(QtImageCodec().encodePng(picture).value() == png.value());
    }

    void png_noPicture_isRefused_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("surplus");
        QTest::newRow("empty") << 1 << 0 << 0;
        QTest::newRow("two channels") << 2 << 4 << 0;
        QTest::newRow("too many bytes") << 1 << 4 << 1;
        QTest::newRow("too few bytes") << 3 << 4 << -1;
    }
    void png_noPicture_isRefused()
    {
        QFETCH(int, channels);
        QFETCH(int, width);
        QFETCH(int, surplus);
        Picture picture = pattern(channels, width, 4);
        picture.pixels.resize(static_cast<std::size_t>(static_cast<int>(picture.pixels.size()) + surplus));
        const auto png = QtImageCodec().encodePng(picture);
        QVERIFY(!png.ok());
        QCOMPARE(png.error().code, ErrorCode::InvalidArgument);
    }

    void gif_frames_areReadBack_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("tolerance"); // half a step of the colour cube, and rounding
        QTest::newRow("grey") << 1 << 0;
        QTest::newRow("colour") << 3 << 26;
    }
    void gif_frames_areReadBack()
    {
        QFETCH(int, channels);
        QFETCH(int, tolerance);
        if (!QImageReader::supportedImageFormats().contains("gif"))
            QSKIP("This Qt reads no GIF.");
        const std::vector<Picture> frames{pattern(channels, 21, 11, 0), pattern(channels, 21, 11, 1), pattern(channels, 21, 11, 2)};
        const auto gif = encodeGif(frames, 80);
        QVERIFY2(gif.ok(), gif.ok() ? "" : gif.error().text().c_str());
        QByteArray bytes = asByteArray(gif.value());
        QVERIFY(bytes.startsWith("GIF89a"));
        QVERIFY(bytes.contains("NETSCAPE2.0"));
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        QImageReader reader(&buffer, "gif");
        QCOMPARE(reader.imageCount(), 3);
        for (const Picture& frame : frames) {
            const QImage image = reader.read();
            QVERIFY2(!image.isNull(), qPrintable(reader.errorString()));
            QVERIFY(samePixels(image, frame, tolerance));
            QCOMPARE(reader.nextImageDelay(), 80);
        }
        QVERIFY(encodeGif(frames, 80).value() == gif.value());
    }

    void webp_frames_areAnAnimation()
    {
        const std::vector<Picture> frames{pattern(1, 20, 10, 0), pattern(1, 20, 10, 5), pattern(1, 20, 10, 9)};
        const auto webp = encodeWebp(frames, 80);
        QVERIFY2(webp.ok(), webp.ok() ? "" : webp.error().text().c_str());
        const QByteArray bytes = asByteArray(webp.value());
        QVERIFY(bytes.startsWith("RIFF"));
        QCOMPARE(bytes.mid(8, 4), QByteArray("WEBP"));
        QVERIFY(bytes.contains("ANIM"));
        QCOMPARE(bytes.count("ANMF"), 3);
        QVERIFY(encodeWebp(frames, 80).value() == webp.value());
    }

    void animation_stopped_isNoFile()
    {
        const std::vector<Picture> frames{pattern(1, 20, 10, 0), pattern(1, 20, 10, 5)};
        std::stop_source source;
        QVERIFY(encodeGif(frames, 80, source.get_token()).ok() && encodeWebp(frames, 80, source.get_token()).ok());
        source.request_stop();
        QCOMPARE(encodeGif(frames, 80, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(encodeWebp(frames, 80, source.get_token()).error().code, ErrorCode::Cancelled);
    }

    void animation_wrongFrames_areRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("none") << 0;
        QTest::newRow("two sizes") << 1;
        QTest::newRow("too fast") << 2;
        QTest::newRow("empty frames") << 3;
    }
    void animation_wrongFrames_areRefused()
    {
        QFETCH(int, what);
        std::vector<Picture> frames{pattern(1, 8, 8), pattern(1, 8, 8)};
        if (what == 0)
            frames.clear();
        if (what == 1)
            frames[1] = pattern(1, 9, 8);
        if (what == 3)
            frames = {Picture{}};
        const int delay = what == 2 ? 1 : 80;
        QCOMPARE(encodeGif(frames, delay).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(encodeWebp(frames, delay).error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestImageCodec)
#include "tst_image_codec.moc"
