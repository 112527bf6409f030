// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/bars_painter.h"
#include "ui/plots/kl_bars.h"

#include <QFile>
#include <QHelpEvent>
#include <QImage>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

using namespace latentscape;
using namespace latentscape::ui;

namespace {

LatentDiagnostics threeDimensions()
{
    return {{1.5, 0.02, 3.0}, {0.8, 0.004, 0.95}, {1.0, 1.0, 1.02}};
}

LatentDiagnostics manyDimensions(int count)
{
    LatentDiagnostics diagnostics;
    for (int i = 0; i < count; ++i) {
        diagnostics.klPerDimension.push_back(1.0 + i % 3);
        diagnostics.meanVariance.push_back(0.5);
        diagnostics.aggregateVariance.push_back(1.0);
    }
    return diagnostics;
}

/// How many pixels of this colour lie in rows [top, bottom).
int pixelsOf(const QImage& image, const QColor& color, int top, int bottom)
{
    int count = 0;
    for (int y = top; y < bottom; ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixel(x, y) == color.rgb() ? 1 : 0;
    }
    return count;
}

} // namespace

class TestKlBars : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void bars_withoutDiagnostics_drawNoBar()
    {
        KlBars bars;
        bars.resize(240, 140);
        QCOMPARE(bars.accessibleName(), QStringLiteral("KL per dimension"));
        QCOMPARE(pixelsOf(bars.grab().toImage(), Theme::light().kl, 0, 140), 0);
        QVERIFY(bars.csv().count(QLatin1Char('\n')) == 1);
    }

    void setDiagnostics_withAnInactiveDimension_marksItWithoutColourAlone()
    {
        KlBars bars;
        bars.setDiagnostics(threeDimensions());
        QVERIFY(bars.isActive(0) && !bars.isActive(1) && bars.isActive(2));
        QVERIFY(bars.accessibleDescription().startsWith(QStringLiteral("2 of 3 active")));
        bars.resize(292, 208);
        const QImage image = bars.grab().toImage();
        const QColor orange = Theme::light().kl;
        QVERIFY(pixelsOf(image, orange, 38, 78) > 300);   // z1
        QCOMPARE(pixelsOf(image, orange, 84, 116), 0);    // z2: hatched, no orange at all
        QVERIFY(pixelsOf(image, orange, 118, 158) > 1000); // z3, the longest
    }

    void setSorted_whenOn_putsTheLargestFirst()
    {
        KlBars bars;
        QSignalSpy chosen(&bars, &KlBars::viewChosen);
        bars.setDiagnostics(threeDimensions());
        QCOMPARE(bars.order(), (std::vector<int>{0, 1, 2}));
        bars.setSorted(true);
        QCOMPARE(bars.order(), (std::vector<int>{2, 0, 1}));
        bars.setDiagnostics(manyDimensions(4));
        QCOMPARE(bars.order(), (std::vector<int>{2, 1, 0, 3}));
        QCOMPARE(chosen.count(), 0);
    }

    void bars_ofManyDimensions_becomeColumnsAndScroll_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<bool>("rows");
        QTest::addColumn<bool>("scrolls");
        QTest::newRow("2") << 2 << true << false;
        QTest::newRow("20") << 20 << false << false;
        QTest::newRow("64") << 64 << false << false;
        QTest::newRow("512") << 512 << false << true;
    }
    void bars_ofManyDimensions_becomeColumnsAndScroll()
    {
        QFETCH(int, count);
        QFETCH(bool, rows);
        QFETCH(bool, scrolls);
        KlBars bars;
        bars.resize(292, 208);
        bars.setDiagnostics(manyDimensions(count));
        std::vector<BarsPainter::Bar> plain(static_cast<std::size_t>(count));
        QCOMPARE(BarsPainter(plain, QRectF(0, 0, 292, 140), bars.font(), Theme::light(), {}).inRows(), rows);
        QCOMPARE(bars.findChild<QScrollBar*>()->isVisibleTo(&bars), scrolls);
        QVERIFY(pixelsOf(bars.grab().toImage(), Theme::light().kl, 36, 200) > 300);
    }

    void heading_off_leavesItsRoomToTheBarsButNotInPictures()
    {
        KlBars bars;
        bars.resize(292, 172);
        bars.setDiagnostics(threeDimensions());
        bars.setHeading(false);
        QVERIFY(pixelsOf(bars.grab().toImage(), Theme::light().kl, 4, 36) > 300); // the first bar stands where the heading was
        QTemporaryDir folder;
        QVERIFY(bars.exportTo(folder.filePath("kl.png"), 1.0));
        const QImage picture(folder.filePath("kl.png"));
        QVERIFY(picture.height() > 172);
        QCOMPARE(pixelsOf(picture, Theme::light().kl, 0, 36), 0);
    }

    void name_ofADimension_countsFromOneInSubscripts()
    {
        QCOMPARE(KlBars::name(0), QStringLiteral("z₁"));
        QCOMPARE(KlBars::name(119), QStringLiteral("z₁₂₀"));
    }

    void toolTip_overABar_givesTheEvidence()
    {
        KlBars bars;
        bars.setDiagnostics(threeDimensions());
        bars.resize(292, 208);
        bars.show();
        const QPoint second(60, 98);
        QHelpEvent help(QEvent::ToolTip, second, bars.mapToGlobal(second));
        QCoreApplication::sendEvent(&bars, &help);
        QVERIFY2(QToolTip::text().contains(QStringLiteral("z₂, inactive")), qPrintable(QToolTip::text()));
        QVERIFY(QToolTip::text().contains(QLocale().toString(0.004, 'f', 3)));
    }

    void csv_ofEveryDimension_hasItsNumbers()
    {
        KlBars bars;
        bars.setDiagnostics(threeDimensions());
        const QStringList lines = bars.csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[2], QStringLiteral("2,0.02,0.004,1,0"));
        QCOMPARE(bars.table().rows.size(), std::size_t(3));
    }

    void exportTo_everyFormat_writesTheFile()
    {
        QTemporaryDir folder;
        KlBars bars;
        bars.setDiagnostics(threeDimensions());
        bars.resize(292, 208);
        for (const char* name : {"a.png", "a.svg", "a.pdf"}) {
            const QString path = folder.filePath(QLatin1String(name));
            QVERIFY2(bars.exportTo(path, 4.0), name);
            QVERIFY(QFile(path).size() > 500);
        }
        QCOMPARE(QImage(folder.filePath(QStringLiteral("a.png"))).size(), QSize(1168, 832));
        QVERIFY(!bars.exportTo(folder.filePath(QStringLiteral("a.txt")), 1.0));
    }
};

QTEST_MAIN(TestKlBars)
#include "tst_kl_bars.moc"
