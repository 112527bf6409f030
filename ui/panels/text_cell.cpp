// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/text_cell.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kDotDiameter = 5.0;
constexpr double kDotGap = 5.0;
constexpr double kLeadGap = 8.0;
} // namespace

TextCell::TextCell(QWidget* parent) : QWidget(parent), m_type(font()), m_leadType(font())
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void TextCell::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void TextCell::setText(const QString& text)
{
    if (m_text == text)
        return;
    m_text = text;
    describe();
    update();
}

void TextCell::setShortText(const QString& text)
{
    if (m_shortText == text)
        return;
    m_shortText = text;
    update();
}

void TextCell::setLead(const QString& lead, const QString& shortLead)
{
    if (m_lead == lead && m_shortLead == shortLead)
        return;
    m_lead = lead;
    m_shortLead = shortLead;
    describe();
    update();
}

void TextCell::setTone(Tone tone)
{
    if (m_tone == tone)
        return;
    m_tone = tone;
    update();
}

void TextCell::setBold(bool bold)
{
    m_bold = bold;
    updateFont();
}

void TextCell::setFontScale(double scale)
{
    m_scale = scale;
    updateFont();
}

void TextCell::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void TextCell::setReserve(const QString& widest)
{
    m_reserve = widest;
    updateGeometry();
}

void TextCell::setDot(bool dot)
{
    if (m_dot == dot)
        return;
    m_dot = dot;
    update();
}

QSize TextCell::sizeHint() const
{
    return {static_cast<int>(std::ceil(m_type.width(m_reserve))), static_cast<int>(std::ceil(m_type.metrics().height())) + 2};
}

QSize TextCell::minimumSizeHint() const { return {0, sizeHint().height()}; }

QString TextCell::fittingText() const
{
    const double available = width() - (m_dot ? kDotDiameter + kDotGap : 0.0);
    if (!m_shortText.isEmpty() && m_type.width(m_text) > available)
        return m_type.width(m_shortText) <= available ? m_shortText : QString();
    return m_type.elided(m_text, available);
}

void TextCell::paintEvent(QPaintEvent*)
{
    if (m_text.isEmpty())
        return;
    QPainter painter(this);
    switch (m_tone) {
    case Tone::Text:
        painter.setPen(m_theme.text);
        break;
    case Tone::Muted:
        painter.setPen(m_theme.muted);
        break;
    case Tone::Good:
        painter.setPen(m_theme.goodText);
        break;
    case Tone::Warning:
        painter.setPen(m_theme.warningText);
        break;
    case Tone::Error:
        painter.setPen(m_theme.errorText);
        break;
    }
    const QString shown = fittingText();
    m_type.draw(painter, rect(), m_alignment, shown);
    const double room = width() - m_type.width(shown) - kLeadGap;
    const QString& lead = m_leadType.width(m_lead) <= room ? m_lead : m_shortLead;
    if (!lead.isEmpty() && m_leadType.width(lead) <= room) {
        painter.setPen(m_theme.muted);
        m_leadType.draw(painter, rect(), Qt::AlignLeft, lead);
    }
    if (m_dot) {
        const double textWidth = m_type.width(shown);
        const double left = m_alignment & Qt::AlignRight ? width() - textWidth - kDotGap - kDotDiameter : textWidth + kDotGap;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.accent);
        painter.drawEllipse(QRectF(left, (height() - kDotDiameter) / 2, kDotDiameter, kDotDiameter));
    }
}

void TextCell::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateFont();
    QWidget::changeEvent(event);
}

bool TextCell::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (fittingText() != m_text)
            QToolTip::showText(help->globalPos(), m_text, this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void TextCell::describe() { setAccessibleName(m_lead.isEmpty() ? m_text : tr("%1: %2").arg(m_lead, m_text)); }

void TextCell::updateFont()
{
    QFont type = font();
    if (m_scale != 1.0 && type.pointSizeF() > 0)
        type.setPointSizeF(type.pointSizeF() * m_scale);
    else if (m_scale != 1.0 && type.pixelSize() > 0)
        type.setPixelSize(qRound(type.pixelSize() * m_scale));
    if (m_bold)
        type.setWeight(QFont::DemiBold);
    m_type = TabularText(type);
    m_leadType = TabularText(font());
    updateGeometry();
    update();
}

} // namespace latentscape::ui
