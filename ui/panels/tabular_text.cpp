// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tabular_text.h"

#include <QPainter>
#include <QRectF>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
bool isDigit(QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); }

/// End of the run that starts at begin: one digit, or everything up to the next digit.
qsizetype runEnd(const QString& text, qsizetype begin)
{
    if (isDigit(text.at(begin)))
        return begin + 1;
    qsizetype end = begin + 1;
    while (end < text.size() && !isDigit(text.at(end)))
        ++end;
    return end;
}
} // namespace

TabularText::TabularText(const QFont& font)
    : m_font(ShapedFont::of(font))
{
}

double TabularText::runWidth(const QString& text, qsizetype begin, qsizetype end) const
{
    return isDigit(text.at(begin)) ? m_font->digitWidth() : m_font->width(text.mid(begin, end - begin));
}

double TabularText::width(const QString& text) const
{
    double width = 0.0;
    for (qsizetype begin = 0; begin < text.size();) {
        const qsizetype end = runEnd(text, begin);
        width += runWidth(text, begin, end);
        begin = end;
    }
    return width;
}

QString TabularText::elided(const QString& text, double available) const
{
    if (text.isEmpty())
        return text;
    // Only as far as it fits: the code of a point may have hundreds of numbers, and it is shortened at every step of a drag.
    qsizetype high = 0;
    for (double used = 0.0; high < text.size() && used <= available;) {
        const qsizetype end = runEnd(text, high);
        used += runWidth(text, high, end);
        high = end;
        if (high == text.size() && used <= available)
            return text;
    }
    static const QString dots = QStringLiteral("…");
    qsizetype low = 0;
    while (low < high) {
        const qsizetype middle = (low + high + 1) / 2;
        if (width(text.left(middle) + dots) <= available)
            low = middle;
        else
            high = middle - 1;
    }
    return text.left(low).trimmed() + dots;
}

void TabularText::draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) const
{
    const double total = width(text);
    double x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - total;
    else if (alignment & Qt::AlignHCenter)
        x = rect.center().x() - total / 2;
    const double baseline = std::round(rect.center().y() + (metrics().ascent() - metrics().descent()) / 2);
    for (qsizetype begin = 0; begin < text.size();) {
        const qsizetype end = runEnd(text, begin);
        const QString run = text.mid(begin, end - begin);
        const double advance = runWidth(text, begin, end);
        m_font->draw(painter, {x + (advance - m_font->width(run)) / 2, baseline}, run); // a digit in the middle of its cell
        x += advance;
        begin = end;
    }
}

} // namespace latentscape::ui
