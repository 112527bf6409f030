// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/bar_button.h"

#include "ui/chrome/text_runs.h"
#include "ui/theme/color_mix.h"

#include <QAction>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionToolButton>

#include <algorithm>

namespace latentscape::ui {

namespace {

constexpr int kIconSide = 16;
constexpr double kRadius = 8;

} // namespace

BarButton::BarButton(Look look, IconName icon, QAction* action, QWidget* parent)
    : QToolButton(parent), m_look(look), m_iconName(icon), m_action(action)
{
    setFocusPolicy(Qt::TabFocus); // a click on a tool leaves the keyboard with the map
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(action, &QAction::changed, this, &BarButton::mirrorAction);
    connect(this, &QToolButton::toggled, action, [this](bool on) {
        if (on != m_action->isChecked())
            triggerAction(); // a screen reader toggles the button past any click
    });
    mirrorAction();
}

void BarButton::nextCheckState()
{
    triggerAction();
}

void BarButton::triggerAction()
{
    m_action->trigger();
    mirrorAction(); // an exclusive action that was already on stays on, whatever the button has done
}

void BarButton::mirrorAction()
{
    setCheckable(m_action->isCheckable());
    setChecked(m_action->isChecked());
    setEnabled(m_action->isEnabled());
    const QString label = m_label.isEmpty() ? m_action->iconText() : m_label;
    if (label != text()) {
        setText(label);
        updateGeometry();
    }
    const QString keys = m_action->shortcut().toString(QKeySequence::NativeText);
    const QString tip = m_action->toolTip() == m_action->iconText() ? label : m_action->toolTip();
    setToolTip(keys.isEmpty() || tip.contains(keys) ? tip : tr("%1 (%2)").arg(tip, keys));
    update();
}

void BarButton::setIconName(IconName icon)
{
    m_iconName = icon;
    update();
}

void BarButton::setLabel(const QString& label)
{
    m_label = label;
    mirrorAction();
}

void BarButton::setLabelsToFit(const QStringList& labels)
{
    m_toFit = labels;
    updateGeometry();
}

void BarButton::setCompact(bool compact)
{
    if (compact == m_compact)
        return;
    m_compact = compact;
    updateGeometry();
    update();
}

void BarButton::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

QFont BarButton::labelFont() const
{
    return m_look == Look::Filled ? strongFont(font()) : font();
}

QSize BarButton::sizeHint() const
{
    const int tall = std::max(34, QFontMetrics(labelFont()).height() + 14);
    if (m_compact)
        return {m_look == Look::Filled ? tall + 12 : tall + 2, tall};
    return {wholeWidth(), tall};
}

int BarButton::wholeWidth() const
{
    const QFontMetrics metrics(labelFont());
    int width = metrics.horizontalAdvance(text());
    for (const QString& label : m_toFit)
        width = std::max(width, metrics.horizontalAdvance(label));
    return m_look == Look::Filled ? 16 + kIconSide + 9 + width + 18 : 12 + kIconSide + 7 + width + 13;
}

QColor BarButton::ground() const
{
    const bool over = isEnabled() && underMouse();
    const QColor away = m_theme.dark ? QColor(Qt::white) : QColor(Qt::black);
    if (m_look == Look::Filled) {
        if (!isEnabled())
            return mix(m_theme.surface, m_theme.text, 0.10F);
        return isDown() ? mix(m_theme.accent, away, 0.22F) : over ? mix(m_theme.accent, away, 0.10F) : m_theme.accent;
    }
    if (isChecked())
        return m_theme.accentSoft;
    if (isEnabled() && isDown())
        return mix(m_theme.surface, m_theme.text, 0.12F);
    return over ? mix(m_theme.surface, m_theme.text, m_theme.dark ? 0.08F : 0.06F) : QColor(Qt::transparent);
}

QColor BarButton::ink() const
{
    if (!isEnabled())
        return mix(m_theme.muted, m_theme.surface, 0.45F);
    if (m_look == Look::Filled)
        return m_theme.onAccent;
    if (isChecked())
        return mix(m_theme.accent, m_theme.text, m_theme.dark ? 0.25F : 0.12F);
    return underMouse() ? m_theme.text : m_theme.muted;
}

void BarButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    const QColor fill = ground();
    if (fill.alpha() > 0) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawRoundedRect(QRectF(rect()), kRadius, kRadius);
    }
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_look == Look::Filled ? m_theme.onAccent : m_theme.accent, 1.5));
        const double inset = m_look == Look::Filled ? 3.25 : 1.25;
        painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), kRadius - inset + 1, kRadius - inset + 1);
    }
    const QColor color = ink();
    const QIcon icon = makeIcon(m_iconName, color, color);
    const int top = (height() - kIconSide) / 2;
    if (m_compact) {
        icon.paint(&painter, QRect((width() - kIconSide) / 2, top, kIconSide, kIconSide));
        return;
    }
    const int side = m_look == Look::Filled ? 16 : 12;
    const int gap = m_look == Look::Filled ? 9 : 7;
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const QRect iconBox(side, top, kIconSide, kIconSide);
    const QRect textBox(side + kIconSide + gap, 0, width() - side - kIconSide - gap, height());
    icon.paint(&painter, mirrored ? QStyle::visualRect(layoutDirection(), rect(), iconBox) : iconBox);
    painter.setFont(labelFont());
    painter.setPen(color);
    painter.drawText(mirrored ? QStyle::visualRect(layoutDirection(), rect(), textBox) : textBox,
                     Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft), text());
}

} // namespace latentscape::ui
