// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/progress_line.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

ProgressLine::ProgressLine(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(3);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ProgressLine::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void ProgressLine::setProgress(bool busy, double fraction)
{
    const double clean = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0.0;
    if (busy == m_busy && clean == m_fraction)
        return;
    m_busy = busy;
    m_fraction = clean;
    update();
}

void ProgressLine::paintEvent(QPaintEvent*)
{
    if (!m_busy)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.border);
    painter.drawRoundedRect(rect(), 1.5, 1.5);
    if (m_fraction > 0) {
        painter.setBrush(m_theme.accent);
        painter.drawRoundedRect(QRectF(0, 0, width() * m_fraction, height()), 1.5, 1.5);
    }
}

} // namespace latentscape::ui
