// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/image_grid.h"

#include <QSignalSpy>
#include <QtTest>

using namespace latentscape::ui;

class TestImageGrid : public QObject {
    Q_OBJECT

private:
    static QImage tile(int index)
    {
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(qRgb(index * 20 % 256, 100, 255 - index * 20 % 256));
        return image;
    }
    static QVector<QImage> tiles(int count)
    {
        QVector<QImage> images;
        for (int i = 0; i < count; ++i)
            images.append(tile(i));
        return images;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )"))); }

    void columns_automatic_makesImagesLargest_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("columns");
        QTest::newRow("wide") << QSize(900, 120) << 12;
        QTest::newRow("square") << QSize(400, 300) << 4;
        QTest::newRow("tall") << QSize(160, 900) << 2;
    }
    void columns_automatic_makesImagesLargest()
    {
        QFETCH(QSize, size);
        QFETCH(int, columns);
        ImageGrid grid;
        grid.resize(size);
        grid.setImages(tiles(12));
        QCOMPARE(grid.columns(), columns);
    }

    void cells_areEqualAndEvenlySpaced()
    {
        ImageGrid grid;
        grid.resize(501, 377);
        grid.setImages(tiles(20), 5);
        const QRect first = grid.cellRect(0);
        const int gap = grid.cellRect(1).left() - first.right() - 1;
        QVERIFY(gap > 0);
        for (int i = 0; i < 20; ++i) {
            const QRect cell = grid.cellRect(i);
            QCOMPARE(cell.size(), first.size());
            QCOMPARE(cell.left(), first.left() + i % 5 * (first.width() + gap));
            QCOMPARE(cell.top(), first.top() + i / 5 * (first.height() + gap));
            QVERIFY(grid.rect().contains(cell));
        }
    }

    void images_arePaintedInRowOrder()
    {
        ImageGrid grid;
        grid.setTheme(Theme::light());
        grid.resize(400, 300);
        grid.setImages(tiles(12), 4);
        const QImage shot = grid.grab().toImage();
        for (int i = 0; i < 12; ++i)
            QCOMPARE(shot.pixel(grid.cellRect(i).center()), tile(i).pixel(0, 0));
    }

    void pairs_standAboveEachOther()
    {
        ImageGrid grid;
        grid.resize(400, 300);
        QVector<QImage> below;
        for (int i = 0; i < 6; ++i)
            below.append(tile(i + 6));
        grid.setSecondImages(below);
        grid.setCaptions({"7 · 0", "7 · 1", "7 · 2", "7 · 3", "7 · 4", "7 · 5"});
        grid.setImages(tiles(6), 3);
        const QImage shot = grid.grab().toImage();
        const QRect cell = grid.cellRect(4);
        QCOMPARE(shot.pixel(cell.center().x(), cell.top() + cell.height() / 4), tile(4).pixel(0, 0));
        QCOMPARE(shot.pixel(cell.center().x(), cell.top() + cell.height() * 3 / 4), tile(10).pixel(0, 0));
    }

    void click_activatesTheImageUnderIt()
    {
        ImageGrid grid;
        grid.resize(400, 300);
        grid.setImages(tiles(12), 4);
        QSignalSpy activated(&grid, &ImageGrid::activated);
        QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.cellRect(7).center());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.at(0).at(0).toInt(), 7);
        QTest::mouseClick(&grid, Qt::LeftButton, {}, QPoint(0, 0)); // beside the images
        QTest::mouseClick(&grid, Qt::RightButton, {}, grid.cellRect(3).center());
        QCOMPARE(activated.count(), 1);
    }

    void keys_moveAndActivate()
    {
        ImageGrid grid;
        grid.resize(400, 300);
        grid.setImages(tiles(12), 4);
        QSignalSpy activated(&grid, &ImageGrid::activated);
        QTest::keyClick(&grid, Qt::Key_Right);
        QTest::keyClick(&grid, Qt::Key_Down);
        QTest::keyClick(&grid, Qt::Key_Return);
        QCOMPARE(activated.last().at(0).toInt(), 5);
        QTest::keyClick(&grid, Qt::Key_End);
        QTest::keyClick(&grid, Qt::Key_Right); // stays at the end
        QTest::keyClick(&grid, Qt::Key_Return);
        QCOMPARE(activated.last().at(0).toInt(), 11);
    }

    void rendered_scalesPixelsAndIsNullWhenEmpty()
    {
        ImageGrid grid;
        grid.resize(400, 300);
        QVERIFY(grid.rendered(2.0).isNull());
        grid.setImages(tiles(12), 4);
        const QImage once = grid.rendered(1.0);
        const QImage twice = grid.rendered(2.0);
        QVERIFY(!once.isNull());
        QVERIFY(std::abs(twice.width() - 2 * once.width()) <= 4 * 8 + 8); // cells are whole multiples of the samples' 8 pixels
        QVERIFY(twice.width() > once.width());
        QCOMPARE(once.pixel(once.width() / 8, once.height() / 6), tile(0).pixel(0, 0));
    }

    void manyImages_smallWidget_doesNotFail()
    {
        ImageGrid grid;
        grid.resize(40, 30);
        grid.setImages(tiles(900), 30);
        QVERIFY(!grid.grab().isNull());
        grid.setImages({}, 30);
        QCOMPARE(grid.count(), 0);
        QVERIFY(!grid.grab().isNull());
    }
};

QTEST_MAIN(TestImageGrid)
#include "tst_image_grid.moc"
