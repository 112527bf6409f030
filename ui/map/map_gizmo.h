// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/map_inset.h"
#include "ui/theme/theme.h"

#include <QString>

#include <vector>

namespace latentscape::ui {

/// One direction of the space that a 3-D plane looks at, as it lies on the screen.
struct GizmoAxis {
    QString name;                         ///< "PC 1": short
    double x = 0.0, y = 0.0, depth = 0.0; ///< unit vector: right, up, towards the person
    friend bool operator==(const GizmoAxis&, const GizmoAxis&) = default;
};

/// Shows how a 3-D plane is turned: up to three axes in a circle at the map's bottom right. Takes no events itself (LatentMap turns a drag
/// on it into a rotation). Hidden without axes. Owned by LatentMap, GUI thread.
class MapGizmo : public MapInset {
    Q_OBJECT

public:
    static constexpr int kDiameter = 72;

    explicit MapGizmo(QWidget* parent);

    void setTheme(const Theme& theme);
    void setAxes(const std::vector<GizmoAxis>& axes);
    [[nodiscard]] const std::vector<GizmoAxis>& axes() const noexcept { return m_axes; }
    /// Brightens the rim: the cursor is over the circle, or drags it.
    void setActive(bool active);
    /// Whether a place in the parent's pixels lies in the circle.
    [[nodiscard]] bool holds(QPointF place) const;
    [[nodiscard]] QSize sizeHint() const override;
    void paint(QPainter& painter) const override;

private:
    [[nodiscard]] QPointF namePlace(const GizmoAxis& axis) const; ///< middle of its name, from the centre

    Theme m_theme = Theme::light();
    std::vector<GizmoAxis> m_axes;
    bool m_active = false;
};

} // namespace latentscape::ui
