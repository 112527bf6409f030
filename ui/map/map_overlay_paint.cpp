// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_overlay.h"

#include "ui/theme/kept_shapes.h"

#include <QPaintEvent>
#include <QPainter>

#include <cmath>

namespace latentscape::ui {

void MapOverlay::drawHalo(QPainter& painter, QPointF centre, double radius, double width, const QColor& color, double dot) const
{
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.92f);
    const double reach = radius + width / 2 + 2.0;
    const QRectF bounds(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach);
    drawKept(painter, bounds, {ShapeKey::Ring, {radius, width, dot}, color.rgba(), ground.rgba()}, [&](QPainter& shape) {
        shape.setBrush(Qt::NoBrush);
        shape.setPen(QPen(ground, width + 3.0));
        shape.drawEllipse(centre, radius, radius);
        shape.setPen(QPen(color, width));
        shape.drawEllipse(centre, radius, radius);
        if (dot > 0.0) {
            shape.setPen(QPen(m_theme.surface, 1.5));
            shape.setBrush(color);
            shape.drawEllipse(centre, dot, dot);
        }
    });
}

void MapOverlay::drawPath(QPainter& painter) const
{
    const std::vector<PlanePoint>& line = m_curve.size() > 1 ? m_curve : m_anchors;
    if (line.size() > 1) {
        const QPolygonF polygon = polygonOf(line);
        QColor ground = m_theme.surface;
        ground.setAlphaF(0.9f);
        painter.setPen(QPen(ground, 5.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(polygon);
        painter.setPen(QPen(m_theme.accent, 2.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(polygon);
    }
    QFont numbers = font();
    numbers.setWeight(QFont::DemiBold);
    painter.setFont(numbers);
    for (std::size_t i = 0; i < m_anchors.size(); ++i) {
        const QPointF at = m_view.toPixel(m_anchors[i]);
        const bool selected = static_cast<int>(i) == m_selectedAnchor;
        drawHalo(painter, at, kAnchorRadius, 2.0, m_theme.accent);
        painter.setBrush(selected ? m_theme.accent : m_theme.surface);
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.drawEllipse(at, kAnchorRadius, kAnchorRadius);
        painter.setPen(selected ? m_theme.onAccent : m_theme.text);
        painter.drawText(QRectF(at.x() - 20, at.y() - 20, 40, 40), Qt::AlignCenter, QString::number(i + 1));
    }
    if (m_position) {
        const QPointF at = m_view.toPixel(*m_position);
        painter.setPen(QPen(m_theme.surface, 2.5));
        painter.setBrush(m_theme.accent);
        painter.drawEllipse(at, kMarkerRadius, kMarkerRadius);
    }
}

void MapOverlay::drawProbe(QPainter& painter) const
{
    const QPointF probe = probePixel();
    if (m_picked) {
        const QPointF picked = m_view.toPixel(*m_picked);
        const QPointF away = probe - picked;
        const double distance = std::hypot(away.x(), away.y());
        if (distance > kPickedRadius + kProbeRadius) {
            const QPointF direction = away / distance;
            const QLineF line(picked + direction * kPickedRadius, probe - direction * kProbeRadius);
            QColor ground = m_theme.surface;
            ground.setAlphaF(0.8f);
            painter.setPen(QPen(ground, 3.5));
            painter.drawLine(line);
            painter.setPen(QPen(m_theme.text, 1.25));
            painter.drawLine(line);
        }
        if (distance > 1.0)
            drawHalo(painter, picked, kPickedRadius, 1.75, m_theme.text);
    }
    const bool inView = m_view.toPixel(m_probe) == probe;
    painter.setOpacity(inView ? 1.0 : 0.55); // a fainter ring at the edge tells which way it lies
    drawHalo(painter, probe, kProbeRadius, 2.75, m_theme.accent, kProbeDot);
    painter.setOpacity(1.0);
}

void MapOverlay::drawLasso(QPainter& painter) const
{
    QPolygonF polygon = polygonOf(m_lasso);
    if (m_cross && m_lassoMarked)
        polygon.append(m_view.toPixel(*m_cross)); // what another corner here would give
    if (polygon.size() < 2)
        return drawLassoCorners(painter);
    QColor fill = m_theme.accent, ground = m_theme.surface;
    fill.setAlphaF(0.12f);
    ground.setAlphaF(0.8f);
    painter.setPen(QPen(ground, 3.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(fill);
    painter.drawPolygon(polygon);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_theme.accent, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(polygon);
    if (polygon.size() > 2) {
        QPen closing(m_theme.accent, 1.25);
        closing.setDashPattern({3.0, 3.0});
        painter.setPen(closing);
        painter.drawLine(polygon.last(), polygon.first());
    }
    drawLassoCorners(painter);
}

void MapOverlay::drawLassoCorners(QPainter& painter) const
{
    if (!m_lassoMarked)
        return;
    painter.setPen(QPen(m_theme.surface, 1.5));
    painter.setBrush(m_theme.accent);
    for (const PlanePoint& corner : m_lasso)
        painter.drawEllipse(m_view.toPixel(corner), 4.0, 4.0);
}

void MapOverlay::drawCross(QPainter& painter) const
{
    const QPointF at = m_view.toPixel(*m_cross);
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.9f);
    for (const QPen& pen : {QPen(ground, 4.0), QPen(m_theme.text, 1.5)}) {
        painter.setPen(pen);
        painter.drawLine(at - QPointF(kCrossRadius, 0), at + QPointF(kCrossRadius, 0));
        painter.drawLine(at - QPointF(0, kCrossRadius), at + QPointF(0, kCrossRadius));
    }
}

void MapOverlay::drawEllipse(QPainter& painter) const
{
    constexpr double kLargest = 20'000.0; // pixels: dashes of larger ones cost more than the whole map
    const double major = m_ellipse->major * m_view.pixelsPerUnitX(), minor = m_ellipse->minor * m_view.pixelsPerUnitY();
    if (!(major < kLargest) || !(minor < kLargest))
        return;
    painter.save();
    painter.translate(m_view.toPixel(m_ellipse->centre));
    painter.rotate(-m_ellipse->angle * 180.0 / M_PI);
    painter.setBrush(Qt::NoBrush);
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.75f);
    for (const int sigma : {2, 1}) {
        painter.setPen(QPen(ground, 3.5));
        painter.drawEllipse(QPointF(0, 0), sigma * major, sigma * minor);
        QPen pen(m_theme.accent, 1.5);
        if (sigma == 2)
            pen.setDashPattern({4.0, 3.0});
        painter.setPen(pen);
        painter.drawEllipse(QPointF(0, 0), sigma * major, sigma * minor);
    }
    painter.restore();
}

void MapOverlay::drawDraws(QPainter& painter) const
{
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.85f);
    for (const QPen& pen : {QPen(ground, 3.5), QPen(m_theme.accent, 1.5)}) {
        painter.setPen(pen);
        for (const PlanePoint& p : m_draws) {
            const QPointF at = m_view.toPixel(p);
            painter.drawLine(at - QPointF(kDrawRadius, 0), at + QPointF(kDrawRadius, 0));
            painter.drawLine(at - QPointF(0, kDrawRadius), at + QPointF(0, kDrawRadius));
        }
    }
}

void MapOverlay::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect dirty = event->rect();
    if (m_lasso.size() > 1 || m_cross)
        drawLasso(painter);
    if (m_ellipse && dirty.intersects(ellipseArea()))
        drawEllipse(painter);
    if (!m_draws.empty() && dirty.intersects(drawsArea()))
        drawDraws(painter);
    if (!m_anchors.empty() || m_position)
        drawPath(painter);
    if (m_hovered && dirty.intersects(spot(m_hovered, kHoverRadius)))
        drawHalo(painter, m_view.toPixel(*m_hovered), kHoverRadius, 1.75, m_theme.text);
    if (dirty.intersects(probeArea()))
        drawProbe(painter);
    if (m_cross)
        drawCross(painter);
    if (m_focusShown) {
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
    painter.end();
    Q_EMIT painted();
}

} // namespace latentscape::ui
