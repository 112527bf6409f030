// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kWheelStep = 1.0 / 800.0; // of the logarithm, by an eighth of a degree: 1.16 a notch

} // namespace

void LatentMap::Private::grab(Held what, int anchor)
{
    if (held == what && heldAnchor == anchor)
        return;
    release();
    held = what;
    heldAnchor = anchor;
    switch (what) {
    case Held::Probe: Q_EMIT map.probeGrabbed(); break;
    case Held::Anchor: Q_EMIT map.pathAnchorGrabbed(anchor); break;
    case Held::Rotation: Q_EMIT map.rotationGrabbed(); break;
    case Held::Nothing: break;
    }
}

void LatentMap::Private::release()
{
    const int anchor = std::exchange(heldAnchor, -1);
    const Held what = std::exchange(held, Held::Nothing);
    if (what != Held::Nothing)
        hint->setSentence({}); // before the signals: who hears them may have another
    switch (what) {
    case Held::Probe: Q_EMIT map.probeReleased(); break;
    case Held::Anchor: Q_EMIT map.pathAnchorReleased(anchor); break;
    case Held::Rotation: Q_EMIT map.rotationReleased(); break;
    case Held::Nothing: break;
    }
}

void LatentMap::Private::moveProbe(PlanePoint point)
{
    grab(Held::Probe);
    probe = point;
    overlay->moveProbe(point);
    Q_EMIT map.probeMoved(point);
}

void LatentMap::Private::moveAnchor(int index, PlanePoint point)
{
    grab(Held::Anchor, index);
    if (index >= static_cast<int>(anchors.size()))
        return; // who heard of the grab took it away
    anchors[static_cast<std::size_t>(index)] = point;
    overlay->setPath(anchors);
    Q_EMIT map.pathAnchorMoved(index, point);
}

void LatentMap::Private::rotate(double horizontal, double vertical)
{
    grab(Held::Rotation);
    Q_EMIT map.rotationDragged(horizontal, vertical);
}

void LatentMap::Private::zoom(QPointF pixel, double factor)
{
    constexpr double kSmallest = 1e-5, kLargest = 1e6; // widths of the view, in latent units
    const double width = view.range.width() / factor;
    if (width < kSmallest || width > kLargest)
        return;
    follow.stop();
    ownView = true;
    const PlanePoint fixed = view.toPlane(pixel);
    const QRectF& r = view.range;
    setView({fixed.x - (fixed.x - r.x()) / factor, fixed.y - (fixed.y - r.y()) / factor, r.width() / factor, r.height() / factor});
}

void LatentMap::Private::selectAnchor(int index)
{
    selectedAnchor = index;
    overlay->setSelectedAnchor(index);
}

void LatentMap::Private::updateCursor(QPointF pixel)
{
    const bool rotating = gesture == Gesture::Rotation, overGizmo = gizmo->holds(pixel);
    gizmo->setActive(rotating || (overGizmo && gesture == Gesture::None));
    std::optional<Qt::CursorShape> shape;
    if (rotating || (gesture == Gesture::Pan && moved))
        shape = Qt::ClosedHandCursor;
    else if (overGizmo && gesture == Gesture::None)
        shape = Qt::OpenHandCursor;
    else if (tool == Tool::Lasso)
        shape = Qt::CrossCursor;
    if (shape && (!map.testAttribute(Qt::WA_SetCursor) || map.cursor().shape() != *shape))
        map.setCursor(*shape);
    else if (!shape && map.testAttribute(Qt::WA_SetCursor))
        map.unsetCursor();
}

