// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"
#include "ui/panels/number_text.h"
#include "ui/panels/sample_image.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace latentscape::ui {

namespace {

constexpr double kClickSlack = 3.0;   // pixels a click may move
constexpr double kPickRadius = 8.0;
constexpr double kHoverReach = 14.0;
constexpr double kNudge = 0.01;       // of the view, by an arrow key
constexpr double kWheelStep = 1.0 / 800.0; // of the logarithm, by an eighth of a degree: 1.16 a notch
constexpr double kKeyZoom = 1.25;
constexpr std::size_t kCardCoordinates = 4;

} // namespace

std::optional<std::size_t> LatentMap::Private::pointAt(QPointF pixel, double radius) const
{
    if (!cloud())
        return std::nullopt;
    const std::optional<std::size_t> found = cloud()->nearest(view.toPlane(pixel), 1.0 / view.pixelsPerUnitX(), 1.0 / view.pixelsPerUnitY(), radius);
    const std::vector<bool>& hidden = legend->hiddenClasses();
    if (!found || cloud()->classCount() == 0)
        return found;
    const std::size_t label = cloud()->labels()[*found];
    return label < hidden.size() && hidden[label] ? std::nullopt : found;
}

void LatentMap::Private::moveProbe(PlanePoint point)
{
    probe = point;
    overlay->setProbe(point);
    Q_EMIT map.probeMoved(point);
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

void LatentMap::Private::hover(QPointF pixel)
{
    const std::optional<std::size_t> point = pointAt(pixel, kHoverReach);
    if (point == hoveredPoint)
        return;
    hoveredPoint = point;
    card->hide();
    overlay->setHovered(point ? std::optional(cloud()->at(*point)) : std::nullopt);
    if (point)
        cardTimer.start();
    else
        cardTimer.stop();
}

void LatentMap::Private::endHover()
{
    hoveredPoint.reset();
    cardTimer.stop();
    card->hide();
    overlay->setHovered(std::nullopt);
}

void LatentMap::Private::showCard()
{
    if (!hoveredPoint || !cloud() || !cloud()->frame())
        return;
    const LatentFrame& frame = *cloud()->frame();
    const std::size_t row = cloud()->rowOf(*hoveredPoint);
    const auto index = static_cast<std::size_t>(frame.indices[row]);
    HoverCard::Content content;
    content.subtitle = LatentMap::tr("sample %1").arg(QLocale().toString(static_cast<qulonglong>(index)));
    std::span<const float> z = frame.muOf(row);
    const bool shortened = z.size() > kCardCoordinates;
    content.code = QStringLiteral("z ") + codeText(z.first(std::min(z.size(), kCardCoordinates)));
    if (shortened)
        content.code.replace(content.code.size() - 1, 1, QStringLiteral(", …)"));
    content.title = LatentMap::tr("no label");
    if (dataset && index < dataset->train().count) {
        if (cloud()->classCount() > 0)
            content.title = LatentMap::tr("label %1").arg(plot->decor().names.value(cloud()->labels()[*hoveredPoint]));
        std::vector<std::uint8_t> pixels(dataset->shape().size());
        dataset->copyBytes(dataset->train(), index, pixels);
        content.image = sampleImage(dataset->shape(), pixels);
    }
    card->showAt(view.toPixel(cloud()->at(*hoveredPoint)), std::move(content));
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
    const std::optional<std::size_t> point = d->pointAt(pixel, kPickRadius);
    if (point)
        d->pressedRow = d->cloud()->rowOf(*point);
    if (d->tool == Tool::Path) {
        d->gesture = Private::Gesture::Anchor;
        d->gestureAnchor = d->overlay->anchorAt(pixel);
        if (d->gestureAnchor < 0) {
            const std::size_t before = d->anchors.size();
            Q_EMIT pathAnchorAdded(point ? d->cloud()->at(*point) : d->view.toPlane(pixel), point ? static_cast<qsizetype>(*d->pressedRow) : -1);
            d->gestureAnchor = d->anchors.size() > before ? static_cast<int>(d->anchors.size()) - 1 : -1;
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
        Q_EMIT picked(static_cast<qsizetype>(*d->pressedRow));
    }
}

void LatentMap::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF pixel = event->position();
    const QPointF way = pixel - d->pressedAt;
    if (d->gesture == Private::Gesture::None) {
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
        if (d->moved && d->gestureAnchor >= 0 && d->gestureAnchor < static_cast<int>(d->anchors.size())) {
            const PlanePoint point = d->view.toPlane(pixel);
            d->anchors[static_cast<std::size_t>(d->gestureAnchor)] = point;
            d->overlay->setPath(d->anchors);
            Q_EMIT pathAnchorMoved(d->gestureAnchor, point);
        }
        break;
    case Private::Gesture::Pan:
        if (d->moved) {
            d->ownView = true;
            setCursor(Qt::ClosedHandCursor);
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
    unsetCursor();
    if (gesture == Private::Gesture::Undecided && !d->pickedAtPress)
        Q_EMIT picked(static_cast<qsizetype>(*d->pressedRow));
    if (gesture == Private::Gesture::Probe)
        Q_EMIT probeReleased();
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
    if (event->button() != Qt::LeftButton || d->tool != Tool::Probe) {
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

bool LatentMap::Private::arrowKey(int key, Qt::KeyboardModifiers modifiers)
{
    const double step = kNudge * (modifiers.testFlag(Qt::ShiftModifier) ? 10.0 : 1.0);
    const double right = key == Qt::Key_Right ? 1.0 : key == Qt::Key_Left ? -1.0 : 0.0;
    const double up = key == Qt::Key_Up ? 1.0 : key == Qt::Key_Down ? -1.0 : 0.0;
    if (right == 0.0 && up == 0.0)
        return false;
    const auto nudged = [&](PlanePoint p) { return PlanePoint{p.x + right * step * view.range.width(), p.y + up * step * view.range.height()}; };
    if (tool == Tool::Path && selectedAnchor >= 0) {
        PlanePoint& anchor = anchors[static_cast<std::size_t>(selectedAnchor)];
        anchor = nudged(anchor);
        overlay->setPath(anchors);
        Q_EMIT map.pathAnchorMoved(selectedAnchor, anchor);
    } else {
        moveProbe(nudged(probe));
    }
    return true;
}

void LatentMap::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle(width() / 2.0, height() / 2.0);
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (!plain) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (d->arrowKey(event->key(), event->modifiers()))
        return;
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
    const bool arrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right || event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
    if (arrow && !event->isAutoRepeat() && !(d->tool == Tool::Path && d->selectedAnchor >= 0))
        Q_EMIT probeReleased();
    else
        QWidget::keyReleaseEvent(event);
}

void LatentMap::leaveEvent(QEvent* event)
{
    d->endHover();
    QWidget::leaveEvent(event);
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
    connect(menu->addAction(tr("Fit all codes")), &QAction::triggered, this, &LatentMap::fitView);
    menu->addSeparator();
    connect(menu->addAction(tr("Copy picture")), &QAction::triggered, this,
            [this] { QApplication::clipboard()->setImage(renderedImage(devicePixelRatioF())); });
    connect(menu->addAction(tr("Save picture…")), &QAction::triggered, this, &LatentMap::exportRequested);
    menu->popup(globalPosition);
}

} // namespace latentscape::ui
