// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/beta_edit.h"

#include "ui/chrome/beta_slider.h"
#include "ui/chrome/text_runs.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

#include <algorithm>

namespace latentscape::ui {

BetaEdit::BetaEdit(QWidget* parent) : QDoubleSpinBox(parent)
{
    setRange(0.0, BetaSlider::kMaximum);
    setDecimals(4);
    setSingleStep(0.1);
    setValue(1.0);
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setFrame(false);
    setKeyboardTracking(false);
    setCorrectionMode(QAbstractSpinBox::CorrectToNearestValue);
    setAttribute(Qt::WA_Hover);
    // The program's sheet draws every spin box as a boxed field; this one is drawn by paintEvent.
    setStyleSheet(QStringLiteral("QAbstractSpinBox, QLineEdit { background: transparent; border: none; padding: 0 3px; min-height: 0; font-weight: 600; }"));
}

void BetaEdit::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

QString BetaEdit::textFromValue(double value) const
{
    QString text = locale().toString(value, 'f', 4);
    for (int spare = value >= 10 ? 3 : 2; spare > 0 && text.endsWith(locale().zeroDigit()); --spare)
        text.chop(1);
    return text;
}

QSize BetaEdit::sizeHint() const
{
    const QFontMetrics metrics(strongFont(font()));
    return {metrics.horizontalAdvance(QStringLiteral("0.0000")) + 10, std::max(26, metrics.height() + 8)};
}

void BetaEdit::paintEvent(QPaintEvent*)
{
    if (!isEnabled() || (!underMouse() && !hasFocus()))
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? m_theme.accent : m_theme.border, 1));
    painter.setBrush(m_theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

void BetaEdit::keyPressEvent(QKeyEvent* event)
{
    const bool entered = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    QDoubleSpinBox::keyPressEvent(event);
    if (entered)
        clearFocus(); // typing is over; the keyboard goes back to the window's own keys
}

void BetaEdit::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    QDoubleSpinBox::changeEvent(event);
}

} // namespace latentscape::ui
