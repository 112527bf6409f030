// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/beta_slider.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kSteps = 1000;
constexpr double kHandle = 16;
constexpr double kBase = 99.0;

/// As fine as one can want to read at that size.
double grain(double beta)
{
    return beta < 0.1 ? 0.005 : beta < 2 ? 0.01 : beta < 10 ? 0.1 : 1.0;
}

double tidy(double beta)
{
    const double step = grain(beta);
    return std::clamp(std::round(beta / step) * step, 0.0, BetaSlider::kMaximum);
}

} // namespace

BetaSlider::BetaSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent)
{
    setRange(0, kSteps);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setBeta(1.0);
    // Assistive technology moves the slider by its whole number.
    connect(this, &QSlider::valueChanged, this, [this](int value) { choose(tidy(betaAt(value / double(kSteps)))); });
}

double BetaSlider::betaAt(double fraction)
{
    return (std::pow(kBase, 2 * std::clamp(fraction, 0.0, 1.0)) - 1) / (kBase - 1);
}

double BetaSlider::fractionOf(double beta)
{
    return std::log(std::clamp(beta, 0.0, kMaximum) * (kBase - 1) + 1) / (2 * std::log(kBase));
}

void BetaSlider::setBeta(double beta)
{
    m_beta = beta;
    const QSignalBlocker quiet(this);
    setValue(static_cast<int>(std::lround(fractionOf(beta) * kSteps)));
    setAccessibleDescription(tr("Weight of the KL term: %L1").arg(beta));
    update();
}

void BetaSlider::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void BetaSlider::choose(double beta)
{
    if (beta == m_beta)
        return;
    setBeta(beta);
    Q_EMIT betaChosen(beta);
}

void BetaSlider::chooseAt(double x)
{
    const QRectF track = groove();
    double fraction = (x - track.left()) / track.width();
    if (layoutDirection() == Qt::RightToLeft)
        fraction = 1 - fraction;
    // One pixel is a step of 6 % near the middle: the plain VAE must not be missed by a pixel.
    const bool nearOne = std::abs(fraction - 0.5) * track.width() < 3;
    choose(nearOne ? 1.0 : tidy(betaAt(fraction)));
}

void BetaSlider::nudge(double steps)
{
    const double step = m_beta < 0.1 ? 0.01 : m_beta < 2 ? 0.05 : m_beta < 10 ? 0.5 : 5.0;
    choose(std::clamp(std::round((m_beta + steps * step) * 1000) / 1000, 0.0, kMaximum));
}

QSize BetaSlider::sizeHint() const
{
    return {150 + static_cast<int>(kHandle), 26};
}

QRectF BetaSlider::groove() const
{
    return {kHandle / 2 + 1, height() / 2.0 - 2, width() - kHandle - 2, 4};
}

void BetaSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF track = groove();
    const QColor color = isEnabled() ? m_theme.kl : m_theme.muted;
    double fraction = fractionOf(m_beta);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    if (mirrored)
        fraction = 1 - fraction;
    const double x = track.left() + fraction * track.width();
    QColor rest = m_theme.border;
    painter.setBrush(rest);
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(color);
    painter.drawRoundedRect(mirrored ? QRectF(QPointF(x, track.top()), track.bottomRight()) : QRectF(track.topLeft(), QPointF(x, track.bottom())), 2, 2);
    // The middle is β = 1, the plain VAE: a small notch finds it again.
    if (std::abs(fraction - 0.5) * track.width() > kHandle / 2 + 3) {
        painter.setBrush(m_theme.muted);
        painter.drawRoundedRect(QRectF(track.center().x() - 0.75, track.bottom() + 3, 1.5, 4), 0.75, 0.75);
    }
    const QPointF centre(x, track.center().y());
    if (isEnabled() && (underMouse() || isSliderDown() || hasFocus())) {
        QColor halo = color;
        halo.setAlphaF(hasFocus() ? 0.30F : 0.18F);
        painter.setBrush(halo);
        painter.drawEllipse(centre, kHandle / 2 + 3.5, kHandle / 2 + 3.5);
    }
    painter.setBrush(m_theme.dark ? m_theme.surface : QColor(Qt::white));
    painter.setPen(QPen(color, 2));
    painter.drawEllipse(centre, kHandle / 2 - 1, kHandle / 2 - 1);
}

void BetaSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    chooseAt(event->position().x());
    event->accept();
}

void BetaSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        chooseAt(event->position().x());
}

void BetaSlider::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
    update();
}

void BetaSlider::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(1.0);
}

void BetaSlider::keyPressEvent(QKeyEvent* event)
{
    const double forward = layoutDirection() == Qt::RightToLeft ? -1 : 1;
    switch (event->key()) {
    case Qt::Key_Left: nudge(-forward); break;
    case Qt::Key_Right: nudge(forward); break;
    case Qt::Key_Down: nudge(-1); break;
    case Qt::Key_Up: nudge(1); break;
    case Qt::Key_PageDown: nudge(-10); break;
    case Qt::Key_PageUp: nudge(10); break;
    case Qt::Key_Home: choose(0); break;
    case Qt::Key_End: choose(kMaximum); break;
    default: QSlider::keyPressEvent(event);
    }
}

void BetaSlider::wheelEvent(QWheelEvent* event)
{
    nudge(event->angleDelta().y() / 120.0);
    event->accept();
}

} // namespace latentscape::ui
