// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/icon_button.h"

#include "ui/theme/color_mix.h"

#include <QPainter>

namespace latentscape::ui {

namespace {
constexpr int kIconSide = 14;
constexpr double kRadius = 6.0;
} // namespace

IconButton::IconButton(IconName icon, QWidget* parent) : QAbstractButton(parent), m_normal(icon), m_checked(icon)
{
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFixedSize(kSide, kSide);
}

void IconButton::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_iconColor = {};
    update();
}

void IconButton::setCheckedIcon(IconName icon)
{
    m_checked = icon;
    setCheckable(true);
    update();
}

void IconButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool over = isEnabled() && (underMouse() || isDown());
    if (over) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mix(m_theme.surface, m_theme.text, isDown() ? 0.12F : m_theme.dark ? 0.08F : 0.06F));
        painter.drawRoundedRect(QRectF(rect()), kRadius, kRadius);
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), kRadius - 1, kRadius - 1);
    }
    const QColor faint = mix(m_theme.muted, m_theme.surface, 0.35F);
    const QColor color = !isEnabled() ? mix(m_theme.muted, m_theme.surface, 0.6F) : over || isChecked() ? m_theme.text : faint;
    const IconName name = isChecked() ? m_checked : m_normal;
    if (color != m_iconColor || name != m_iconName) { // an icon parses its drawing: once for each look
        m_icon = makeIcon(name, color, color);
        m_iconName = name;
        m_iconColor = color;
    }
    const int edge = (kSide - kIconSide) / 2;
    m_icon.paint(&painter, QRect(edge, edge, kIconSide, kIconSide));
}

} // namespace latentscape::ui
