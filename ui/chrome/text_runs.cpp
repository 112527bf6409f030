// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/text_runs.h"

#include "ui/theme/shaped_text.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr char16_t kFigureSpace = 0x2007;
constexpr char16_t kNarrowSpace = 0x202F;
constexpr char16_t kEllipsis = 0x2026;

bool isCell(QChar c)
{
    return c == QChar(kFigureSpace) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'));
}

/// Calls use(text, advance) for each stretch that is drawn as one: a digit alone, other text together.
template<typename Use>
void forStretches(const QString& text, ShapedFont& font, Use use)
{
    const double digit = font.digitWidth();
    qsizetype from = 0;
    const auto flush = [&](qsizetype to) {
        if (to > from) {
            const QString part = text.mid(from, to - from);
            use(part, font.width(part));
        }
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool narrow = text[i] == QChar(kNarrowSpace);
        if (!narrow && !isCell(text[i]))
            continue;
        flush(i);
        // Narrow spaces are left to no font: several lack the glyph and would fall back to another face.
        use(narrow ? QString() : QString(text[i]), narrow ? digit * 0.35 : digit);
        from = i + 1;
    }
    flush(text.size());
}

double textWidth(const QString& text, ShapedFont& font)
{
    double width = 0;
    forStretches(text, font, [&](const QString&, double advance) { width += advance; });
    return width;
}

} // namespace

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
    const auto normal = ShapedFont::of(font), strong = ShapedFont::of(strongFont(font));
    double width = 0;
    for (const Run& run : m_runs)
        width += textWidth(run.text, run.strong ? *strong : *normal);
    return width;
}

void TextRuns::paint(QPainter& painter, const QRectF& rect, const QFont& font, const QColor& normal, const QColor& strong) const
{
    const auto plainFont = ShapedFont::of(font), boldFont = ShapedFont::of(strongFont(font));
    double x = rect.left();
    const double baseline = rect.center().y() + (plainFont->metrics().ascent() - plainFont->metrics().descent()) / 2;
    for (const Run& run : m_runs) {
        ShapedFont& shaped = run.strong ? *boldFont : *plainFont;
        QString text = run.text;
        const double left = rect.right() - x;
        if (textWidth(text, shaped) > left + 0.5) {
            while (!text.isEmpty() && textWidth(text, shaped) + shaped.width(QChar(kEllipsis)) > left)
                text.chop(1);
            text += QChar(kEllipsis);
        }
        painter.setPen(run.strong ? strong : normal);
        forStretches(text, shaped, [&](const QString& part, double advance) {
            if (!part.isEmpty() && part.at(0) != QChar(kFigureSpace)) {
                const double slack = part.size() == 1 ? (advance - shaped.width(part)) / 2 : 0;
                shaped.draw(painter, QPointF(x + slack, baseline), part);
            }
            x += advance;
        });
        if (text.size() != run.text.size() || x > rect.right() + 0.5)
            return;
    }
}

} // namespace latentscape::ui
