// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/support_chip.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kLeft = 25; // room of the mark
constexpr int kRight = 8;
constexpr double kFontScale = 0.92;
constexpr int kVertical = 6;
constexpr int kLines = 2;

QFont chipFont(const QFont& base)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * kFontScale);
    return font;
}
} // namespace

SupportChip::SupportChip(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void SupportChip::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void SupportChip::setContent(Level level, const QString& text)
{
    if (m_level == level && m_text == text)
        return;
    m_level = level;
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    update();
}

QSize SupportChip::sizeHint() const { return {200, kLines * QFontMetrics(chipFont(font())).lineSpacing() + 2 * kVertical}; }

QSize SupportChip::minimumSizeHint() const { return {120, sizeHint().height()}; }

void SupportChip::paintEvent(QPaintEvent*)
{
    if (m_level == Level::None)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(chipFont(font()));
    const QFontMetrics metrics = painter.fontMetrics();
    const int available = width() - kLeft - kRight;
    constexpr int kFlags = static_cast<int>(Qt::AlignLeft) | static_cast<int>(Qt::AlignTop) | static_cast<int>(Qt::TextWordWrap);
    const QRect text = metrics.boundingRect(QRect(0, 0, available, height()), kFlags, m_text);
    const int chipHeight = std::min(height(), std::max(text.height(), metrics.height()) + 2 * kVertical);

    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.sunken);
    painter.drawRoundedRect(QRectF(0, 0, width(), chipHeight), 6, 6);

    const QPointF mark(14, kVertical + metrics.height() / 2.0);
    if (m_level == Level::Far) {
        QPainterPath triangle;
        triangle.moveTo(mark + QPointF(0, -5));
        triangle.lineTo(mark + QPointF(5.5, 4.5));
        triangle.lineTo(mark + QPointF(-5.5, 4.5));
        triangle.closeSubpath();
        painter.setBrush(m_theme.warning);
        painter.drawPath(triangle);
    } else if (m_level == Level::Thin) {
        painter.setPen(QPen(m_theme.muted, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(mark, 3.5, 3.5);
    } else {
        painter.setBrush(m_theme.good);
        painter.drawEllipse(mark, 4, 4);
    }
    painter.setPen(m_level == Level::Far ? m_theme.warningText : m_theme.muted);
    painter.drawText(QRect(kLeft, kVertical, available, height() - kVertical), kFlags, m_text);
}

} // namespace latentscape::ui
