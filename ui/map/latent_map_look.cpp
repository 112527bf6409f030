// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_private.h"

#include <QAccessible>

#include <utility>

namespace latentscape::ui {

namespace {

void describeAgain(LatentMap* map)
{
    if (!QAccessible::isActive())
        return;
    QAccessibleEvent event(map, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

} // namespace

void LatentMap::setTheme(const Theme& theme)
{
    d->theme = theme;
    d->overlay->setTheme(theme);
    d->legend->setTheme(theme);
    d->bar->setTheme(theme);
    d->gizmo->setTheme(theme);
    d->hint->setTheme(theme);
    d->card->setTheme(theme);
    d->plot->changeDecor([&](MapDecor& decor) { decor.theme = theme; });
    d->refreshStyle();
}

void LatentMap::setAxisLabels(const QString& x, const QString& y)
{
    if (d->plot->decor().xLabel == x && d->plot->decor().yLabel == y)
        return;
    d->plot->changeDecor([&](MapDecor& decor) { decor.xLabel = x, decor.yLabel = y; });
    d->placeInsets();
}

void LatentMap::setCaption(const QString& caption)
{
    if (d->plot->decor().caption == caption)
        return;
    d->plot->changeDecor([&](MapDecor& decor) { decor.caption = caption; });
    d->placeInsets();
}

void LatentMap::setLabelledClusters(bool shown)
{
    if (d->plot->decor().classNames != shown)
        d->plot->changeDecor([shown](MapDecor& decor) { decor.classNames = shown; });
}

void LatentMap::setColouring(const MapColouring& colouring)
{
    const MapColouring before = std::exchange(d->colours.colouring, colouring);
    if (before == colouring)
        return;
    if (before.kind != colouring.kind || before.title != colouring.title || before.unit != colouring.unit)
        d->colours.filter.reset(); // it was one of other numbers
    d->bar->setColouring(colouring);
    d->bar->setFilter(d->colours.filter);
    d->placeInsets();
    d->recolour();
}

const MapColouring& LatentMap::colouring() const
{
    return d->colours.colouring;
}

void LatentMap::setValueFilter(std::optional<std::pair<double, double>> range)
{
    if (range == d->colours.filter)
        return;
    d->colours.filter = range;
    d->bar->setFilter(range);
    d->recolour();
}

std::optional<std::pair<double, double>> LatentMap::valueFilter() const
{
    return d->colours.filter;
}

void LatentMap::setSelection(std::shared_ptr<const Selection> selection)
{
    if (selection && selection->isEmpty())
        selection.reset();
    if (selection == d->colours.selection)
        return;
    d->colours.selection = std::move(selection);
    d->recolour();
    describeAgain(this);
}

std::size_t LatentMap::selectedCount() const
{
    return d->colours.selection ? d->colours.selection->count() : 0;
}

void LatentMap::setBackdrop(const MapBackdrop& backdrop)
{
    if (d->plot->decor().backdrop == backdrop)
        return;
    d->plot->changeDecor([&](MapDecor& decor) { decor.backdrop = backdrop; });
    d->refreshStyle(); // the points may become fainter
    d->placeInsets();
}

void LatentMap::setEllipse(std::optional<PlaneEllipse> ellipse)
{
    d->overlay->setEllipse(ellipse);
}

void LatentMap::setDraws(const std::vector<PlanePoint>& draws)
{
    d->overlay->setDraws(draws);
}

void LatentMap::setGizmo(const std::vector<GizmoAxis>& axes)
{
    const bool appears = axes.empty() != d->gizmo->axes().empty();
    d->gizmo->setAxes(axes);
    if (!appears)
        return;
    if (axes.empty() && d->gesture == Private::Gesture::Rotation) { // nothing is left to be turned
        d->gesture = Private::Gesture::None;
        d->release();
    }
    d->placeInsets();
}

void LatentMap::showHint(const QString& sentence)
{
    d->hint->setSentence(sentence);
}

QString LatentMap::hint() const
{
    return d->hint->sentence();
}

void LatentMap::setTool(Tool tool)
{
    if (tool == d->tool)
        return;
    d->tool = tool;
    if (tool != Tool::Path)
        d->selectAnchor(-1);
    if (tool != Tool::Lasso)
        d->dropLasso();
    d->updateCursor(mapFromGlobal(QCursor::pos()));
    describeAgain(this);
}

LatentMap::Tool LatentMap::tool() const
{
    return d->tool;
}

void LatentMap::setProbeInfo(const QString& text)
{
    if (text == d->probeInfo)
        return;
    d->probeInfo = text;
    describeAgain(this);
}

QString LatentMap::probeInfo() const
{
    return d->probeInfo;
}

} // namespace latentscape::ui
