// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_overlay.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kProbeRadius = 11.0;
constexpr double kPickedRadius = 7.0;
constexpr double kHoverRadius = 6.5;
constexpr double kAnchorRadius = 10.0;
constexpr double kMarkerRadius = 6.5;
constexpr double kHalo = 4.0; // around any ring

QRect around(QPointF centre, double radius)
{
    const double r = radius + kHalo + 1.0;
    return QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r).toAlignedRect();
}

bool same(PlanePoint a, PlanePoint b)
{
    return a.x == b.x && a.y == b.y;
}

bool same(const std::optional<PlanePoint>& a, const std::optional<PlanePoint>& b)
{
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

bool same(const std::vector<PlanePoint>& a, const std::vector<PlanePoint>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](PlanePoint p, PlanePoint q) { return same(p, q); });
}

} // namespace

MapOverlay::MapOverlay(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
}

template <typename Area, typename Change>
void MapOverlay::changing(Area area, Change change)
{
    const QRect before = area();
    change();
    update(before);
    update(area());
}

void MapOverlay::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void MapOverlay::setView(const MapView& view)
{
    if (m_view == view)
        return;
    m_view = view;
    update();
}

void MapOverlay::setProbe(PlanePoint point)
{
    if (!same(point, m_probe))
        changing([this] { return probeArea(); }, [&] { m_probe = point; });
}

void MapOverlay::setPicked(std::optional<PlanePoint> point)
{
    if (!same(point, m_picked))
        changing([this] { return probeArea(); }, [&] { m_picked = point; });
}

void MapOverlay::setHovered(std::optional<PlanePoint> point)
{
    if (!same(point, m_hovered))
        changing([this] { return spot(m_hovered, kHoverRadius); }, [&] { m_hovered = point; });
}

void MapOverlay::setPath(std::vector<PlanePoint> anchors)
{
    if (!same(anchors, m_anchors))
        changing([this] { return pathArea(); }, [&] { m_anchors = std::move(anchors); });
}

void MapOverlay::setPathCurve(std::vector<PlanePoint> curve)
{
    if (!same(curve, m_curve))
        changing([this] { return pathArea(); }, [&] { m_curve = std::move(curve); });
}

void MapOverlay::setPathPosition(std::optional<PlanePoint> point)
{
    if (!same(point, m_position))
        changing([this] { return spot(m_position, kMarkerRadius); }, [&] { m_position = point; });
}

void MapOverlay::setSelectedAnchor(int index)
{
    if (index != m_selectedAnchor)
        changing([this] { return pathArea(); }, [&] { m_selectedAnchor = index; });
}

void MapOverlay::setFocusShown(bool shown)
{
    if (m_focusShown == shown)
        return;
    m_focusShown = shown;
    update();
}

int MapOverlay::anchorAt(QPointF pixel) const
{
    for (int i = static_cast<int>(m_anchors.size()) - 1; i >= 0; --i) { // the topmost first
        const QPointF away = m_view.toPixel(m_anchors[static_cast<std::size_t>(i)]) - pixel;
        if (std::hypot(away.x(), away.y()) <= kAnchorRadius + 2.0)
            return i;
    }
    return -1;
}

QPointF MapOverlay::probePixel() const
{
    const QPointF at = m_view.toPixel(m_probe);
    const double inset = kProbeRadius + kHalo;
    return {std::clamp(at.x(), inset, std::max(inset, m_view.size.width() - inset)),
            std::clamp(at.y(), inset, std::max(inset, m_view.size.height() - inset))};
}

QRect MapOverlay::spot(const std::optional<PlanePoint>& point, double radius) const
{
    return point ? around(m_view.toPixel(*point), radius) : QRect();
}

QRect MapOverlay::probeArea() const
{
    QRect area = around(probePixel(), kProbeRadius);
    if (m_picked)
        area |= around(m_view.toPixel(*m_picked), kPickedRadius);
    return area;
}

QRect MapOverlay::pathArea() const
{
    QRect area;
    for (const PlanePoint& p : m_anchors)
        area |= around(m_view.toPixel(p), kAnchorRadius);
    for (const PlanePoint& p : m_curve)
        area |= around(m_view.toPixel(p), 3.0);
    return area;
}

void MapOverlay::drawHalo(QPainter& painter, QPointF centre, double radius, double width, const QColor& color) const
{
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.92f);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(ground, width + 3.0));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(QPen(color, width));
    painter.drawEllipse(centre, radius, radius);
}

void MapOverlay::drawPath(QPainter& painter) const
{
    const std::vector<PlanePoint>& line = m_curve.size() > 1 ? m_curve : m_anchors;
    if (line.size() > 1) {
        QPolygonF polygon;
        for (const PlanePoint& p : line)
            polygon.append(m_view.toPixel(p));
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
    drawHalo(painter, probe, kProbeRadius, 2.75, m_theme.accent);
    painter.setPen(QPen(m_theme.surface, 1.5));
    painter.setBrush(m_theme.accent);
    painter.drawEllipse(probe, 3.25, 3.25);
    painter.setOpacity(1.0);
}

void MapOverlay::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect dirty = event->rect();
    if (!m_anchors.empty() || m_position)
        drawPath(painter);
    if (m_hovered && dirty.intersects(spot(m_hovered, kHoverRadius)))
        drawHalo(painter, m_view.toPixel(*m_hovered), kHoverRadius, 1.75, m_theme.text);
    if (dirty.intersects(probeArea()))
        drawProbe(painter);
    if (m_focusShown) {
        painter.setPen(QPen(m_theme.accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
    painter.end();
    Q_EMIT painted();
}

} // namespace latentscape::ui
