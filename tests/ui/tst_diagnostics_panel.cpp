// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/class_loss.h"
#include "ui/plots/diagnostics_panel.h"
#include "ui/plots/kl_bars.h"
#include "ui/theme/color_mix.h"

#include <QFile>
#include <QHelpEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

using namespace latentscape;
using namespace latentscape::ui;

namespace {

std::vector<Evaluation::ClassLoss> losses(const std::vector<double>& nelbos)
{
    std::vector<Evaluation::ClassLoss> classes;
    for (const double nelbo : nelbos)
        classes.push_back({20, {nelbo, nelbo - 5, 5, nelbo}});
    return classes;
}

int pixelsOf(const QImage& image, const QColor& color, QRect area)
{
    int count = 0;
    for (int y = std::max(0, area.top()); y <= std::min(image.height() - 1, area.bottom()); ++y) {
        for (int x = std::max(0, area.left()); x <= std::min(image.width() - 1, area.right()); ++x)
            count += image.pixel(x, y) == color.rgb() ? 1 : 0;
    }
    return count;
}

} // namespace

class TestDiagnosticsPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void unlabelled_showsTheBarsAloneWithTheirHeading()
    {
        DiagnosticsPanel panel;
        panel.resize(292, 208);
        panel.show();
        panel.setLabelled(false);
        QVERIFY(!panel.findChild<QTabBar*>()->isVisible());
        QVERIFY(panel.kl()->isVisible());
        QCOMPARE(panel.kl()->height(), 208);
    }

    void tabs_ofLabelledData_switchByMouseAndKeyboard()
    {
        DiagnosticsPanel panel;
        panel.resize(292, 208);
        panel.setLabelled(true);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* tabs = panel.findChild<QTabBar*>();
        QVERIFY(tabs->isVisible());
        QVERIFY(tabs->geometry().right() < panel.width());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QVERIFY(panel.classes()->isVisible() && !panel.kl()->isVisible());
        QTest::keyClick(tabs, Qt::Key_Left);
        QVERIFY(panel.kl()->isVisible());
        QTest::keyClick(tabs, Qt::Key_Right);
        panel.setLabelled(false); // whoever looks at classes must not be left with nothing
        QVERIFY(panel.kl()->isVisible());
    }

    void classLoss_ofFewClasses_drawsRowsInProportion()
    {
        ClassLoss bars;
        bars.resize(292, 172);
        bars.setLabels({"cat", "dog", "emu"}, QStringLiteral("test"), QStringLiteral("nats per image"));
        bars.setLosses(losses({100, 50, 150}), 4);
        QCOMPARE(bars.corner(), QStringLiteral("test · epoch 4"));
        const QImage image = bars.grab().toImage();
        const QColor ink = mix(Theme::light().text, Theme::light().surface, 0.35F);
        const int rows[3] = {pixelsOf(image, ink, {60, 4, 232, 38}), pixelsOf(image, ink, {60, 44, 232, 36}),
                             pixelsOf(image, ink, {60, 84, 232, 38})};
        QVERIFY(rows[1] > 300);
        QVERIFY(rows[0] > rows[1] * 3 / 2);
        QVERIFY(rows[2] > rows[0] * 5 / 4);
        QVERIFY(bars.accessibleDescription().contains(QStringLiteral("dog: 50.0")));
    }

    void classLoss_belowZero_goesTheOtherWay()
    {
        ClassLoss bars;
        bars.resize(292, 172);
        bars.setLabels({"a", "b"}, QStringLiteral("test"), QStringLiteral("nats per image"));
        bars.setLosses(losses({-800, 400}), 1);
        const QImage image = bars.grab().toImage();
        const QColor ink = mix(Theme::light().text, Theme::light().surface, 0.35F);
        // a: left two thirds; b: right third
        QVERIFY(pixelsOf(image, ink, {30, 6, 100, 36}) > 500);
        QCOMPARE(pixelsOf(image, ink, {40, 46, 90, 36}), 0);
        QVERIFY(bars.accessibleDescription().contains(QStringLiteral("a: −800.0")));
    }

    void classLoss_ofManyClasses_becomesColumnsAndScrolls()
    {
        ClassLoss bars;
        bars.resize(292, 172);
        QStringList names;
        std::vector<double> values;
        for (int i = 0; i < 200; ++i) {
            names.append(QStringLiteral("class %1").arg(i));
            values.push_back(100 + i);
        }
        bars.setLabels(names, QStringLiteral("test"), QStringLiteral("nats per image"));
        bars.setLosses(losses(values), 1);
        QVERIFY(bars.findChild<QScrollBar*>()->isVisibleTo(&bars));
        bars.setLosses(losses({1, 2}), 2);
        QVERIFY(!bars.findChild<QScrollBar*>()->isVisibleTo(&bars));
    }

    void classLoss_toolTip_givesTheTerms()
    {
        ClassLoss bars;
        bars.resize(292, 172);
        bars.show();
        bars.setLabels({"cat", "dog"}, QStringLiteral("test"), QStringLiteral("nats per image"));
        bars.setLosses(losses({100, 50}), 4);
        QHelpEvent help(QEvent::ToolTip, QPoint(100, 20), bars.mapToGlobal(QPoint(100, 20)));
        QCoreApplication::sendEvent(&bars, &help);
        QTRY_COMPARE(QToolTip::text(), QStringLiteral("cat: NELBO 100.0, reconstruction 95.0, KL 5.0 (nats per image, 20 samples)"));
        QToolTip::hideText();
    }

    void classLoss_csvTableAndPicture_haveARowAClass()
    {
        ClassLoss bars;
        bars.resize(292, 172);
        bars.setLabels({"a \"b\"", "c"}, QStringLiteral("validation"), QStringLiteral("nats per image"));
        bars.setLosses(losses({100, 50}), 4);
        const QStringList lines = bars.csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1], QStringLiteral("\"a \"\"b\"\"\",20,100,95,5"));
        QCOMPARE(bars.table().rows.size(), std::size_t(2));
        QTemporaryDir folder;
        QVERIFY(bars.exportTo(folder.filePath("classes.png"), 1.0));
        QCOMPARE(QImage(folder.filePath("classes.png")).size(), QSize(292, 172 + 34)); // with a heading
    }

    void corner_followsTheTab()
    {
        DiagnosticsPanel panel;
        panel.resize(420, 208);
        panel.setLabelled(true);
        QSignalSpy changed(panel.classes(), &ClassLoss::cornerChanged);
        panel.kl()->setDiagnostics({{1.5, 0.02}, {0.8, 0.004}, {1.0, 1.0}});
        QCOMPARE(panel.kl()->corner(), QStringLiteral("1 of 2 active"));
        panel.classes()->setLabels({"a"}, QStringLiteral("test"), QStringLiteral("nats per image"));
        panel.classes()->setLosses(losses({1}), 3);
        QVERIFY(changed.count() >= 1);
    }
};

QTEST_MAIN(TestDiagnosticsPanel)
#include "tst_diagnostics_panel.moc"
