// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/bars_painter.h"

#include "ui/chrome/text_runs.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kSide = 14;
constexpr double kTallestPitch = 40;
constexpr double kBarHeight = 18;
constexpr double kNarrowestColumn = 4;
constexpr double kNarrowestHatched = 9;
constexpr double kWidestColumn = 30;
constexpr double kWidestName = 0.4; ///< share of the width

} // namespace

BarsPainter::BarsPainter(std::vector<Bar> bars, const QRectF& body, const QFont& font, const Theme& theme, Style style)
    : m_bars(std::move(bars)), m_body(body.adjusted(kSide, 0, -kSide, 0)), m_font(font), m_theme(theme), m_style(style)
{
    double highest = -std::numeric_limits<double>::infinity();
    for (const Bar& bar : m_bars) {
        if (!std::isfinite(bar.value))
            continue;
        m_least = std::min(m_least, bar.value);
        highest = std::max(highest, bar.value);
    }
    m_most = m_least < 0 ? std::max(0.0, highest) : std::max(style.leastScale, highest);
    if (m_most - m_least < style.leastScale)
        m_least = m_most - style.leastScale;
    const double count = std::max<double>(1, static_cast<double>(m_bars.size()));
    const double leastRow = QFontMetricsF(captionFont(font)).height() + 4;
    m_rows = count * leastRow <= m_body.height();
    m_pitch =
        m_rows ? std::min(kTallestPitch, m_body.height() / count) : std::clamp(m_body.width() / count, kNarrowestColumn, kWidestColumn);
}

double BarsPainter::contentWidth() const { return m_rows ? m_body.width() : m_pitch * static_cast<double>(m_bars.size()); }

QString BarsPainter::number(double value) const
{
    return QLocale().toString(value, 'f', m_style.decimals).replace(QLatin1Char('-'), QChar(0x2212));
}

double BarsPainter::share(double value) const
{
    return std::isfinite(value) ? std::clamp((value - m_least) / (m_most - m_least), 0.0, 1.0) : share(0.0);
}

void BarsPainter::paintHatched(QPainter& painter, const QRectF& rect, const Theme& theme)
{
    const double radius = std::min({4.0, rect.width() / 2, rect.height() / 2});
    QPainterPath shape;
    shape.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.fillPath(shape, theme.sunken);
    painter.setClipPath(shape, Qt::IntersectClip);
    // Lines of our own: a Qt pattern brush would not grow with the scale of an export.
    painter.setPen(QPen(theme.muted, 0.9));
    for (double x = rect.left() - rect.height(); x < rect.right(); x += 4)
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    painter.restore();
    painter.setPen(QPen(theme.muted, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shape);
}

void BarsPainter::paint(QPainter& painter, double scrolled, const QString& inactiveWord) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_rows)
        paintRows(painter, inactiveWord);
    else
        paintColumns(painter, scrolled);
    painter.restore();
}

void BarsPainter::paintRows(QPainter& painter, const QString& inactiveWord) const
{
    const QFont small = captionFont(m_font);
    const QFontMetricsF metrics(small);
    double nameWidth = 0, valueWidth = 0;
    const auto valueText = [&](const Bar& bar) {
        return bar.active ? number(bar.value) : number(bar.value) + QStringLiteral(" · ") + inactiveWord;
    };
    for (const Bar& bar : m_bars) {
        nameWidth = std::max(nameWidth, metrics.horizontalAdvance(bar.name));
        valueWidth = std::max(valueWidth, TextRuns(bar.active ? valueText(bar) : number(bar.value)).width(small));
    }
    nameWidth = std::min(nameWidth, kWidestName * m_body.width());
    const double from = m_body.left() + nameWidth + 11;
    const double room = std::max(8.0, m_body.right() - from - valueWidth - 8);
    const double thick = std::min(kBarHeight, m_pitch - 6);
    double top =
        m_body.top() + (m_pitch >= kTallestPitch ? std::min(6.0, m_body.height() - m_pitch * static_cast<double>(m_bars.size())) : 0);
    for (const Bar& bar : m_bars) {
        painter.setFont(small);
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(m_body.left(), top, nameWidth + 2, m_pitch), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(bar.name, Qt::ElideRight, nameWidth + 1));
        const double zero = share(0.0) * room, end = share(bar.value) * room;
        const double length = std::max(bar.active ? 3.0 : 14.0, std::abs(end - zero));
        const QRectF shape(from + (end < zero ? zero - length : zero), top + (m_pitch - thick) / 2, length, thick);
        if (bar.active) {
            const double radius = std::min({4.0, shape.width() / 2, thick / 2});
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_style.fill);
            painter.drawRoundedRect(shape, radius, radius);
        } else {
            paintHatched(painter, shape, m_theme);
        }
        const double beside = std::max(shape.right(), from + zero) + 8;
        TextRuns(valueText(bar))
            .paint(painter, QRectF(beside, top, m_body.right() - beside + 2, m_pitch), small, bar.active ? m_theme.text : m_theme.muted,
                   m_theme.text);
        top += m_pitch;
    }
}

