// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/path_controller.h"

#include "core/explore/interpolation.h"
#include "app/window/sample_pictures.h"
#include "ui/map/latent_map.h"
#include "ui/panels/path_strip.h"

#include <QAction>

#include <algorithm>
#include <span>

namespace latentscape::app {

namespace {

constexpr std::size_t kCurvePoints = 128; // of the drawn way

} // namespace

PathController::PathController(Session& session, ExplorerController& explorer, ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_window(window)
    , m_parts(window.parts())
{
    connect(window.actions().path, &QAction::toggled, this, &PathController::chooseTool);
    connect(window.actions().clearPath, &QAction::triggered, this, &PathController::clear);
    ui::LatentMap* map = m_parts.map;
    connect(map, &ui::LatentMap::pathAnchorAdded, this, &PathController::addAnchor);
    connect(map, &ui::LatentMap::pathAnchorMoved, this, [this](int index, PlanePoint point) {
        const auto latent = m_explorer.probe().size();
        const auto at = m_anchors.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(index) * latent);
        const std::vector<float> moved = m_explorer.plane().lift(point, std::span(at, latent));
        std::copy(moved.begin(), moved.end(), at);
        update();
    });
    connect(map, &ui::LatentMap::pathAnchorRemoved, this, [this](int index) {
        const auto latent = static_cast<std::ptrdiff_t>(m_explorer.probe().size());
        m_anchors.erase(m_anchors.begin() + index * latent, m_anchors.begin() + (index + 1) * latent);
        update();
    });
    ui::PathStrip* strip = m_parts.pathStrip;
    connect(strip, &ui::PathStrip::methodChanged, this, &PathController::update);
    connect(strip, &ui::PathStrip::stepsChanged, this, &PathController::update);
    connect(strip, &ui::PathStrip::positionChanged, this, &PathController::showPosition);
    connect(strip, &ui::PathStrip::clearRequested, this, &PathController::clear);
    connect(&session, &Session::runPrepared, this, &PathController::clear);
    connect(&session, &Session::snapshotArrived, this, &PathController::askForFrames);
    connect(&explorer, &ExplorerController::planeChanged, this, &PathController::update);
    connect(&session, &Session::decoded, this, [this](const DecodeResult& result) {
        if (result.channel != DecodeChannel::Path || anchorCount() < 2)
            return;
        m_parts.pathStrip->setFrames(decodedPictures(result));
    });
}

std::size_t PathController::anchorCount() const
{
    return m_explorer.probe().empty() ? 0 : m_anchors.size() / m_explorer.probe().size();
}

void PathController::chooseTool(bool path)
{
    m_parts.map->setTool(path ? ui::LatentMap::Tool::Path : ui::LatentMap::Tool::Probe);
    m_window.setPathStripVisible(path);
    update();
}

void PathController::addAnchor(PlanePoint point, qsizetype row)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot)
        return;
    std::vector<float> code = m_explorer.plane().lift(point, m_explorer.probe());
    if (row >= 0 && static_cast<std::size_t>(row) < snapshot->codes->count()) {
        const auto mu = snapshot->codes->muOf(static_cast<std::size_t>(row)); // a picked sample: its exact code
        code.assign(mu.begin(), mu.end());
    }
    m_anchors.insert(m_anchors.end(), code.begin(), code.end());
    update();
}

void PathController::clear()
{
    m_anchors.clear();
    m_parts.pathStrip->setFrames({});
    update();
}

std::vector<float> PathController::pathCodes(std::size_t steps) const
{
    return interpolatePath(m_anchors, static_cast<int>(m_explorer.probe().size()), steps, m_parts.pathStrip->method());
}

void PathController::update()
{
    const std::size_t latent = m_explorer.probe().size();
    if (latent != m_latent) { // anchors of another latent space
        m_latent = latent;
        m_anchors.clear();
    }
    const std::size_t count = anchorCount();
    const Plane& plane = m_explorer.plane();
    m_parts.pathStrip->setAnchorCount(static_cast<int>(count));
    std::vector<PlanePoint> points;
    std::vector<PlanePoint> curve;
    if (latent > 0 && plane.latent() == static_cast<int>(latent)) {
        for (std::size_t k = 0; k < count; ++k)
            points.push_back(plane.project(std::span(m_anchors).subspan(k * latent, latent)));
        if (count >= 2) {
            const std::vector<float> codes = pathCodes(kCurvePoints);
            for (std::size_t k = 0; k < kCurvePoints; ++k)
                curve.push_back(plane.project(std::span(codes).subspan(k * latent, latent)));
        }
    }
    m_parts.map->setPath(points, m_parts.pathStrip->method());
    m_parts.map->setPathCurve(curve);
    if (count < 2)
        m_parts.map->setPathPosition(std::nullopt);
    askForFrames();
}

void PathController::askForFrames()
{
    if (anchorCount() < 2 || !m_window.actions().path->isChecked())
        return;
    DecodeRequest request;
    request.channel = DecodeChannel::Path;
    request.count = static_cast<std::size_t>(m_parts.pathStrip->steps());
    request.z = pathCodes(request.count);
    m_session.decode(std::move(request));
}

void PathController::showPosition(double position)
{
    if (anchorCount() < 2)
        return;
    const std::size_t latent = m_explorer.probe().size();
    const std::size_t legs = anchorCount() - 1;
    const double along = std::clamp(position, 0.0, 1.0) * static_cast<double>(legs);
    const std::size_t leg = std::min(static_cast<std::size_t>(along), legs - 1);
    const std::vector<float> code = interpolate(std::span(m_anchors).subspan(leg * latent, latent),
                                                std::span(m_anchors).subspan((leg + 1) * latent, latent), along - static_cast<double>(leg),
                                                m_parts.pathStrip->method());
    m_parts.map->setPathPosition(m_explorer.plane().project(code));
    m_explorer.setProbe(code);
}

} // namespace latentscape::app
