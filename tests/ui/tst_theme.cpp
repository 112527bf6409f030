// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace latentscape::ui;

namespace {

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

/// WCAG 2.1, relative luminance and contrast ratio.
double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

QImage drawn(const QIcon& icon, QIcon::Mode mode, qreal ratio = 1.0)
{
    return icon.pixmap(QSize(16, 16), ratio, mode).toImage().convertToFormat(QImage::Format_ARGB32);
}

/// Fully covered pixels of exactly this colour.
int pixelsOf(const QImage& image, const QColor& color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixel(x, y) == color.rgb() ? 1 : 0;
    }
    return count;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initResources(); }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void text_onEveryGround_isLegible_data()
    {
        QTest::addColumn<QColor>("ink");
        QTest::addColumn<QColor>("ground");
        for (const bool dark : {false, true}) {
            const Theme t = dark ? Theme::darkTheme() : Theme::light();
            const std::pair<const char*, QColor> inks[] = {{"text", t.text}, {"muted", t.muted}, {"reconstruction", t.reconstructionText},
                {"kl", t.klText}, {"good", t.goodText}, {"warning", t.warningText}, {"error", t.errorText}, {"accent", t.accent}};
            const std::pair<const char*, QColor> grounds[] = {{"window", t.window}, {"surface", t.surface}, {"sunken", t.sunken}};
            for (const auto& [inkName, ink] : inks) {
                for (const auto& [groundName, ground] : grounds)
                    QTest::addRow("%s: %s on %s", dark ? "dark" : "light", inkName, groundName) << ink << ground;
            }
            QTest::addRow("%s: text on the filled button", dark ? "dark" : "light") << t.onAccent << t.accent;
            QTest::addRow("%s: text on the accent's tint", dark ? "dark" : "light") << t.text << t.accentSoft;
        }
    }
    void text_onEveryGround_isLegible()
    {
        QFETCH(QColor, ink);
        QFETCH(QColor, ground);
        const double ratio = contrast(ink, ground);
        QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("contrast %1").arg(ratio)));
    }

    void curves_onTheSurface_areVisible()
    {
        for (const Theme& t : {Theme::light(), Theme::darkTheme()}) {
            // Non-text parts need less, but must not vanish (the KL orange on white is the weakest).
            for (const QColor& line : {t.reconstruction, t.kl, t.accent})
                QVERIFY2(contrast(line, t.surface) >= 2.4, qPrintable(line.name()));
        }
    }

    void styleSheet_ofBothThemes_hasNoOpenToken()
    {
        for (const Theme& t : {Theme::light(), Theme::darkTheme()}) {
            const QString sheet = styleSheet(t);
            const auto match = QRegularExpression(QStringLiteral("\\{[A-Za-z:]+\\}")).match(sheet);
            QVERIFY2(!match.hasMatch(), qPrintable(match.captured()));
            QVERIFY(sheet.contains(t.accent.name()));
        }
        QVERIFY(styleSheet(Theme::light()) != styleSheet(Theme::darkTheme()));
    }

    void styleSheet_setOnTheApplication_paintsTheComboArrow()
    {
        const Theme t = Theme::darkTheme();
        qApp->setStyleSheet(styleSheet(t)); // an unreadable sheet warns, and a warning fails
        QComboBox box;
        box.addItem(QString());
        box.resize(120, 28);
        const QImage image = box.grab().toImage().convertToFormat(QImage::Format_RGB32);
        qApp->setStyleSheet({});
        int near = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 90; x < 118; ++x)
                near += contrast(image.pixelColor(x, y), t.muted) < 1.5 ? 1 : 0;
        }
        QVERIFY2(near >= 4, qPrintable(QString::number(near)));
    }

    void palette_ofATheme_carriesItsTokens()
    {
        const Theme t = Theme::darkTheme();
        const QPalette p = latentscape::ui::palette(t);
        QCOMPARE(p.color(QPalette::Window), t.window);
        QCOMPARE(p.color(QPalette::Base), t.surface);
        QCOMPARE(p.color(QPalette::Text), t.text);
        QVERIFY(p.color(QPalette::Disabled, QPalette::Text) != t.text);
    }

    void icon_ofEveryName_isDrawnInItsColour_data()
    {
        QTest::addColumn<int>("name");
        for (int i = 0; i <= static_cast<int>(IconName::Dot); ++i)
            QTest::addRow("icon %d", i) << i;
    }
    void icon_ofEveryName_isDrawnInItsColour()
    {
        QFETCH(int, name);
        const QColor normal(10, 200, 30), disabled(200, 30, 220);
        const QIcon icon = makeIcon(static_cast<IconName>(name), normal, disabled);
        const QImage on = drawn(icon, QIcon::Normal, 2.0), off = drawn(icon, QIcon::Disabled, 2.0);
        QCOMPARE(on.size(), QSize(32, 32));
        QVERIFY(pixelsOf(on, normal) > 8);
        QCOMPARE(pixelsOf(on, disabled), 0);
        QVERIFY(pixelsOf(off, disabled) > 8);
        QCOMPARE(qAlpha(on.pixel(0, 0)), 0);
    }

    void icon_atAFractionalRatio_isRenderedAtThatSize()
    {
        const QIcon icon = makeIcon(IconName::Stop, Qt::red, Qt::gray);
        QCOMPARE(icon.pixmap(QSize(16, 16), 1.25).size(), QSize(20, 20));
        QCOMPARE(icon.pixmap(QSize(16, 16), 1.5).devicePixelRatio(), 1.5);
    }

    void iconUrl_loadedByName_hasTheColour()
    {
        const QColor color(180, 20, 60);
        const QIcon icon(iconUrl(IconName::Check, color));
        QVERIFY(!icon.isNull());
        QVERIFY(pixelsOf(drawn(icon, QIcon::Normal, 2.0), color) > 8);
    }

    void applicationIcon_asDrawing_isThere()
    {
        const QImage image = drawn(QIcon(QStringLiteral(":/icons/latentscape.svg")), QIcon::Normal, 4.0);
        QVERIFY(image.width() >= 16);
        QVERIFY(qAlpha(image.pixel(image.width() / 2, image.height() / 2)) == 255);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
