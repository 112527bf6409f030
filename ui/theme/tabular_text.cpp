// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tabular_text.h"

#include <QPainter>
#include <QPointF>
#include <QRectF>

#include <cmath>

namespace latentscape::ui {

namespace {

constexpr double kNarrow = 0.35; ///< of a digit's width

bool isDigit(QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); }
bool isSpace(QChar c) { return c == QChar(kFigureSpace) || c == QChar(kNarrowSpace); }
bool isCell(QChar c) { return isDigit(c) || isSpace(c); }

} // namespace

TabularText::TabularText(const QFont& font)
    : m_font(ShapedFont::of(font))
{
}

/// use(part, advance, end) for each stretch that is drawn as one, a digit or a space alone and other text together, until it returns false;
/// end is the place behind the stretch.
template <typename Use>
void TabularText::eachStretch(const QString& text, Use&& use) const
{
    for (qsizetype begin = 0; begin < text.size();) {
        const QChar first = text.at(begin);
        const bool cell = isCell(first);
        qsizetype end = begin + 1;
        while (!cell && end < text.size() && !isCell(text.at(end)))
            ++end;
        const QString part = text.mid(begin, end - begin);
        const double advance = cell ? m_font->digitWidth() * (first == QChar(kNarrowSpace) ? kNarrow : 1.0) : m_font->width(part);
        if (!use(part, advance, end))
            return;
        begin = end;
    }
}

double TabularText::width(const QString& text) const
{
    double width = 0.0;
    eachStretch(text, [&](const QString&, double advance, qsizetype) {
        width += advance;
        return true;
    });
    return width;
}

QString TabularText::elided(const QString& text, double available) const
{
    // Only as far as it fits: the code of a point may have hundreds of numbers, and it is shortened at every step of a drag.
    qsizetype high = 0;
    double used = 0.0;
    eachStretch(text, [&](const QString&, double advance, qsizetype end) {
        high = end;
        used += advance;
        return used <= available;
    });
    if (used <= available)
        return text;
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

double TabularText::baselineIn(const QRectF& rect) const
{
    return std::round(rect.center().y() + (metrics().ascent() - metrics().descent()) / 2);
}

void TabularText::draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) const
{
    double x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - width(text);
    else if (alignment & Qt::AlignHCenter)
        x = rect.center().x() - width(text) / 2;
    draw(painter, QPointF(x, baselineIn(rect)), text);
}

void TabularText::draw(QPainter& painter, QPointF origin, const QString& text) const
{
    eachStretch(text, [&](const QString& part, double advance, qsizetype) {
        if (!isSpace(part.at(0))) // a digit in the middle of its cell
            m_font->draw(painter, {origin.x() + (advance - m_font->width(part)) / 2, origin.y()}, part);
        origin.rx() += advance;
        return true;
    });
}

} // namespace latentscape::ui
