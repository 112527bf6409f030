// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_overlay.h"

#include "ui/map/latent_map.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {

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

QRect MapOverlay::around(QPointF centre, double radius)
{
    const double r = radius + kHalo + 1.0;
    return QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r).toAlignedRect();
}

MapOverlay::MapOverlay(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    m_moved.setSingleShot(true);
    m_moved.setTimerType(Qt::PreciseTimer);
    m_moved.setInterval(LatentMap::kProbeWait);
    connect(&m_moved, &QTimer::timeout, this, &MapOverlay::showMovedProbe);
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
    showMovedProbe();
}

void MapOverlay::moveProbe(PlanePoint point)
{
    if (same(point, m_probe))
        return;
    m_movedArea |= probeArea();
    m_probe = point;
    m_movedArea |= probeArea();
    if (!m_moved.isActive())
        m_moved.start();
}

void MapOverlay::showMovedProbe()
{
    m_moved.stop();
    update(std::exchange(m_movedArea, {}));
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

void MapOverlay::setEllipse(std::optional<PlaneEllipse> ellipse)
{
    const auto equal = [](const PlaneEllipse& a, const PlaneEllipse& b) {
        return same(a.centre, b.centre) && a.major == b.major && a.minor == b.minor && a.angle == b.angle;
    };
    if (ellipse.has_value() != m_ellipse.has_value() || (ellipse && !equal(*ellipse, *m_ellipse)))
        changing([this] { return ellipseArea(); }, [&] { m_ellipse = ellipse; });
}

void MapOverlay::setDraws(std::vector<PlanePoint> draws)
{
    if (!same(draws, m_draws))
        changing([this] { return drawsArea(); }, [&] { m_draws = std::move(draws); });
}

void MapOverlay::setLasso(std::vector<PlanePoint> corners, bool marked)
{
    if (!same(corners, m_lasso) || marked != m_lassoMarked)
        changing([this] { return lassoArea(); }, [&] { m_lasso = std::move(corners), m_lassoMarked = marked; });
}

void MapOverlay::extendLasso(PlanePoint corner)
{
    m_lasso.push_back(corner);
    const std::size_t n = m_lasso.size();
    const QPolygonF changed = polygonOf({m_lasso.front(), m_lasso[n > 1 ? n - 2 : 0], corner}); // the new edge, and both closing ones
    update(changed.boundingRect().adjusted(-4, -4, 4, 4).toAlignedRect());
}

void MapOverlay::setCross(std::optional<PlanePoint> point)
{
    if (!same(point, m_cross))
        changing([this] { return lassoArea(); }, [&] { m_cross = point; });
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

QPolygonF MapOverlay::polygonOf(const std::vector<PlanePoint>& points) const
{
    QPolygonF polygon;
    for (const PlanePoint& p : points)
        polygon.append(m_view.toPixel(p));
    return polygon;
}

QRect MapOverlay::ellipseArea() const
{
    if (!m_ellipse)
        return {};
    const double c = std::cos(m_ellipse->angle), s = std::sin(m_ellipse->angle);
    const double halfWidth = 2.0 * std::hypot(m_ellipse->major * c, m_ellipse->minor * s) * m_view.pixelsPerUnitX();
    const double halfHeight = 2.0 * std::hypot(m_ellipse->major * s, m_ellipse->minor * c) * m_view.pixelsPerUnitY();
    const QPointF centre = m_view.toPixel(m_ellipse->centre);
    const QRectF area = QRectF(centre.x() - halfWidth, centre.y() - halfHeight, 2 * halfWidth, 2 * halfHeight).adjusted(-4, -4, 4, 4);
    return area.intersected(QRectF(rect())).toAlignedRect();
}

QRect MapOverlay::drawsArea() const
{
    QRect area;
    for (const PlanePoint& p : m_draws)
        area |= around(m_view.toPixel(p), kDrawRadius);
    return area;
}

QRect MapOverlay::lassoArea() const
{
    QRectF area = polygonOf(m_lasso).boundingRect();
    if (m_cross) {
        const QRectF cross = around(m_view.toPixel(*m_cross), kCrossRadius);
        area = m_lasso.empty() ? cross : area | cross;
    }
    return area.isNull() && m_lasso.empty() ? QRect() : area.adjusted(-8, -8, 8, 8).toAlignedRect();
}

} // namespace latentscape::ui
