// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/chip.h"

#include "ui/chrome/text_runs.h"
#include "ui/theme/icons.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace latentscape::ui {

namespace {
constexpr int kSide = 11;
constexpr int kDot = 8;
constexpr int kIcon = 14;
constexpr int kGap = 7;
} // namespace

Chip::Chip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setTheme(m_theme);
}

void Chip::setText(const QString& text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleDescription(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

void Chip::setMark(Mark mark)
{
    if (mark == m_mark)
        return;
    m_mark = mark;
    updateGeometry();
    update();
}

void Chip::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_warning = makeIcon(IconName::Warning, theme.warningText, theme.muted);
    update();
}

int Chip::markWidth() const
{
    switch (m_mark) {
    case Mark::None: return 0;
    case Mark::Good: return kDot + kGap;
    case Mark::Warning: return kIcon + kGap - 1;
    }
    return 0;
}

QSize Chip::sizeHint() const
{
    const QFontMetricsF metrics(captionFont(font()));
    const int width = static_cast<int>(metrics.horizontalAdvance(m_text)) + 2;
    return {2 * kSide + markWidth() + width, std::max(26, static_cast<int>(metrics.height()) + 10)};
}

QSize Chip::minimumSizeHint() const
{
    const QSize hint = sizeHint();
    return {std::min(hint.width(), 2 * kSide + markWidth() + 6 * fontMetrics().averageCharWidth()), hint.height()};
}

bool Chip::event(QEvent* event)
{
    // The tool tip given by the owner wins; without one, a text that had to be elided shows itself.
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() && width() < sizeHint().width()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), m_text, this);
        return true;
    }
    return QWidget::event(event);
}

void Chip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    QWidget::changeEvent(event);
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.sunken);
    const double radius = height() / 2.0;
    painter.drawRoundedRect(QRectF(rect()), radius, radius);
    if (m_mark == Mark::Good) {
        painter.setBrush(m_theme.good);
        painter.drawEllipse(QRectF(kSide, (height() - kDot) / 2.0, kDot, kDot));
    } else if (m_mark == Mark::Warning) {
        m_warning.paint(&painter, QRect(kSide - 1, (height() - kIcon) / 2, kIcon, kIcon));
    }
    const QFont font = captionFont(this->font());
    const QRectF room(kSide + markWidth(), 0, width() - 2 * kSide - markWidth() + 2, height());
    painter.setFont(font);
    painter.setPen(m_theme.text);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, QFontMetricsF(font).elidedText(m_text, Qt::ElideRight, room.width()));
}

} // namespace latentscape::ui
