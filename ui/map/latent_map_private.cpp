// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kFitMargin = 1.08;  // of what is fitted
constexpr double kPriorShown = 3.25; // σ: the prior circles belong to the picture
constexpr double kTooWide = 1.45;    // times what is needed: then the view follows inwards
constexpr int kLegendTop = 10, kLegendRight = 12, kGizmoRight = 4;
constexpr int kGap = 8; // between insets

/// Points of a cloud that hidden classes [classes], or its own value filter, take away.
std::size_t hiddenByChoice(const LatentCloud* cloud, const std::vector<bool>& hidden)
{
    if (!cloud)
        return 0;
    if (cloud->layout().kind == MapColouring::Kind::Values)
        return cloud->count() - cloud->shownCount();
    std::size_t count = 0;
    for (const ClassSummary& c : cloud->classes()) {
        const auto label = static_cast<std::size_t>(c.label);
        count += label < hidden.size() && hidden[label] ? c.count : 0;
    }
    return count;
}

} // namespace

void LatentMap::Private::setView(const QRectF& range)
{
    const MapView old = view;
    view.size = QSizeF(map.size()).expandedTo(QSizeF(1, 1));
    view = view.showing(range);
    if (view == old)
        return;
    plot->setRange(view.range);
    if (view.range == old.range)
        return;
    endHover();
    Q_EMIT map.viewRangeChanged(view.range);
}

QRectF LatentMap::Private::fittingRange() const
{
    QRectF range;
    if (cloud() && cloud()->count() > 0) {
        const PlaneBounds& b = cloud()->bounds();
        range = QRectF(b.left, b.bottom, b.width(), b.height());
    }
    if (const auto prior = plot->decor().priorMean)
        range |= QRectF(prior->x - kPriorShown, prior->y - kPriorShown, 2 * kPriorShown, 2 * kPriorShown);
    const QSizeF least(1e-6, 1e-6);
    const QSizeF size = (range.size() * kFitMargin).expandedTo(least);
    return {range.center().x() - size.width() / 2, range.center().y() - size.height() / 2, size.width(), size.height()};
}

void LatentMap::Private::followCodes(bool newCodes)
{
    // A plane that turns moves the codes, not the view; new codes do.
    const bool turns = plane.kind() == PlaneKind::Rotation || plane.kind() == PlaneKind::Tour;
    if (turns && !newCodes)
        return;
    const QRectF target = view.showing(fittingRange()).range;
    const QRectF& now = follow.state() == QAbstractAnimation::Running ? followTo : view.range;
    // A little slack on both sides: a view that breathes with every epoch is worse than one that fits not quite.
    const double slack = 0.02 * now.width();
    const bool inside = now.adjusted(-slack, -slack, slack, slack).contains(target);
    const bool tooWide = plane.kind() != PlaneKind::Tour && now.width() >= kTooWide * target.width(); // a tour breathes: it only widens
    if ((inside && !tooWide) || gesture != Gesture::None)
        return;
    followFrom = view.range;
    followTo = target;
    follow.stop();
    follow.start();
}

void LatentMap::Private::cloudArrived()
{
    const bool has = cloud() != nullptr;
    const bool labelled = has && cloud()->classCount() > 0;
    const PlanePoint mean = plane.project(std::vector<float>(static_cast<std::size_t>(plane.latent()), 0.0f));
    plot->changeDecor([&mean](MapDecor& decor) { decor.priorMean = mean; });
    const auto kind = has ? cloud()->layout().kind : MapColouring::Kind::Label;
    legend->setTitle(kind == MapColouring::Kind::Classes ? colours.colouring.title : QString());
    legend->setVisible(labelled && kind != MapColouring::Kind::Values);
    bar->setVisible(kind == MapColouring::Kind::Values);
    placeInsets();
    refreshStyle();
    refreshPicked();
    endHover();
    if (!has)
        return;
    const bool newCodes = std::exchange(followed, cloud()->frame().get()) != cloud()->frame().get();
    if (std::exchange(fitNext, false) && !ownView) {
        follow.stop();
        setView(fittingRange());
    } else if (!ownView) {
        followCodes(newCodes);
    }
}

void LatentMap::Private::recolour()
{
    plot->scatter().setColours(colours);
    refreshStyle();
}

void LatentMap::Private::refreshStyle()
{
    StyleSource source;
    if (cloud())
        source.layout = cloud()->layout();
    source.scale = colours.colouring.scale;
    if (source.layout.kind != MapColouring::Kind::Values) { // values have no legend that could hide classes, or show them again
        source.hidden = legend->hiddenClasses();
        source.emphasised = legend->emphasised();
    }
    const MapBackdrop& backdrop = plot->decor().backdrop;
    source.opacity = backdrop.isNull() ? 1.0 : std::clamp(backdrop.pointOpacity, 0.0, 1.0);
    plot->scatter().setStyle(makeScatterStyle(theme, source));
    plot->changeDecor([&source](MapDecor& decor) {
        decor.hidden = source.hidden;
        decor.emphasised = source.emphasised;
    });
    if (const std::size_t count = hiddenByChoice(cloud().get(), source.hidden); count != std::exchange(hiddenCodes, count))
        Q_EMIT map.hiddenCountChanged(count);
}

void LatentMap::Private::refreshPicked()
{
    std::optional<PlanePoint> point;
    if (pickedRow && cloud()) {
        if (const std::optional<std::size_t> index = cloud()->pointOf(*pickedRow))
            point = cloud()->at(*index);
    }
    overlay->setPicked(point);
}

void LatentMap::Private::placeInsets()
{
    const QSize axes = gizmo->sizeHint();
    const int text = static_cast<int>(std::ceil(bottomTextHeight(plot->decor())));
    gizmo->setGeometry(map.width() - axes.width() - kGizmoRight, map.height() - axes.height() - text, axes.width(), axes.height());
    const int bottom = gizmo->isHidden() ? map.height() - std::max(kLegendTop, text + kGap) : gizmo->y() - kGap; // the axis' name stays legible
    legend->setRoom(bottom - kLegendTop);
    bar->setRoom(bottom - kLegendTop);
    for (MapInset* corner : {static_cast<MapInset*>(legend), static_cast<MapInset*>(bar)}) {
        const QSize size = corner->sizeHint();
        corner->setGeometry(map.width() - size.width() - kLegendRight, kLegendTop, size.width(), size.height());
    }
    const MapInset* right = !bar->isHidden() ? static_cast<MapInset*>(bar) : legend;
    const int rightEdge = right->isHidden() ? map.width() - kLegendRight : right->x() - kGap;
    const int top = plot->decor().yLabel.isEmpty() ? kLegendTop : kLegendTop + kGap + map.fontMetrics().height();
    hint->place({kLegendRight, top}, rightEdge - kLegendRight);
}

void LatentMap::Private::updateDeviceRatio()
{
    plot->setDeviceRatio(map.devicePixelRatioF());
}

} // namespace latentscape::ui
