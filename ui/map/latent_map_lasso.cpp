// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include "core/explore/lasso.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kCornerSpacing = 2.0; // pixels: nearer corners of a hand's line are left out

SelectionMode modeOf(Qt::KeyboardModifiers modifiers)
{
    if (modifiers.testFlag(Qt::ShiftModifier))
        return SelectionMode::Add;
    return modifiers.testFlag(Qt::ControlModifier) ? SelectionMode::Remove : SelectionMode::Replace;
}

} // namespace

void LatentMap::Private::extendLasso(QPointF pixel)
{
    if (!lasso.empty()) {
        const QPointF step = pixel - view.toPixel(lasso.back());
        if (std::hypot(step.x(), step.y()) < kCornerSpacing)
            return;
    }
    lasso.push_back(view.toPlane(pixel));
    overlay->extendLasso(lasso.back());
}

void LatentMap::Private::finishLasso(Qt::KeyboardModifiers modifiers)
{
    const bool click = !lassoByKeys && !moved;
    const std::vector<PlanePoint> polygon = std::exchange(lasso, {});
    lassoByKeys = false;
    overlay->setLasso({}, false);
    hint->setSentence({}); // before the signal: who hears it may have another
    std::vector<std::size_t> samples;
    if (cloud() && !click) {
        for (const std::size_t point : pointsInPolygon(cloud()->x(), cloud()->y(), polygon)) {
            if (plot->scatter().isDrawn(point))
                samples.push_back(cloud()->sampleOf(point));
        }
        std::sort(samples.begin(), samples.end()); // points of a 3-D plane are ordered by depth
    }
    Q_EMIT map.lassoFinished(samples, modeOf(modifiers));
}

void LatentMap::Private::dropLasso()
{
    lasso.clear();
    lassoByKeys = false;
    cross.reset();
    overlay->setLasso({}, false);
    overlay->setCross(std::nullopt);
    if (gesture == Gesture::Lasso)
        gesture = Gesture::None;
}

void LatentMap::Private::moveCross(double right, double up)
{
    if (gesture == Gesture::Lasso)
        return; // the mouse is drawing one
    if (!cross) { // it starts where the probe is seen
        cross = view.toPlane(overlay->probePixel());
        lassoByKeys = true;
    }
    cross->x = std::clamp(cross->x + right * view.range.width(), view.range.x(), view.range.x() + view.range.width());
    cross->y = std::clamp(cross->y + up * view.range.height(), view.range.y(), view.range.y() + view.range.height());
    overlay->setLasso(lasso, /*marked=*/true);
    overlay->setCross(cross);
}

bool LatentMap::Private::lassoKey(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (gesture == Gesture::Lasso)
            return true;
        if (!cross)
            moveCross(0.0, 0.0);
        lassoByKeys = true;
        if (!lasso.empty() && lasso.back().x == cross->x && lasso.back().y == cross->y) {
            if (lasso.size() >= 3)
                finishLasso(event->modifiers());
            return true;
        }
        lasso.push_back(*cross);
        overlay->setLasso(lasso, /*marked=*/true);
        return true;
    case Qt::Key_Backspace:
    case Qt::Key_Delete:
        if (!lassoByKeys || lasso.empty())
            return false;
        lasso.pop_back();
        overlay->setLasso(lasso, /*marked=*/true);
        return true;
    case Qt::Key_Escape: {
        const bool halfMade = !lasso.empty();
        dropLasso();
        updateCursor(map.mapFromGlobal(QCursor::pos()));
        return halfMade;
    }
    default: return false;
    }
}

void LatentMap::cancelGesture()
{
    d->dropLasso();
}

} // namespace latentscape::ui
