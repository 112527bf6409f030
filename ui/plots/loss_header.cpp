// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_header.h"

#include "ui/chrome/text_runs.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <vector>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kKeyWidth = 14;
constexpr double kKeyGap = 6;
constexpr double kBetweenKeys = 15;

struct Key {
    QString text;
    QColor color;
    bool dashed = false;
};

double keysWidth(const std::vector<Key>& keys, const QFontMetricsF& metrics)
{
    double width = 0;
    for (const Key& key : keys)
        width += kBetweenKeys + kKeyWidth + kKeyGap + metrics.horizontalAdvance(key.text);
    return width;
}

QString number(double value)
{
    return QLocale().toString(value, 'f', 1).replace(QLatin1Char('-'), QChar(0x2212));
}

} // namespace

QStringList LossHeader::rightTexts() const
{
    QStringList texts;
    const QString held = nelbo ? tr("%1 NELBO <b>%2</b>", "name of the held-out part, value").arg(heldName, number(*nelbo)) : QString();
    const QString unit = tr("nats per image");
    const QString dot = QStringLiteral(" · ");
    const auto add = [&](QStringList parts) {
        parts.removeAll(QString());
        texts += parts.join(dot);
    };
    if (objective)
        add({likelihood, unit, tr("objective <b>%1</b>").arg(number(*objective)), held});
    add({likelihood, unit, held});
    add({unit, held});
    add({held.isEmpty() ? unit : held});
    texts += QString();
    return texts;
}

QString LossHeader::spoken() const
{
    return TextRuns(rightTexts().constFirst()).plain();
}

void LossHeader::paint(QPainter& painter, const QRectF& rect, const QFont& font, const Theme& theme) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont title = strongFont(font), small = captionFont(font);
    const QFontMetricsF metrics(small);
    const QString name = tr("Loss");
    const double left = rect.left() + kSide, right = rect.right() - kSide;
    painter.setFont(title);
    painter.setPen(theme.text);
    painter.drawText(rect.adjusted(kSide, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, name);
    double x = left + QFontMetricsF(title).horizontalAdvance(name);

    const auto keys = [&](bool full) {
        return std::vector<Key>{{tr("NELBO"), theme.text}, {heldName, theme.text, true}, {tr("reconstruction"), theme.reconstruction},
                                {full ? tr("KL (right axis)") : tr("KL"), theme.kl}};
    };
    std::vector<Key> shown;
    QString corner;
    const QStringList texts = rightTexts();
    const auto choose = [&] {
        // "(right axis)" goes first, then the words around the value; the value itself stays as long as anything does.
        for (const QString& text : texts) {
            for (const bool full : {true, false}) {
                shown = keys(full);
                std::erase_if(shown, [](const Key& key) { return key.text.isEmpty(); });
                if (TextRuns(text).width(small) <= right - x - keysWidth(shown, metrics) - 24) {
                    corner = text;
                    return;
                }
            }
        }
    };
    choose();
    for (const Key& key : shown) {
        x += kBetweenKeys;
        const double wide = metrics.horizontalAdvance(key.text);
        if (x + kKeyWidth + kKeyGap + wide > right)
            break;
        painter.setPen(Qt::NoPen);
        painter.setBrush(key.color);
        const double y = rect.center().y() - 1.5;
        if (key.dashed) {
            painter.drawRoundedRect(QRectF(x, y, 5.5, 3), 1, 1);
            painter.drawRoundedRect(QRectF(x + 8, y, 5.5, 3), 1, 1);
        } else {
            painter.drawRoundedRect(QRectF(x, y, kKeyWidth, 3), 1.5, 1.5);
        }
        x += kKeyWidth + kKeyGap;
        painter.setFont(small);
        painter.setPen(theme.muted);
        painter.drawText(QRectF(x, rect.top(), wide + 2, rect.height()), Qt::AlignVCenter | Qt::AlignLeft, key.text);
        x += wide;
    }
    const TextRuns runs(corner);
    const double wide = runs.width(small);
    runs.paint(painter, QRectF(right - wide, rect.top(), wide + 1, rect.height()), small, theme.muted, theme.text);
}

} // namespace latentscape::ui
