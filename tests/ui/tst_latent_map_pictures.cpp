// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"
#include "ui/map/map_legend.h"

#include <QAccessible>
#include <QFileInfo>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>

using namespace latentscape;
using namespace latentscape::tests;

class TestLatentMapPictures : public LatentMapFixture {
    Q_OBJECT

private Q_SLOTS:
    // --- pictures -----------------------------------------------------------------------------------------------------------

    void export_png_hasSizeAndThemedGround()
    {
        QTemporaryDir dir;
        for (const Theme& theme : {Theme::light(), Theme::darkTheme()}) {
            m_map->setTheme(theme);
            const QString path = dir.filePath(QStringLiteral("map.png"));
            QVERIFY(m_map->exportTo(path, 2.0));
            const QImage image(path);
            QCOMPARE(image.size(), QSize(1200, 1000));
            QCOMPARE(image.pixelColor(1199 - 150, 999 - 3), theme.surface);
            QVERIFY(inkedPixels(image, theme.surface) > 5'000);
        }
    }

    void export_vectors_showTheMap()
    {
        QTemporaryDir dir;
        const QString svg = dir.filePath(QStringLiteral("map.svg")), pdf = dir.filePath(QStringLiteral("map.pdf"));
        QVERIFY(m_map->exportTo(svg, 2.0));
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QImage image(600, 500, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        renderer.render(&painter);
        painter.end();
        QVERIFY(inkedPixels(image, Qt::white) > 1'000);
        QVERIFY(m_map->exportTo(pdf, 2.0));
        QFile file(pdf);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.read(5) == "%PDF-" && file.size() > 5'000);
    }

    void export_unknownSuffixOrFolder_isRefused()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("map.xyz"));
        QVERIFY(!m_map->exportTo(path, 1.0));
        QVERIFY(!QFileInfo::exists(path));
        QVERIFY(!m_map->exportTo(dir.filePath(QStringLiteral("missing/map.png")), 1.0));
    }

    void screen_settled_equalsTheRenderedMap()
    {
        QTRY_VERIFY(m_map->settled());
        for (QWidget* child : m_map->findChildren<QWidget*>()) { // handles are not part of the picture
            if (QString::fromLatin1(child->metaObject()->className()).endsWith(QLatin1String("MapOverlay")))
                child->hide();
        }
        const QImage screen = m_map->grab().toImage().convertToFormat(QImage::Format_RGB32);
        const QImage rendered = m_map->renderedImage(m_map->devicePixelRatioF()).convertToFormat(QImage::Format_RGB32);
        QCOMPARE(screen.size(), rendered.size());
        int different = 0;
        for (int y = 0; y < screen.height(); ++y) {
            for (int x = 0; x < screen.width() - 130; ++x) // the legend's translucent ground rounds differently
                different += screen.pixel(x, y) != rendered.pixel(x, y);
        }
        QVERIFY2(different < 200, qPrintable(QString::number(different))); // half-transparent text patches may round by one
    }

    void emptyMap_afterClearing_saysWhatWillAppear()
    {
        m_map->setCodes(nullptr, Plane::axes(2, 0, 1));
        QTRY_VERIFY(m_map->settled());
        QVERIFY(m_map->classes().empty());
        QVERIFY(!m_map->findChild<MapLegend*>()->isVisible());
        QVERIFY(inkedPixels(m_map->renderedImage(1.0), Theme::light().surface) > 500); // the sentence, the circles
    }

    // --- accessibility ------------------------------------------------------------------------------------------------------

    void accessible_map_isAChartOfClasses()
    {
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(m_map.get());
        QVERIFY(chart);
        QCOMPARE(chart->role(), QAccessible::Chart);
        QCOMPARE(chart->text(QAccessible::Name), QStringLiteral("Latent map"));
        m_map->setProbeInfo(QStringLiteral("z (0.62, −1.18), nearest label 7"));
        QVERIFY(chart->text(QAccessible::Description).contains(QStringLiteral("z (0.62, −1.18), nearest label 7")));
        QCOMPARE(chart->childCount(), 3);
        for (int i = 0; i < 3; ++i) {
            QAccessibleInterface* item = chart->child(i);
            QVERIFY(item && item->isValid());
            QCOMPARE(item->role(), QAccessible::ListItem);
            QCOMPARE(item->text(QAccessible::Name), QStringLiteral("class %1").arg(i));
            QVERIFY(item->text(QAccessible::Value).contains(QStringLiteral("27")));
            QCOMPARE(chart->indexOfChild(item), i);
            QCOMPARE(item->parent(), chart);
        }
        QVERIFY(!chart->child(3));
        chart->child(1)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(shownClasses(), (std::vector<bool>{false, true, false}));
        QVERIFY(!chart->child(0)->state().checked);
    }
};

QTEST_MAIN(TestLatentMapPictures)
#include "tst_latent_map_pictures.moc"
