// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/map_view.h"
#include "ui/theme/theme.h"

#include <QPolygonF>
#include <QWidget>

#include <optional>
#include <vector>

namespace latentscape::ui {

/// What a hand holds: the probe's ring, the picked code, the path, the ring under the cursor. A transparent child over the plot that
/// repaints only where something changed, so that a drag never redraws the points. Takes no events. Owned by LatentMap, GUI thread.
class MapOverlay : public QWidget {
    Q_OBJECT

public:
    explicit MapOverlay(QWidget* parent);

    void setTheme(const Theme& theme);
    void setView(const MapView& view);
    [[nodiscard]] const MapView& view() const noexcept { return m_view; }
    void setProbe(PlanePoint point);
    void setPicked(std::optional<PlanePoint> point);
    void setHovered(std::optional<PlanePoint> point);
    void setPath(std::vector<PlanePoint> anchors);
    /// The drawn curve; without one the anchors are joined by straight lines.
    void setPathCurve(std::vector<PlanePoint> curve);
    void setPathPosition(std::optional<PlanePoint> point);
    void setSelectedAnchor(int index); ///< −1 for none
    void setFocusShown(bool shown);

    /// Index of the anchor whose handle is under a pixel, −1 for none.
    [[nodiscard]] int anchorAt(QPointF pixel) const;
    /// Where the probe's ring is drawn: at its place, or at the nearest edge when that is out of view.
    [[nodiscard]] QPointF probePixel() const;

Q_SIGNALS:
    void painted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QRect probeArea() const;  ///< with the line to the picked code
    [[nodiscard]] QRect pathArea() const;
    [[nodiscard]] QRect spot(const std::optional<PlanePoint>& point, double radius) const;
    /// Runs change and repaints what area covers before and after it.
    template <typename Area, typename Change>
    void changing(Area area, Change change);
    void drawPath(QPainter& painter) const;
    void drawProbe(QPainter& painter) const;
    void drawHalo(QPainter& painter, QPointF centre, double radius, double width, const QColor& color) const;

    Theme m_theme = Theme::light();
    MapView m_view;
    PlanePoint m_probe;
    std::optional<PlanePoint> m_picked, m_hovered, m_position;
    std::vector<PlanePoint> m_anchors, m_curve;
    int m_selectedAnchor = -1;
    bool m_focusShown = false;
};

} // namespace latentscape::ui
