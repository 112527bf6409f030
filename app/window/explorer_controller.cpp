// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/explorer_controller.h"

#include "app/window/display_text.h"
#include "app/window/sample_pictures.h"
#include "ui/map/latent_map.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/sample_image.h"
#include "ui/window/central_area.h"

#include <QAction>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace latentscape::app {

namespace {

constexpr int kNeighbours = 5;
constexpr auto kSurroundingsInterval = std::chrono::milliseconds(50); // the image follows each mouse event, its neighbours at reading speed
constexpr double kPrincipalEveryEpochs = 1.0; // how often the PCA plane follows the training

/// Among tens of thousands of standard normal codes the nearest one lies about 0.13·L away (L up to 20): the radius that counts as near
/// grows with the dimension.
double supportRadius(int latent)
{
    return 0.125 * std::max(2, latent);
}

} // namespace

ExplorerController::ExplorerController(Session& session, const ui::MainWindow& window, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_parts(window.parts())
    , m_plane(Plane::axes(2, 0, 1))
{
    m_surroundingsTimer.setInterval(kSurroundingsInterval);
    m_surroundingsTimer.setSingleShot(true);
    connect(&m_surroundingsTimer, &QTimer::timeout, this, [this] {
        if (m_newest.id != m_surroundingsOf)
            showDecoded(); // the last of a fast drag
    });
    connect(&session, &Session::runPrepared, this, &ExplorerController::prepareForRun);
    connect(&session, &Session::snapshotArrived, this, &ExplorerController::onSnapshot);
    connect(&session, &Session::decoded, this, &ExplorerController::onDecoded);

    ui::LatentMap* map = m_parts.map;
    connect(map, &ui::LatentMap::probeMoved, this, &ExplorerController::moveInPlane);
    connect(map, &ui::LatentMap::picked, this, [this](qsizetype row) { pick(static_cast<std::size_t>(row)); });
    connect(map, &ui::LatentMap::pickReleased, this, &ExplorerController::releasePick);
    connect(window.actions().releasePick, &QAction::triggered, this, &ExplorerController::releasePick);
    connect(window.actions().fit, &QAction::triggered, map, &ui::LatentMap::fitView);
    connect(m_parts.central, &ui::CentralArea::planeChosen, this, &ExplorerController::choosePlane);
    connect(m_parts.decoded, &ui::DecodedPanel::codeEdited, this, [this](const std::vector<float>& z) { setProbe(z); });
    connect(m_parts.decoded, &ui::DecodedPanel::neighbourActivated, this, [this](qsizetype row) { pick(static_cast<std::size_t>(row)); });
}

void ExplorerController::prepareForRun()
{
    const int latent = m_session.config().model.latent;
    m_parts.central->setLatent(latent);
    m_parts.decoded->setLatent(latent);
    m_parts.decoded->setOriginal({}, {});
    m_parts.map->setDataset(m_session.data());
    m_parts.map->setPicked(std::nullopt);
    m_pickedRow.reset();
    m_principal.reset();
    m_principalEpoch = -1.0;
    ++m_run;
    if (static_cast<int>(m_z.size()) != latent)
        m_z.assign(static_cast<std::size_t>(latent), 0.0f);
    m_plane = Plane::axes(latent, 0, std::min(1, latent - 1));
    choosePlane();
}

void ExplorerController::onSnapshot()
{
    const auto snapshot = m_session.snapshot();
    if (m_parts.central->planeChoice().kind == ui::CentralArea::PlaneKind::Principal)
        updatePrincipalPlane();
    showCodes();
    m_parts.map->setCaption(codesCaption(*snapshot->codes));
    const LatentDiagnostics& diagnostics = snapshot->diagnostics;
    if (m_session.config().model.latent > 2 && !diagnostics.klPerDimension.empty()) {
        std::vector<int> order(diagnostics.klPerDimension.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            return diagnostics.klPerDimension[static_cast<std::size_t>(a)] > diagnostics.klPerDimension[static_cast<std::size_t>(b)];
        });
        std::vector<bool> inactive;
        for (const double variance : diagnostics.meanVariance)
            inactive.push_back(variance <= 0.01);
        if (snapshot->codes->exact) // a list that reorders under the hand helps nobody: only when training rests
            m_parts.decoded->setDimensionOrder(order, inactive);
    }
    askForDecode();
}

void ExplorerController::choosePlane()
{
    const auto choice = m_parts.central->planeChoice();
    const int latent = m_session.config().model.latent;
    if (choice.kind == ui::CentralArea::PlaneKind::Axes) {
        m_plane = Plane::axes(latent, std::min(choice.i, latent - 1), std::min(choice.j, latent - 1));
    } else if (m_principal) {
        m_plane = *m_principal;
    } else {
        m_principalEpoch = -1.0;
        updatePrincipalPlane();
    }
    showCodes();
    m_parts.map->fitView();
    showProbe();
    Q_EMIT planeChanged();
}

