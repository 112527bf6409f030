// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_readout.h"

#include "ui/chrome/text_runs.h"

#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr double kPadding = 9;
constexpr double kKey = 8;
} // namespace

LossReadout::LossReadout(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
}

void LossReadout::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void LossReadout::setReading(const Reading& reading)
{
    m_reading = reading;
    m_active = true;
    update();
}

void LossReadout::clear()
{
    if (!m_active)
        return;
    m_active = false;
    update();
}

void LossReadout::paintEvent(QPaintEvent*)
{
    if (!m_active || m_reading.entries.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor hair = m_theme.muted;
    hair.setAlphaF(0.55F);
    painter.fillRect(QRectF(m_reading.x - 0.5, m_reading.plot.top(), 1, m_reading.plot.height()), hair);
    for (const LossReadout::Entry& entry : m_reading.entries) {
        if (!entry.marked || !m_reading.plot.contains(entry.point))
            continue;
        painter.setPen(QPen(m_theme.surface, 1.5));
        painter.setBrush(entry.color);
        painter.drawEllipse(entry.point, 4, 4);
    }

    const QFont font = captionFont(this->font());
    const QFontMetricsF metrics(font), strong(strongFont(font));
    double nameWidth = 0, valueWidth = 0;
    for (const Entry& entry : m_reading.entries) {
        nameWidth = std::max(nameWidth, metrics.horizontalAdvance(entry.name));
        valueWidth = std::max(valueWidth, TextRuns(QStringLiteral("<b>%1</b>").arg(entry.value)).width(font));
    }
    const double line = metrics.height() + 2;
    const double width = std::max(kKey + 6 + nameWidth + 14 + valueWidth, TextRuns(m_reading.title).width(font)) + 2 * kPadding;
    const double tall = line * static_cast<double>(m_reading.entries.size() + 1) + 2 * kPadding - 4;
    QRectF card(m_reading.x + 12, m_reading.plot.top() + 2, width, tall);
    if (card.right() > m_reading.plot.right())
        card.moveRight(m_reading.x - 12);
    card.moveLeft(std::max(card.left(), 2.0));
    if (card.bottom() > height() - 1)
        card.moveBottom(height() - 1);
    card.moveTop(std::max(card.top(), 0.5));
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.96F);
    painter.setPen(QPen(m_theme.border, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);

    double y = card.top() + kPadding - 2;
    TextRuns(m_reading.title).paint(painter, QRectF(card.left() + kPadding, y, width - 2 * kPadding, line), font, m_theme.muted, m_theme.text);
    for (const Entry& entry : m_reading.entries) {
        y += line;
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.color);
        painter.drawEllipse(QPointF(card.left() + kPadding + kKey / 2, y + line / 2), kKey / 2 - 0.5, kKey / 2 - 0.5);
        TextRuns(entry.name).paint(painter, QRectF(card.left() + kPadding + kKey + 6, y, nameWidth + 4, line), font, m_theme.muted, m_theme.text);
        const TextRuns value(QStringLiteral("<b>%1</b>").arg(entry.value));
        const double wide = value.width(font);
        value.paint(painter, QRectF(card.right() - kPadding - wide, y, wide + 1, line), font, m_theme.muted, m_theme.text);
    }
}

} // namespace latentscape::ui
