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

struct LossHeader::Layout {
    struct Placed {
        Key key;
        double x = 0, wide = 0;
    };
    std::vector<Placed> keys;
    QString corner;
    double keysEnd = 0;
    bool hasRoom = false;
};

LossHeader::Layout LossHeader::layOut(const QRectF& rect, const QFont& font, const Theme& theme) const
{
    const QFontMetricsF metrics(captionFont(font));
    const double right = rect.right() - kSide;
    double x = rect.left() + kSide + QFontMetricsF(strongFont(font)).horizontalAdvance(tr("Loss"));
    const auto keys = [&](bool full) {
        std::vector<Key> all{{tr("NELBO"), theme.text}, {heldName, theme.text, true}, {tr("reconstruction"), theme.reconstruction},
                             {full ? tr("KL (right axis)") : tr("KL"), theme.kl}};
        if (gradientKey)
            all.push_back({tr("gradient norm"), theme.muted});
        std::erase_if(all, [](const Key& key) { return key.text.isEmpty(); });
        return all;
    };
    Layout layout;
    std::vector<Key> shown;
    const double room = keyRoom > 0 ? keyRoom + kBetweenKeys : 0;
    const auto choose = [&] {
        // "(right axis)" goes first, then the words around the value; the value itself stays as long as anything does.
        for (const QString& text : rightTexts()) {
            for (const bool full : {true, false}) {
                shown = keys(full);
                if (TextRuns(text).width(captionFont(font)) <= right - x - keysWidth(shown, metrics) - room - 24) {
                    layout.corner = text;
                    layout.hasRoom = room > 0;
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
        layout.keys.push_back({key, x, wide});
        x += kKeyWidth + kKeyGap + wide;
    }
    layout.keysEnd = x;
    return layout;
}

std::optional<double> LossHeader::roomAt(const QRectF& rect, const QFont& font, const Theme& theme) const
{
    const Layout layout = layOut(rect, font, theme);
    return layout.hasRoom ? std::optional(layout.keysEnd + kBetweenKeys) : std::nullopt;
}

void LossHeader::paint(QPainter& painter, const QRectF& rect, const QFont& font, const Theme& theme) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont small = captionFont(font);
    painter.setFont(strongFont(font));
    painter.setPen(theme.text);
    painter.drawText(rect.adjusted(kSide, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, tr("Loss"));
    const Layout layout = layOut(rect, font, theme);
    for (const auto& [key, x, wide] : layout.keys) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(key.color);
        const double y = rect.center().y() - 1.5;
        if (key.dashed) {
            painter.drawRoundedRect(QRectF(x, y, 5.5, 3), 1, 1);
            painter.drawRoundedRect(QRectF(x + 8, y, 5.5, 3), 1, 1);
        } else {
            painter.drawRoundedRect(QRectF(x, y, kKeyWidth, 3), 1.5, 1.5);
        }
        painter.setFont(small);
        painter.setPen(theme.muted);
        painter.drawText(QRectF(x + kKeyWidth + kKeyGap, rect.top(), wide + 2, rect.height()), Qt::AlignVCenter | Qt::AlignLeft, key.text);
    }
    const TextRuns runs(layout.corner);
    const double wide = runs.width(small), right = rect.right() - kSide;
    runs.paint(painter, QRectF(right - wide, rect.top(), wide + 1, rect.height()), small, theme.muted, theme.text);
}

} // namespace latentscape::ui
