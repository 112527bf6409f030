// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_gizmo.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr int kMargin = 8;          // around the circle, for names at its rim
constexpr double kAxisLength = 22.0; // of an axis that lies in the screen
constexpr double kNameGap = 10.0;    // from an axis' tip to the middle of its name
constexpr double kPointing = 0.35;   // on the screen: shorter axes point at the person, or away

QFont nameFont(const QFont& base, bool near)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * 0.8);
    else
        font.setPixelSize(std::max(8, base.pixelSize() * 4 / 5));
    font.setWeight(near ? QFont::DemiBold : QFont::Normal);
    return font;
}

} // namespace

QPointF MapGizmo::namePlace(const GizmoAxis& axis) const
{
    const double length = std::hypot(axis.x, axis.y);
    if (length > kPointing)
        return QPointF(axis.x, -axis.y) / length * (kAxisLength * length + kNameGap);
    // An axis that points at the person has its tip in the middle: its name goes where the others are not.
    QPointF others;
    for (const GizmoAxis& other : m_axes) {
        if (const double l = std::hypot(other.x, other.y); l > kPointing)
            others += QPointF(other.x, -other.y) / l;
    }
    const double sum = std::hypot(others.x(), others.y());
    return (sum > 0.1 ? -others / sum : QPointF(-M_SQRT1_2, M_SQRT1_2)) * (kAxisLength * length + kNameGap + 2.0);
}

MapGizmo::MapGizmo(QWidget* parent)
    : MapInset(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Axes"));
    resize(sizeHint());
    hide();
}

void MapGizmo::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void MapGizmo::setAxes(const std::vector<GizmoAxis>& axes)
{
    if (axes == m_axes)
        return;
    m_axes = axes;
    setVisible(!axes.empty());
    update();
}

void MapGizmo::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    update();
}

bool MapGizmo::holds(QPointF place) const
{
    const QPointF away = place - QRectF(geometry()).center();
    return !m_axes.empty() && std::hypot(away.x(), away.y()) <= kDiameter / 2.0;
}

QSize MapGizmo::sizeHint() const
{
    return {kDiameter + 2 * kMargin, kDiameter + 2 * kMargin};
}

void MapGizmo::paint(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF centre(sizeHint().width() / 2.0, sizeHint().height() / 2.0);
    QColor ground = m_theme.surface;
    ground.setAlphaF(0.86f);
    painter.setBrush(ground);
    painter.setPen(QPen(m_active ? m_theme.accent : m_theme.border, m_active ? 1.5 : 1.0));
    painter.drawEllipse(centre, kDiameter / 2.0 - 1.0, kDiameter / 2.0 - 1.0);

    std::vector<GizmoAxis> farFirst = m_axes;
    std::stable_sort(farFirst.begin(), farFirst.end(), [](const GizmoAxis& a, const GizmoAxis& b) { return a.depth < b.depth; });
    for (const GizmoAxis& axis : farFirst) {
        const bool near = axis.depth >= -0.05; // an axis in the screen is not a far one
        const double strength = std::clamp(0.5 + 0.5 * axis.depth, 0.0, 1.0);
        const QColor color = near ? m_theme.text : m_theme.muted;
        const QPointF direction(axis.x, -axis.y);
        const QPointF tip = centre + direction * kAxisLength;
        painter.setPen(QPen(color, 1.0 + 1.2 * strength, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(centre, tip);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(tip, 1.2 + 1.2 * strength, 1.2 + 1.2 * strength);
        const QPointF at = centre + namePlace(axis);
        painter.setFont(nameFont(font(), near));
        const QSizeF size(QFontMetricsF(painter.font()).horizontalAdvance(axis.name), QFontMetricsF(painter.font()).height());
        QRectF box(at - QPointF(size.width() / 2, size.height() / 2), size);
        const QRectF room(QPointF(0, 0), QSizeF(sizeHint()));
        box.translate(std::max(0.0, room.left() - box.left()) + std::min(0.0, room.right() - box.right()),
                      std::max(0.0, room.top() - box.top()) + std::min(0.0, room.bottom() - box.bottom()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground); // the name stays readable over lines and rim
        painter.drawRoundedRect(box.adjusted(-1, 1, 1, -1), 3, 3);
        painter.setPen(color);
        painter.drawText(box, Qt::AlignCenter, axis.name);
    }
}

} // namespace latentscape::ui
