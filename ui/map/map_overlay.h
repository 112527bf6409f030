// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/latent_density.h"
#include "ui/map/map_view.h"
#include "ui/theme/theme.h"

#include <QPolygonF>
#include <QTimer>
#include <QWidget>

#include <optional>
#include <vector>

namespace latentscape::ui {

/// What a hand holds: the probe's ring, the picked code and its posterior, the path, the lasso, the ring under the cursor. A transparent child over the plot that
/// repaints only where something changed, so that a drag never redraws the points. Takes no events. Owned by LatentMap, GUI thread.
class MapOverlay : public QWidget {
    Q_OBJECT

public:
    explicit MapOverlay(QWidget* parent);

    void setTheme(const Theme& theme);
    void setView(const MapView& view);
    [[nodiscard]] const MapView& view() const noexcept { return m_view; }
    void setProbe(PlanePoint point);
    void moveProbe(PlanePoint point); ///< painted by the next setProbe(), or after LatentMap::kProbeWait
    void setPicked(std::optional<PlanePoint> point);
    void setHovered(std::optional<PlanePoint> point);
    void setPath(std::vector<PlanePoint> anchors);
    /// The drawn curve; without one the anchors are joined by straight lines.
    void setPathCurve(std::vector<PlanePoint> curve);
    void setPathPosition(std::optional<PlanePoint> point);
    void setSelectedAnchor(int index); ///< −1 for none
    void setFocusShown(bool shown);
    /// The picked posterior at one and two σ, and draws from it.
    void setEllipse(std::optional<PlaneEllipse> ellipse);
    void setDraws(std::vector<PlanePoint> draws);
    /// Corners of a half-made lasso; marked: each shows as a dot (those set by keys).
    void setLasso(std::vector<PlanePoint> corners, bool marked);
    void extendLasso(PlanePoint corner); ///< repaints only what the new corner changes
    [[nodiscard]] const std::vector<PlanePoint>& lasso() const noexcept { return m_lasso; }
    /// A cross where the next corner set by keys will be.
    void setCross(std::optional<PlanePoint> point);

    /// Index of the anchor whose handle is under a pixel, −1 for none.
    [[nodiscard]] int anchorAt(QPointF pixel) const;
    /// Where the probe's ring is drawn: at its place, or at the nearest edge when that is out of view.
    [[nodiscard]] QPointF probePixel() const;

Q_SIGNALS:
    void painted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    static constexpr double kProbeRadius = 11.0;
    static constexpr double kProbeDot = 3.25;
    static constexpr double kPickedRadius = 7.0;
    static constexpr double kHoverRadius = 6.5;
    static constexpr double kAnchorRadius = 10.0;
    static constexpr double kMarkerRadius = 6.5;
    static constexpr double kDrawRadius = 3.5;
    static constexpr double kCrossRadius = 9.0;
    static constexpr double kHalo = 4.0; // around any ring

    [[nodiscard]] static QRect around(QPointF centre, double radius);
    [[nodiscard]] QRect probeArea() const;  ///< with the line to the picked code
    [[nodiscard]] QRect pathArea() const;
    [[nodiscard]] QRect ellipseArea() const;
    [[nodiscard]] QRect drawsArea() const;
    [[nodiscard]] QRect lassoArea() const; ///< with the cross
    [[nodiscard]] QPolygonF polygonOf(const std::vector<PlanePoint>& points) const;
    [[nodiscard]] QRect spot(const std::optional<PlanePoint>& point, double radius) const;
    /// Runs change and repaints what area covers before and after it.
    template <typename Area, typename Change>
    void changing(Area area, Change change);
    void drawPath(QPainter& painter) const;
    void drawProbe(QPainter& painter) const;
    void drawLasso(QPainter& painter) const;
    void drawLassoCorners(QPainter& painter) const;
    void drawCross(QPainter& painter) const;
    void drawEllipse(QPainter& painter) const;
    void drawDraws(QPainter& painter) const;
    void showMovedProbe();
    /// A ring that stands out from every ground; with a dot in its middle where the dot's radius is not 0.
    void drawHalo(QPainter& painter, QPointF centre, double radius, double width, const QColor& color, double dot = 0.0) const;

    Theme m_theme = Theme::light();
    MapView m_view;
    PlanePoint m_probe;
    QTimer m_moved;    ///< runs while a moved probe waits to be painted
    QRect m_movedArea;
    std::optional<PlanePoint> m_picked, m_hovered, m_position;
    std::optional<PlanePoint> m_cross;
    std::optional<PlaneEllipse> m_ellipse;
    std::vector<PlanePoint> m_anchors, m_curve, m_draws, m_lasso;
    bool m_lassoMarked = false;
    int m_selectedAnchor = -1;
    bool m_focusShown = false;
};

} // namespace latentscape::ui