void ExplorerController::updatePrincipalPlane()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || m_principalUnderWay || snapshot->codes->count() < 3)
        return;
    const bool due = m_principalEpoch < 0.0 || snapshot->codes->exact || snapshot->epoch >= m_principalEpoch + kPrincipalEveryEpochs;
    if (!due || snapshot->epoch == m_principalEpoch)
        return;
    m_principalUnderWay = true;
    m_principalEpoch = snapshot->epoch;
    m_session.jobs().run([this, codes = snapshot->codes, previous = m_principal, run = m_run](std::stop_token) -> JobRunner::Answer {
        const Plane plane = Plane::principal(*codes, previous && previous->latent() == codes->latent ? &*previous : nullptr);
        return [this, plane, run] {
            m_principalUnderWay = false;
            if (run != m_run) {
                updatePrincipalPlane(); // a new run began meanwhile
                return;
            }
            m_principal = plane;
            if (m_parts.central->planeChoice().kind != ui::CentralArea::PlaneKind::Principal)
                return;
            m_plane = plane;
            showCodes();
            showProbe();
            Q_EMIT planeChanged();
            updatePrincipalPlane(); // exact codes may have come while this was under way
        };
    });
}

void ExplorerController::showCodes()
{
    const auto snapshot = m_session.snapshot();
    const auto [x, y] = axisNames(m_plane);
    m_parts.map->setAxisLabels(x, y);
    if (!snapshot || !snapshot->codes)
        return;
    m_parts.map->setCodes(snapshot->codes, m_plane);
    m_parts.central->setCaption(mapCaption(m_plane, *snapshot->codes, m_session.data()->isLabelled()));
}

void ExplorerController::moveInPlane(PlanePoint point)
{
    m_z = m_plane.lift(point, m_z);
    m_parts.decoded->setCode(m_z);
    askForDecode();
}

void ExplorerController::setProbe(std::vector<float> z)
{
    if (static_cast<int>(z.size()) != m_session.config().model.latent)
        return;
    m_z = std::move(z);
    showProbe();
    askForDecode();
}

void ExplorerController::pick(std::size_t row)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || row >= snapshot->codes->count())
        return;
    const auto code = snapshot->codes->muOf(row);
    m_pickedRow = row;
    m_parts.map->setPicked(row);
    const auto& data = *m_session.data();
    const auto index = static_cast<std::size_t>(snapshot->codes->indices[row]);
    m_parts.decoded->setOriginal(samplePicture(data, data.train(), index), sampleTitle(data, data.train(), index));
    setProbe(std::vector<float>(code.begin(), code.end()));
}

void ExplorerController::releasePick()
{
    if (!m_pickedRow)
        return;
    m_pickedRow.reset();
    m_parts.map->setPicked(std::nullopt);
    m_parts.decoded->setOriginal({}, {});
}

void ExplorerController::showProbe()
{
    if (m_plane.latent() == static_cast<int>(m_z.size()))
        m_parts.map->setProbe(m_plane.project(m_z));
    m_parts.decoded->setCode(m_z);
}

void ExplorerController::askForDecode()
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || snapshot->decoder->latent() != static_cast<int>(m_z.size()))
        return;
    DecodeRequest request;
    request.channel = DecodeChannel::Probe;
    request.z = m_z;
    request.count = 1;
    request.codes = snapshot->codes;
    request.neighbours = kNeighbours;
    request.supportRadius = supportRadius(snapshot->decoder->latent());
    if (const std::uint64_t id = m_session.decode(std::move(request)); id != 0)
        m_newestRequest = id;
}

void ExplorerController::onDecoded(const DecodeResult& result)
{
    if (result.channel != DecodeChannel::Probe || result.id <= m_shownRequest)
        return; // older than what is shown
    m_shownRequest = result.id;
    m_newest = result;
    showDecoded();
}

void ExplorerController::showDecoded()
{
    const DecodeResult& result = m_newest;
    const auto snapshot = m_session.snapshot();
    ui::DecodedPanel::View view;
    view.image = ui::sampleImage(result.shape, result.pixels);
    view.z = result.z;
    view.milliseconds = result.decodeMilliseconds;
    view.epoch = snapshot ? snapshot->epoch : 0.0;
    view.radius = supportRadius(static_cast<int>(result.z.size()));
    view.tag = result.id;
    if (!m_surroundingsTimer.isActive())
        showSurroundings();
    view.neighbours = m_neighbours;
    view.supported = m_supported;
    view.farFromData = m_farFromData;
    m_parts.decoded->setView(view);
}

void ExplorerController::showSurroundings()
{
    const DecodeResult& result = m_newest;
    const double radius = supportRadius(static_cast<int>(result.z.size()));
    m_surroundingsTimer.start();
    m_neighbours.clear();
    m_supported = result.neighbourhood.supported;
    m_farFromData = false;
    const auto data = m_session.data();
    if (result.codes && data) {
        for (const Neighbour& neighbour : result.neighbourhood.nearest) {
            const auto index = static_cast<std::size_t>(result.codes->indices[neighbour.row]);
            m_neighbours.push_back({samplePicture(*data, data->train(), index), labelText(*data, data->train(), index),
                                       neighbour.distance, static_cast<qsizetype>(neighbour.row)});
        }
        m_farFromData = m_supported == 0 && !result.neighbourhood.nearest.empty() &&
                        result.neighbourhood.nearest.front().distance > 2.0 * radius;
    }
    m_surroundingsOf = result.id;
    m_parts.map->setProbeInfo(probeInfo(result.z, m_neighbours.empty() ? QString() : m_neighbours.front().label));
}

} // namespace latentscape::app
