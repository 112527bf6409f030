// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_slider.h"

#include "ui/panels/number_text.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {
constexpr double kReach = 4.0;   // the prior's mass beyond 4 σ is 6e-5
constexpr int kSteps = 100;      // positions a unit
constexpr double kHandle = 12.0; // diameter
constexpr int kRowHeight = 26;
constexpr int kGap = 10;

int positionOf(double value) { return static_cast<int>(std::lround(std::clamp(value, -kReach, kReach) * kSteps)); }
} // namespace

CodeSlider::CodeSlider(int dimension, QWidget* parent) : QAbstractSlider(parent), m_type(font()), m_dimension(dimension)
{
    setOrientation(Qt::Horizontal);
    setRange(positionOf(-kReach), positionOf(kReach));
    setSingleStep(kSteps / 20);
    setPageStep(kSteps / 2);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Coordinate %1").arg(dimension + 1));
    connect(this, &QAbstractSlider::valueChanged, this, [this](int position) {
        if (m_showing)
            return;
        m_coordinate = static_cast<float>(position) / kSteps;
        Q_EMIT coordinateEdited(m_dimension, m_coordinate);
    });
}

void CodeSlider::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void CodeSlider::setCoordinate(float value)
{
    if (m_coordinate == value)
        return;
    const bool sameText = std::lround(m_coordinate * kSteps) == std::lround(value * kSteps);
    m_coordinate = value;
    if (sameText)
        return;
    m_showing = true;
    setValue(positionOf(static_cast<double>(value)));
    m_showing = false;
    update();
}

void CodeSlider::setInactive(bool inactive)
{
    if (m_inactive == inactive)
        return;
    m_inactive = inactive;
    const QString note = tr("Unused dimension: the variance of its mean is below 0.01, so moving it changes little.");
    setToolTip(inactive ? note : QString());
    setAccessibleDescription(inactive ? note : QString());
    update();
}

void CodeSlider::setNameWidth(int width)
{
    m_nameWidth = width;
    update();
}

QSize CodeSlider::sizeHint() const { return {180, std::max(kRowHeight, static_cast<int>(std::ceil(m_type.metrics().height())) + 6)}; }

QSize CodeSlider::minimumSizeHint() const { return {120, sizeHint().height()}; }

QRectF CodeSlider::track() const
{
    const double value = m_type.width(signedText(-8.88));
    const double left = m_nameWidth + kGap + kHandle / 2;
    const double right = width() - value - kGap - kHandle / 2;
    return {left, height() / 2.0 - 2.0, std::max(20.0, right - left), 4.0};
}

void CodeSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF line = track();
    const auto xOf = [&line](double v) { return line.left() + (std::clamp(v, -kReach, kReach) + kReach) / (2 * kReach) * line.width(); };
    const double value = static_cast<double>(m_coordinate);
    const QColor fill = m_inactive ? m_theme.muted : m_theme.accent;

    painter.setPen(m_inactive ? m_theme.muted : m_theme.text);
    m_type.draw(painter, QRectF(0, 0, m_nameWidth, height()), Qt::AlignLeft, dimensionName(m_dimension));
    m_type.draw(painter, QRectF(0, 0, width(), height()), Qt::AlignRight, signedText(value));

    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.border);
    painter.drawRoundedRect(line, 2, 2);
    painter.drawRect(QRectF(std::round(xOf(0.0)) - 0.5, line.center().y() - 5, 1, 10));
    painter.setBrush(fill);
    const double x = xOf(value);
    painter.drawRoundedRect(QRectF(QPointF(std::min(x, xOf(0)), line.top()), QPointF(std::max(x, xOf(0)), line.bottom())), 2, 2);

    if (hasFocus()) {
        QColor halo = fill;
        halo.setAlphaF(0.25f);
        painter.setBrush(halo);
        painter.drawEllipse(QPointF(x, line.center().y()), kHandle / 2 + 4, kHandle / 2 + 4);
    }
    painter.setPen(QPen(fill, 2));
    painter.setBrush(m_theme.surface);
    painter.drawEllipse(QPointF(x, line.center().y()), kHandle / 2 - 1, kHandle / 2 - 1);
}

void CodeSlider::moveTo(double x)
{
    const QRectF line = track();
    const double fraction = (x - line.left()) / line.width();
    setSliderPosition(positionOf(-kReach + 2 * kReach * fraction));
}

void CodeSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    moveTo(event->position().x());
}

void CodeSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        moveTo(event->position().x());
}

void CodeSlider::mouseReleaseEvent(QMouseEvent*) { setSliderDown(false); }

void CodeSlider::mouseDoubleClickEvent(QMouseEvent*) { setValue(0); }

void CodeSlider::wheelEvent(QWheelEvent* event)
{
    // The list scrolls; a slider that happens to pass under the cursor must not move the probe.
    event->ignore();
}

void CodeSlider::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        m_type = TabularText(font());
        updateGeometry();
    }
    QAbstractSlider::changeEvent(event);
}

} // namespace latentscape::ui
