// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/text_runs.h"

#include "ui/theme/tabular_text.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

QFont captionFont(const QFont& base)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * 0.93);
    else
        font.setPixelSize(std::max(8, qRound(base.pixelSize() * 0.93)));
    return font;
}

QFont strongFont(const QFont& base)
{
    QFont font = base;
    font.setWeight(QFont::DemiBold);
    return font;
}

QString grouped(qint64 value)
{
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    QString digits = locale.toString(std::abs(value));
    if (digits.size() > 4) {
        for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
            digits.insert(at, QChar(kNarrowSpace));
    }
    return value < 0 ? QChar(0x2212) + digits : digits;
}

TextRuns::TextRuns(const QString& markup)
{
    qsizetype from = 0;
    bool strong = false;
    while (from < markup.size()) {
        const QLatin1String mark = strong ? QLatin1String("</b>") : QLatin1String("<b>");
        qsizetype to = markup.indexOf(mark, from);
        const qsizetype next = to < 0 ? markup.size() : to + mark.size();
        if (to < 0)
            to = markup.size();
        if (to > from)
            m_runs.push_back({markup.mid(from, to - from), strong});
        strong = !strong;
        from = next;
    }
}

QString TextRuns::plain() const
{
    QString text;
    for (const Run& run : m_runs)
        text += run.text;
    return text.remove(QChar(kFigureSpace));
}

double TextRuns::width(const QFont& font) const
{
    const TabularText normal(font), strong(strongFont(font));
    double width = 0;
    for (const Run& run : m_runs)
        width += (run.strong ? strong : normal).width(run.text);
    return width;
}

void TextRuns::paint(QPainter& painter, const QRectF& rect, const QFont& font, const QColor& normal, const QColor& strong) const
{
    const TabularText plainText(font), boldText(strongFont(font));
    double x = rect.left();
    const double baseline = plainText.baselineIn(rect);
    for (const Run& run : m_runs) {
        const TabularText& shaped = run.strong ? boldText : plainText;
        const QString text = shaped.elided(run.text, rect.right() - x + 0.5);
        painter.setPen(run.strong ? strong : normal);
        shaped.draw(painter, QPointF(x, baseline), text);
        x += shaped.width(text);
        if (text != run.text || x > rect.right() + 0.5)
            return;
    }
}

} // namespace latentscape::ui
