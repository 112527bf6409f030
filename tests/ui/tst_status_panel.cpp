// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/status_panel.h"

#include <QImage>
#include <QRegularExpression>
#include <QTest>

using namespace latentscape::ui;

namespace {

StatusPanel::Values running()
{
    StatusPanel::Values values;
    values.epoch = 15;
    values.epochs = 20;
    values.batch = 211;
    values.batches = 469;
    values.imagesPerSecond = 24640;
    values.secondsLeft = 12.4;
    values.fraction = 0.72;
    values.network = QStringLiteral("784-512-256-2 · 1.07 M parameters");
    values.seed = QStringLiteral("1");
    values.device = QStringLiteral("CPU");
    return values;
}

QImage drawn(StatusPanel& panel, int width = 1360)
{
    panel.resize(width, panel.sizeHint().height());
    return panel.grab().toImage();
}

/// The first column at which two pictures differ, and the last; −1 where they are the same.
std::pair<int, int> differing(const QImage& a, const QImage& b)
{
    int first = -1, last = -1;
    for (int x = 0; x < a.width(); ++x) {
        for (int y = 0; y < a.height(); ++y) {
            if (a.pixel(x, y) != b.pixel(x, y)) {
                first = first < 0 ? x : first;
                last = x;
                break;
            }
        }
    }
    return {first, last};
}

} // namespace

class TestStatusPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void setValues_whileTraining_describesThemInWords()
    {
        StatusPanel panel;
        QCOMPARE(panel.accessibleName(), QStringLiteral("Status"));
        panel.setValues(running());
        const QString spoken = panel.accessibleDescription();
        for (const char* part : {"epoch 15/20", "batch 211/469", "images/s", "0:13 left", "seed 1", "CPU", "1.07 M parameters"})
            QVERIFY2(spoken.contains(QString::fromUtf8(part)), qPrintable(spoken));
        QVERIFY(!spoken.contains(QLatin1Char('<')));
    }

    void setValues_withNothingYet_saysOnlyTheState()
    {
        StatusPanel panel;
        StatusPanel::Values values;
        values.state = QStringLiteral("Ready");
        panel.setValues(values);
        QCOMPARE(panel.accessibleDescription(), QStringLiteral("Ready"));
    }

    void setValues_withOtherDigits_movesNothingElse()
    {
        StatusPanel panel;
        StatusPanel::Values values = running();
        panel.setValues(values);
        const QImage before = drawn(panel);
        values.batch = 8; // two digits fewer
        panel.setValues(values);
        const auto [first, last] = differing(before, drawn(panel));
        QVERIFY(first > 190);
        QVERIFY2(last - first < 60, qPrintable(QStringLiteral("%1 … %2").arg(first).arg(last))); // the number alone
    }

    void setValues_withAnotherFraction_movesTheBar()
    {
        StatusPanel panel;
        StatusPanel::Values values = running();
        panel.setValues(values);
        const QImage before = drawn(panel);
        values.fraction = 0.2;
        panel.setValues(values);
        const auto [first, last] = differing(before, drawn(panel));
        QVERIFY(first >= 14 && last <= 14 + 161 && last > first + 40);
    }

    void rate_ofAnySize_isReadable_data()
    {
        QTest::addColumn<double>("rate");
        QTest::addColumn<QString>("text");
        QTest::newRow("tens of thousands") << 24649.0 << QStringLiteral("24\u202F600 images/s");
        QTest::newRow("thousands") << 1534.0 << QStringLiteral("1530 images/s");
        QTest::newRow("few") << 37.4 << QStringLiteral("37 images/s");
    }
    void rate_ofAnySize_isReadable()
    {
        QFETCH(double, rate);
        QFETCH(QString, text);
        StatusPanel panel;
        StatusPanel::Values values = running();
        values.imagesPerSecond = rate;
        panel.setValues(values);
        QVERIFY2(panel.accessibleDescription().contains(text), qPrintable(panel.accessibleDescription()));
    }

    void timeLeft_ofHours_isWrittenWithMinutesAndSeconds()
    {
        StatusPanel panel;
        StatusPanel::Values values = running();
        values.secondsLeft = 3723;
        panel.setValues(values);
        QVERIFY(panel.accessibleDescription().contains(QStringLiteral("1:02:03 left")));
    }

    void panel_inANarrowWindow_isStillDrawn()
    {
        StatusPanel panel;
        panel.setValues(running());
        for (const int width : {320, 480, 700, 960})
            QVERIFY(!drawn(panel, width).isNull());
        QVERIFY(panel.minimumSizeHint().width() <= 320);
    }
};

QTEST_MAIN(TestStatusPanel)
#include "tst_status_panel.moc"