void LatentMap::mousePressEvent(QMouseEvent* event)
{
    const QPointF pixel = event->position();
    if (d->gesture != Private::Gesture::None)
        return; // a second button does not interrupt what the first one does
    d->endHover();
    d->pressedAt = pixel;
    d->rangeAtPress = d->view.range;
    d->moved = false;
    d->pickedAtPress = false;
    d->pressedRow.reset();
    if (event->button() == Qt::RightButton || event->button() == Qt::MiddleButton) {
        d->follow.stop();
        d->gesture = Private::Gesture::Pan;
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    d->follow.stop();
    if (!d->gizmo->axes().empty() && (event->modifiers().testFlag(Qt::ControlModifier) || d->gizmo->holds(pixel))) {
        d->gesture = Private::Gesture::Rotation;
        d->lastPixel = pixel;
        d->updateCursor(pixel);
        return;
    }
    if (d->tool == Tool::Lasso) {
        d->dropLasso();
        d->gesture = Private::Gesture::Lasso;
        d->extendLasso(pixel);
        return;
    }
    const std::optional<std::size_t> point = d->pointAt(pixel, kPickRadius);
    if (point)
        d->pressedRow = d->cloud()->rowOf(*point);
    if (d->tool == Tool::Path) {
        d->gesture = Private::Gesture::Anchor;
        d->gestureAnchor = d->overlay->anchorAt(pixel);
        if (d->gestureAnchor < 0) {
            const std::size_t before = d->anchors.size();
            d->grab(Private::Held::Anchor, static_cast<int>(before)); // first, so that adding and dragging are one gesture
            Q_EMIT pathAnchorAdded(point ? d->cloud()->at(*point) : d->view.toPlane(pixel), point ? static_cast<qsizetype>(*d->pressedRow) : -1);
            d->gestureAnchor = d->anchors.size() > before ? static_cast<int>(d->anchors.size()) - 1 : -1;
            if (d->gestureAnchor < 0)
                d->release();
        }
        d->selectAnchor(d->gestureAnchor);
        return;
    }
    if (!point) {
        d->gesture = Private::Gesture::Probe;
        d->moveProbe(d->view.toPlane(pixel));
        return;
    }
    d->gesture = Private::Gesture::Undecided; // a click picks the code, a drag takes the probe along
    if (event->modifiers().testFlag(Qt::AltModifier)) {
        d->pickedAtPress = true;
        d->grab(Private::Held::Probe); // first, so that picking and dragging are one gesture
        Q_EMIT picked(static_cast<qsizetype>(*d->pressedRow));
    }
}

void LatentMap::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF pixel = event->position();
    const QPointF way = pixel - d->pressedAt;
    if (d->gesture == Private::Gesture::None) {
        d->updateCursor(pixel);
        if (d->gizmo->holds(pixel))
            d->endHover();
        else
            d->hover(pixel);
        return;
    }
    d->moved = d->moved || std::hypot(way.x(), way.y()) > kClickSlack;
    switch (d->gesture) {
    case Private::Gesture::Undecided:
        if (!d->moved)
            break;
        d->gesture = Private::Gesture::Probe;
        [[fallthrough]];
    case Private::Gesture::Probe:
        d->moveProbe(d->view.toPlane(pixel));
        break;
    case Private::Gesture::Anchor:
        if (d->moved && d->gestureAnchor >= 0 && d->gestureAnchor < static_cast<int>(d->anchors.size()))
            d->moveAnchor(d->gestureAnchor, d->view.toPlane(pixel));
        break;
    case Private::Gesture::Lasso:
        d->extendLasso(pixel);
        break;
    case Private::Gesture::Rotation: {
        // the surface of a ball as large as what was taken hold of follows the cursor
        const double radius = d->gizmo->holds(d->pressedAt) ? MapGizmo::kDiameter / 2.0 : std::min(width(), height()) / M_PI;
        const QPointF step = pixel - std::exchange(d->lastPixel, pixel);
        if (!step.isNull())
            d->rotate(step.x() / radius, -step.y() / radius);
        break;
    }
    case Private::Gesture::Pan:
        if (d->moved) {
            d->ownView = true;
            d->updateCursor(pixel);
            d->setView(d->rangeAtPress.translated(-way.x() / d->view.pixelsPerUnitX(), way.y() / d->view.pixelsPerUnitY()));
        }
        break;
    case Private::Gesture::None:
        break;
    }
}

void LatentMap::mouseReleaseEvent(QMouseEvent* event)
{
    const bool panButton = event->button() == Qt::RightButton || event->button() == Qt::MiddleButton;
    if (d->gesture == Private::Gesture::None || panButton != (d->gesture == Private::Gesture::Pan))
        return;
    const Private::Gesture gesture = std::exchange(d->gesture, Private::Gesture::None);
    d->updateCursor(event->position());
    if (gesture != Private::Gesture::Pan)
        d->hint->setSentence({}); // before the signals: who hears them may have another
    d->release();
    if (gesture == Private::Gesture::Undecided && !d->pickedAtPress)
        Q_EMIT picked(static_cast<qsizetype>(*d->pressedRow));
    if (gesture == Private::Gesture::Lasso)
        d->finishLasso(event->modifiers());
    if (gesture == Private::Gesture::Pan && !d->moved && event->button() == Qt::RightButton) {
        const int anchor = d->tool == Tool::Path ? d->overlay->anchorAt(event->position()) : -1;
        if (anchor >= 0)
            Q_EMIT pathAnchorRemoved(anchor);
        else
            showMenu(event->globalPosition().toPoint());
    }
}

void LatentMap::mouseDoubleClickEvent(QMouseEvent* event)
{
    const bool rotates = !d->gizmo->axes().empty() && (event->modifiers().testFlag(Qt::ControlModifier) || d->gizmo->holds(event->position()));
    if (event->button() != Qt::LeftButton || d->tool != Tool::Probe || rotates) {
        mousePressEvent(event);
        return;
    }
    d->gesture = Private::Gesture::Probe;
    d->pressedAt = event->position();
    d->moveProbe(d->view.toPlane(event->position()));
}

void LatentMap::wheelEvent(QWheelEvent* event)
{
    const int delta = event->angleDelta().y();
    if (delta != 0)
        d->zoom(event->position(), std::exp(delta * kWheelStep));
    event->accept();
}

} // namespace latentscape::ui