void BarsPainter::paintColumns(QPainter& painter, double scrolled) const
{
    const QFont small = captionFont(m_font);
    const QFontMetricsF metrics(small);
    const double labelTall = metrics.height() + 3;
    const QString most = number(m_most);
    const double top = m_body.top() + metrics.height() + 3;
    const double floor = m_body.bottom() - labelTall;
    const double base = floor - share(0.0) * (floor - top); // where 0 is
    painter.setFont(small);
    painter.setPen(m_theme.muted);
    painter.drawText(QRectF(m_body.left(), m_body.top(), m_body.width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, most);
    painter.fillRect(QRectF(m_body.left(), top - 0.5, m_body.width(), 1), m_theme.grid);
    painter.fillRect(QRectF(m_body.left(), base - 0.5, m_body.width(), 1), m_theme.border);

    painter.setClipRect(m_body.adjusted(-1, 0, 1, 0), Qt::IntersectClip);
    double widestLabel = 0;
    bool numbered = true, ascending = true;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        widestLabel = std::max(widestLabel, metrics.horizontalAdvance(m_bars[i].columnName) + 6);
        numbered &= m_bars[i].columnName == QString::number(m_bars[i].index + 1);
        ascending &= i == 0 || m_bars[i - 1].index < m_bars[i].index;
    }
    // Numbers by index: every fifth or tenth is named; names, or another order: the next one that has room.
    const int every = !numbered || !ascending || m_pitch >= widestLabel ? 1 : static_cast<int>(std::ceil(widestLabel / m_pitch / 5)) * 5;
    double labelled = m_body.left() - scrolled - widestLabel;
    const double gap = m_pitch >= 12 ? 4 : m_pitch >= 7 ? 2 : 1;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const Bar& bar = m_bars[i];
        const double left = m_body.left() + m_pitch * static_cast<double>(i) - scrolled;
        if (left + m_pitch < m_body.left() || left > m_body.right())
            continue;
        const double end = floor - share(bar.value) * (floor - top);
        const double tall = std::max(bar.active ? 2.0 : 7.0, std::abs(base - end));
        const QRectF shape(left + gap / 2, end > base ? base : base - tall, m_pitch - gap, tall);
        if (bar.active) {
            const double radius = std::min({3.0, shape.width() / 2.5, tall / 2});
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_style.fill);
            painter.drawRoundedRect(shape, radius, radius);
        } else if (m_pitch >= kNarrowestHatched) {
            paintHatched(painter, shape, m_theme);
        } else { // too narrow for hatching: an empty box
            painter.setPen(QPen(m_theme.muted, 1));
            painter.setBrush(Qt::NoBrush);
            const double least = std::max(4.0, std::abs(base - end));
            painter.drawRect(QRectF(shape.left() + 0.5, base - least, std::max(1.0, shape.width() - 1), least - 0.5));
        }
        const int shown = bar.index + 1;
        const double middle = left + m_pitch / 2;
        if ((shown % every == 0 || shown == 1) && middle - labelled >= widestLabel - 0.5) {
            labelled = middle;
            painter.setFont(small);
            painter.setPen(m_theme.muted);
            painter.drawText(QRectF(left - widestLabel / 2, floor + 2, m_pitch + widestLabel, labelTall), Qt::AlignHCenter | Qt::AlignTop,
                             bar.columnName);
        }
    }
}

int BarsPainter::barAt(const QPointF& point, double scrolled) const
{
    if (!m_body.adjusted(-kSide, 0, kSide, 0).contains(point) || m_pitch <= 0)
        return -1;
    const double along = m_rows ? point.y() - m_body.top() : point.x() - m_body.left() + scrolled;
    const int index = static_cast<int>(std::floor(along / m_pitch));
    return index >= 0 && index < static_cast<int>(m_bars.size()) ? index : -1;
}

} // namespace latentscape::ui
