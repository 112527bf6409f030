// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/map_controller.h"

#include "app/window/display_text.h"
#include "ui/map/latent_map.h"
#include "ui/panels/map_options.h"
#include "ui/window/central_area.h"

#include <algorithm>

namespace latentscape::app {

MapController::MapController(Session& session, const ui::MainWindow& window, const PlaneController& planes, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_parts(window.parts())
    , m_planes(planes)
{
    connect(&session, &Session::runPrepared, this, &MapController::prepareForRun);
    connect(&session, &Session::snapshotArrived, this, [this] {
        showCodes();
        m_parts.map->setCaption(codesCaption(*m_session.snapshot()->codes));
    });
    connect(&session, &Session::relabelled, this, [this] {
        const QRectF view = m_parts.map->viewRange();
        takeLabels();
        showCodes();
        m_parts.map->setViewRange(view);
    });
    connect(&planes, &PlaneController::planeChanged, this, [this] {
        showCodes();
        showNames();
    });
    connect(&planes, &PlaneController::axisNamesChanged, this, &MapController::showNames);
    connect(m_parts.map, &ui::LatentMap::hiddenCountChanged, this, &MapController::describe);
}

void MapController::prepareForRun()
{
    takeLabels();
    showNames();
}

void MapController::takeLabels()
{
    const auto data = m_session.data();
    m_parts.map->setDataset(data);
    m_parts.mapOptions->setLabelled(data->isLabelled());
    QStringList columns;
    for (const FactorColumn& column : data->train().factors)
        columns << QString::fromStdString(column.name);
    m_parts.mapOptions->setColumns(columns);
}

void MapController::showCodes()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || m_planes.plane().latent() != snapshot->codes->latent)
        return;
    m_parts.map->setCodes(snapshot->codes, m_planes.plane());
    describe();
}

void MapController::showNames()
{
    const auto [x, y] = m_planes.axisNames();
    m_parts.map->setAxisLabels(x, y);
    describe();
}

void MapController::describe()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes)
        return;
    const std::size_t all = snapshot->codes->count(), hidden = std::min(m_parts.map->hiddenCount(), all);
    m_parts.central->setCaption(mapCaption(m_planes.axisNames(), all - hidden, *snapshot->codes));
}

} // namespace latentscape::app
