// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/bipolar_slider.h"

#include "ui/theme/color_mix.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr int kSteps = 100; // positions a unit
constexpr double kHandle = 12.0;
} // namespace

BipolarSlider::BipolarSlider(double reach, QWidget* parent) : QAbstractSlider(parent), m_reach(reach)
{
    setOrientation(Qt::Horizontal);
    setRange(positionOf(-reach), positionOf(reach));
    setSingleStep(kSteps / 20);
    setPageStep(kSteps / 2);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractSlider::valueChanged, this, &BipolarSlider::onValueChanged);
}

void BipolarSlider::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void BipolarSlider::setAmount(double amount)
{
    if (m_amount == amount)
        return;
    const bool sameText = std::lround(m_amount * kSteps) == std::lround(amount * kSteps);
    m_amount = amount;
    if (sameText)
        return;
    m_showing = true;
    setValue(positionOf(amount));
    m_showing = false;
    updateAmount();
}

void BipolarSlider::setMovable(bool movable)
{
    if (m_movable == movable)
        return;
    m_movable = movable;
    if (!movable)
        finishGesture();
    update();
}

void BipolarSlider::setFaint(bool faint)
{
    if (m_faint == faint)
        return;
    m_faint = faint;
    update();
}

QSize BipolarSlider::sizeHint() const { return {180, 24}; }

QSize BipolarSlider::minimumSizeHint() const { return {80, 24}; }

QRectF BipolarSlider::track() const { return {kHandle / 2, height() / 2.0 - 2.0, std::max(20.0, width() - kHandle), 4.0}; }

void BipolarSlider::updateAmount() { update(); }

double BipolarSlider::xOf(double amount) const
{
    const QRectF line = track();
    return line.left() + (std::clamp(amount, -m_reach, m_reach) + m_reach) / (2 * m_reach) * line.width();
}

void BipolarSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintTrack(painter);
}

void BipolarSlider::paintTrack(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF line = track();
    const QColor fill = m_faint || !m_movable || !isEnabled() ? m_theme.muted : m_theme.accent;
    const double x = xOf(m_amount);
    const double zero = xOf(0.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.border);
    painter.drawRoundedRect(line, 2, 2);
    painter.setBrush(mix(m_theme.border, m_theme.muted, 0.35F));
    painter.drawRect(QRectF(std::round(zero) - 0.5, line.center().y() - 5, 1, 10));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(QPointF(std::min(x, zero), line.top()), QPointF(std::max(x, zero), line.bottom())), 2, 2);
    if (hasFocus()) {
        QColor halo = m_theme.accent;
        halo.setAlphaF(0.25f);
        painter.setBrush(halo);
        painter.drawEllipse(QPointF(x, line.center().y()), kHandle / 2 + 4, kHandle / 2 + 4);
    }
    if (!m_movable) { // no knob to take hold of
        painter.setBrush(fill);
        painter.drawRoundedRect(QRectF(x - 1.5, line.center().y() - 5, 3, 10), 1.5, 1.5);
        return;
    }
    painter.setPen(QPen(fill, 2));
    painter.setBrush(m_theme.surface);
    painter.drawEllipse(QPointF(x, line.center().y()), kHandle / 2 - 1, kHandle / 2 - 1);
}

int BipolarSlider::positionOf(double amount) const { return static_cast<int>(std::lround(std::clamp(amount, -m_reach, m_reach) * kSteps)); }

void BipolarSlider::moveTo(double x)
{
    const QRectF line = track();
    setSliderPosition(positionOf(-m_reach + 2 * m_reach * (x - line.left()) / line.width()));
}

void BipolarSlider::editTo(double amount)
{
    if (m_movable)
        setValue(positionOf(amount));
}

void BipolarSlider::onValueChanged(int position)
{
    if (m_showing)
        return;
    if (!m_movable) { // a screen reader sets values past the mouse and the keys
        m_showing = true;
        setValue(positionOf(m_amount));
        m_showing = false;
        return;
    }
    if (!m_started) {
        m_started = true;
        Q_EMIT editStarted();
    }
    m_amount = static_cast<double>(position) / kSteps;
    updateAmount();
    Q_EMIT amountEdited(m_amount);
    if (!m_gesture)
        finishGesture();
}

void BipolarSlider::finishGesture()
{
    m_gesture = false;
    if (isSliderDown())
        setSliderDown(false);
    if (!m_started)
        return;
    m_started = false;
    Q_EMIT editFinished();
}

void BipolarSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    if (!m_movable)
        return;
    m_gesture = true;
    setSliderDown(true);
    moveTo(event->position().x());
}

void BipolarSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        moveTo(event->position().x());
}

void BipolarSlider::mouseReleaseEvent(QMouseEvent*) { finishGesture(); }

void BipolarSlider::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        editTo(0.0);
}

void BipolarSlider::keyPressEvent(QKeyEvent* event)
{
    if (!m_movable) {
        event->ignore();
        return;
    }
    m_gesture = true;
    QAbstractSlider::keyPressEvent(event);
}

void BipolarSlider::keyReleaseEvent(QKeyEvent* event)
{
    if (!event->isAutoRepeat() && !isSliderDown())
        finishGesture();
    QAbstractSlider::keyReleaseEvent(event);
}

void BipolarSlider::focusOutEvent(QFocusEvent* event)
{
    finishGesture();
    QAbstractSlider::focusOutEvent(event);
}

void BipolarSlider::hideEvent(QHideEvent* event)
{
    finishGesture();
    QAbstractSlider::hideEvent(event);
}

void BipolarSlider::sliderChange(SliderChange change)
{
    // The base repaints all of it at each value; updateAmount() knows what has changed.
    if (change != SliderValueChange)
        QAbstractSlider::sliderChange(change);
}

void BipolarSlider::wheelEvent(QWheelEvent* event)
{
    // The list scrolls; a slider that happens to pass under the cursor must not move the probe.
    event->ignore();
}

} // namespace latentscape::ui
