// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/paint_watch.h"
#include "ui/panels/image_view.h"
#include "ui/panels/paint_image.h"

#include <QPainter>
#include <QScreen>
#include <QSignalSpy>
#include <QtTest>

#include <random>

using namespace latentscape::tests;
using namespace latentscape::ui;

namespace {

/// Grey noise inside a rectangle, black elsewhere, as a decoded digit on its ground.
QImage patch(const QSize& size, const QRect& where, unsigned seed)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::black);
    std::mt19937 random(seed);
    for (int y = where.top(); y <= where.bottom(); ++y) {
        for (int x = where.left(); x <= where.right(); ++x) {
            const int grey = 1 + static_cast<int>(random() % 255);
            image.setPixel(x, y, qRgb(grey, grey, grey));
        }
    }
    return image;
}

} // namespace

class TestImageView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )"))); }

    void nearestNeighbour_keepsSharpPixels()
    {
        ImageView view;
        QImage two(2, 2, QImage::Format_RGB32);
        two.setPixel(0, 0, qRgb(255, 0, 0));
        two.setPixel(1, 0, qRgb(0, 255, 0));
        two.setPixel(0, 1, qRgb(0, 0, 255));
        two.setPixel(1, 1, qRgb(255, 255, 255));
        view.resize(101, 101); // odd: the pixels differ by one in width, but never mix
        view.setImage(two, 1);
        const QImage shot = view.grab().toImage();
        QCOMPARE(shot.pixel(47, 47), qRgb(255, 0, 0));
        QCOMPARE(shot.pixel(53, 47), qRgb(0, 255, 0));
        QCOMPARE(shot.pixel(47, 53), qRgb(0, 0, 255));
        QCOMPARE(shot.pixel(53, 53), qRgb(255, 255, 255));
    }

    void nextImages_partlyRepainted_lookAsPaintedWhole_data()
    {
        QTest::addColumn<QSize>("pixels");
        QTest::addColumn<QSize>("size");
        QTest::newRow("digit") << QSize(28, 28) << QSize(264, 264);
        QTest::newRow("uneven") << QSize(28, 28) << QSize(251, 263);
        QTest::newRow("evened out") << QSize(28, 28) << QSize(80, 80);
        QTest::newRow("averaged") << QSize(64, 64) << QSize(50, 50);
        QTest::newRow("flat") << QSize(128, 1) << QSize(240, 200);
    }

    void nextImages_partlyRepainted_lookAsPaintedWhole()
    {
        QFETCH(QSize, pixels);
        QFETCH(QSize, size);
        ImageView view;
        view.resize(size);
        view.setImage(patch(pixels, QRect(QPoint(), pixels), 99));
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        std::mt19937 random(5);
        for (unsigned step = 0; step < 30; ++step) {
            const int left = static_cast<int>(random() % static_cast<unsigned>(pixels.width()));
            const int top = static_cast<int>(random() % static_cast<unsigned>(pixels.height()));
            const QRect where = QRect(left, top, 1 + static_cast<int>(random() % 12), 1 + static_cast<int>(random() % 12)) & QRect(QPoint(), pixels);
            QSignalSpy painted(&view, &ImageView::painted);
            if (step % 3 == 0)
                view.setImage(patch(pixels, where.translated(-1, -1) & where, step + 100), 1000); // replaced before it is painted
            view.setImage(patch(pixels, where, step), step);
            QTRY_VERIFY(!painted.isEmpty() && painted.last().at(0).toULongLong() == step);
            const QImage shown = view.screen()->grabWindow(view.winId()).toImage().convertToFormat(QImage::Format_RGB32);
            QCOMPARE(shown, view.grab().toImage().convertToFormat(QImage::Format_RGB32));
        }
    }

    void nextImage_repaintsWhatChanged()
    {
        ImageView view;
        view.resize(280, 280);
        view.setImage(patch({28, 28}, {8, 8, 10, 10}, 1), 1);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QSignalSpy painted(&view, &ImageView::painted);
        const auto paintedBy = [&](const QImage& next, quint64 tag) {
            const PaintWatch seen(view);
            view.setImage(next, tag);
            [&] { QTRY_VERIFY(!painted.isEmpty() && painted.last().at(0).toULongLong() == tag); }();
            return seen.region.boundingRect();
        };
        const QRect part = paintedBy(patch({28, 28}, {10, 6, 10, 10}, 2), 2); // columns 8 to 19, rows 6 to 17
        QVERIFY(part.contains(QRect(80, 60, 120, 120)));
        QVERIFY(QRect(78, 58, 124, 124).contains(part));
        const QRect same = paintedBy(patch({28, 28}, {10, 6, 10, 10}, 2), 3); // its paint is reported nevertheless
        QVERIFY(!same.isEmpty() && same.width() < 16 && same.height() < 16);
        QCOMPARE(paintedBy(patch({14, 28}, {0, 0, 14, 28}, 2), 4), view.rect()); // another shape: the frame moves
        QCOMPARE(paintedBy({}, 5), view.rect());
        QCOMPARE(paintedBy(patch({28, 28}, {}, 0), 6), view.rect());
    }

    void differingPixels_isTheSmallestRectangle()
    {
        const QImage before = patch({28, 20}, {3, 4, 9, 7}, 1);
        QVERIFY(differingPixels(before, before.copy()).isNull());
        std::mt19937 random(3);
        for (int n = 0; n < 200; ++n) {
            QImage after = before.copy();
            QRect expected;
            for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
                const QPoint at(static_cast<int>(random() % 28), static_cast<int>(random() % 20));
                after.setPixel(at, qRgb(255, 0, 0)); // no grey
                expected |= QRect(at, QSize(1, 1));
            }
            QCOMPARE(differingPixels(before, after), expected);
        }
        QCOMPARE(differingPixels(before, patch({5, 5}, {}, 0)), QRect(0, 0, 5, 5));
        QCOMPARE(differingPixels({}, before), before.rect());
    }
};

QTEST_MAIN(TestImageView)
#include "tst_image_view.moc"
