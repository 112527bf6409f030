// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include <utility>

namespace latentscape::ui {

namespace {

constexpr double kFitMargin = 1.08;  // of what is fitted
constexpr double kPriorShown = 3.25; // σ: the prior circles belong to the picture
constexpr double kTooWide = 1.45;    // times what is needed: then the view follows inwards
constexpr int kLegendTop = 10, kLegendRight = 12;

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
    if (plot->decor().priorCircles || range.isNull())
        range |= QRectF(-kPriorShown, -kPriorShown, 2 * kPriorShown, 2 * kPriorShown);
    const QSizeF least(1e-6, 1e-6);
    const QSizeF size = (range.size() * kFitMargin).expandedTo(least);
    return {range.center().x() - size.width() / 2, range.center().y() - size.height() / 2, size.width(), size.height()};
}

void LatentMap::Private::followCodes()
{
    const QRectF target = view.showing(fittingRange()).range;
    const QRectF& now = follow.state() == QAbstractAnimation::Running ? followTo : view.range;
    // A little slack on both sides: a view that breathes with every epoch is worse than one that fits not quite.
    const double slack = 0.02 * now.width();
    const bool inside = now.adjusted(-slack, -slack, slack, slack).contains(target);
    if ((inside && now.width() < kTooWide * target.width()) || gesture != Gesture::None)
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
    plot->changeDecor([&](MapDecor& decor) { decor.priorCircles = !has || plane.isAxisPair(); });
    if (labelled != legend->isVisibleTo(&map))
        legend->setVisible(labelled);
    placeLegend();
    refreshStyle();
    refreshPicked();
    endHover();
    if (!has)
        return;
    if (std::exchange(fitNext, false) && !ownView) {
        follow.stop();
        setView(fittingRange());
    } else if (!ownView) {
        followCodes();
    }
}

void LatentMap::Private::refreshStyle()
{
    const int classCount = cloud() ? cloud()->classCount() : 0;
    plot->scatter().setStyle(makeScatterStyle(theme, classCount, legend->hiddenClasses(), legend->emphasised()));
    plot->changeDecor([this](MapDecor& decor) {
        decor.hidden = legend->hiddenClasses();
        decor.emphasised = legend->emphasised();
    });
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

void LatentMap::Private::placeLegend()
{
    legend->setRoom(map.height() - 2 * kLegendTop);
    const QSize size = legend->sizeHint();
    legend->setGeometry(map.width() - size.width() - kLegendRight, kLegendTop, size.width(), size.height());
}

void LatentMap::Private::updateDeviceRatio()
{
    plot->setDeviceRatio(map.devicePixelRatioF());
}

} // namespace latentscape::ui
