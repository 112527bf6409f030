// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kNudge = 0.01; // of the view, by an arrow key
constexpr double kKeyZoom = 1.25;
constexpr double kKeyTurn = 3.14159265358979323846 / 36.0; // 5°

} // namespace

bool LatentMap::Private::arrowKey(QKeyEvent* event)
{
    const int key = event->key();
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const double right = key == Qt::Key_Right ? 1.0 : key == Qt::Key_Left ? -1.0 : 0.0;
    const double up = key == Qt::Key_Up ? 1.0 : key == Qt::Key_Down ? -1.0 : 0.0;
    if (right == 0.0 && up == 0.0)
        return false;
    const double step = kNudge * (shift ? 10.0 : 1.0);
    const auto nudged = [&](PlanePoint p) { return PlanePoint{p.x + right * step * view.range.width(), p.y + up * step * view.range.height()}; };
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        if (gizmo->axes().empty())
            return false;
        heldKeys.insert(key);
        const double turn = kKeyTurn * (shift ? 3.0 : 1.0);
        rotate(right * turn, up * turn);
    } else if (tool == Tool::Lasso) {
        moveCross(right * step, up * step);
    } else if (tool == Tool::Path && selectedAnchor >= 0) {
        heldKeys.insert(key);
        moveAnchor(selectedAnchor, nudged(anchors[static_cast<std::size_t>(selectedAnchor)]));
    } else {
        heldKeys.insert(key);
        moveProbe(nudged(probe));
    }
    return true;
}

void LatentMap::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle(width() / 2.0, height() / 2.0);
    const bool foreign = event->modifiers() & (Qt::AltModifier | Qt::MetaModifier);
    if (!foreign && (d->arrowKey(event) || (d->tool == Tool::Lasso && d->lassoKey(event))))
        return;
    if (foreign || event->modifiers().testFlag(Qt::ControlModifier)) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Escape:
        if (d->selectedAnchor >= 0)
            d->selectAnchor(-1);
        else
            Q_EMIT pickReleased();
        return;
    case Qt::Key_F: fitView(); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: d->zoom(middle, kKeyZoom); return;
    case Qt::Key_Minus: d->zoom(middle, 1.0 / kKeyZoom); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Insert:
        if (d->tool == Tool::Path) {
            Q_EMIT pathAnchorAdded(d->probe, -1);
            return;
        }
        // Enter picks the code nearest to the probe, as a click there would
        if (const std::optional<std::size_t> point = d->pointAt(d->view.toPixel(d->probe), kHoverReach)) {
            Q_EMIT picked(static_cast<qsizetype>(d->cloud()->rowOf(*point)));
            return;
        }
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (d->tool == Tool::Path && d->selectedAnchor >= 0) {
            Q_EMIT pathAnchorRemoved(d->selectedAnchor);
            return;
        }
        break;
    default: break;
    }
    QWidget::keyPressEvent(event);
}

void LatentMap::keyReleaseEvent(QKeyEvent* event)
{
    if (event->isAutoRepeat() || d->heldKeys.erase(event->key()) == 0) {
        QWidget::keyReleaseEvent(event);
        return;
    }
    if (d->heldKeys.empty() && d->gesture == Private::Gesture::None)
        d->release();
}

void LatentMap::focusInEvent(QFocusEvent* event)
{
    // the frame is for those who come by keyboard; a click shows by itself where it went
    const Qt::FocusReason reason = event->reason();
    d->overlay->setFocusShown(reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason);
    QWidget::focusInEvent(event);
}

void LatentMap::focusOutEvent(QFocusEvent* event)
{
    d->overlay->setFocusShown(false);
    if (!std::exchange(d->heldKeys, {}).empty() && d->gesture == Private::Gesture::None)
        d->release(); // the keys' own releases go elsewhere now
    QWidget::focusOutEvent(event);
}

void LatentMap::contextMenuEvent(QContextMenuEvent* event)
{
    // With the mouse the menu comes at the release, because a right-drag pans.
    if (event->reason() != QContextMenuEvent::Mouse)
        showMenu(mapToGlobal(d->overlay->probePixel().toPoint()));
    event->accept();
}

void LatentMap::showMenu(const QPoint& globalPosition)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Fit the map")), &QAction::triggered, this, &LatentMap::fitView);
    menu->addSeparator();
    connect(menu->addAction(tr("Copy picture")), &QAction::triggered, this,
            [this] { QApplication::clipboard()->setImage(renderedImage(devicePixelRatioF())); });
    connect(menu->addAction(tr("Save picture…")), &QAction::triggered, this, &LatentMap::exportRequested);
    menu->popup(globalPosition);
}

} // namespace latentscape::ui
