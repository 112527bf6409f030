// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/backdrop_controller.h"

#include "core/explore/grids.h"
#include "app/window/backdrop_pictures.h"
#include "app/window/undo.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/window/central_area.h"

#include <QAction>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace latentscape::app {

namespace {

constexpr double kCoarseCell = 80.0, kFineCell = 32.0; // pixels of a decoded image on the screen
constexpr double kClassCell = 20.0;
constexpr double kDensityCell = 6.0;
constexpr int kQuantileSide = 20;
constexpr auto kRefineDelay = std::chrono::milliseconds(80);
constexpr qint64 kSlowInterval = 500;    // ms between two class maps or densities while training
constexpr Session::SnapshotPace kPaceOfImages{14.0, 14.0}; // ten decoded grids a second shall come
constexpr std::size_t kRemembered = 16; // requests under way

bool decodes(ui::Backdrop backdrop)
{
    return backdrop == ui::Backdrop::Images || backdrop == ui::Backdrop::ImagesAtQuantiles;
}

/// How much of the points may hide what lies behind them.
double pointOpacity(ui::Backdrop backdrop)
{
    switch (backdrop) {
    case ui::Backdrop::None: return 1.0;
    case ui::Backdrop::ClassMap: return 0.6;
    case ui::Backdrop::Density: return 0.1; // it shows the points by itself
    case ui::Backdrop::Holes: return 0.25;
    case ui::Backdrop::Images:
    case ui::Backdrop::ImagesAtQuantiles: return 0.35;
    }
    return 1.0;
}

} // namespace

BackdropController::BackdropController(Session& session, ExplorerController& explorer, const PlaneController& planes, const ui::MainWindow& window,
                                       QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_parts(window.parts())
    , m_actions(window.actions())
    , m_undo(undo)
    , m_job(session.jobs(), this)
{
    m_refineTimer.setSingleShot(true);
    m_refineTimer.setInterval(kRefineDelay);
    connect(&m_refineTimer, &QTimer::timeout, this, [this] { refresh(/*fine=*/true); });
    connect(m_parts.mapOptions, &ui::MapOptions::backdropChosen, this, [this] { choose(m_parts.mapOptions->backdrop()); });
    for (std::size_t kind = 0; kind < m_actions.backdrops.size(); ++kind)
        connect(m_actions.backdrops[kind], &QAction::triggered, this, [this, kind] { choose(static_cast<ui::Backdrop>(kind)); });
    connect(&session, &Session::runPrepared, this, [this] {
        m_job.forget();
        m_asked.clear();
        m_age.invalidate();
        m_parts.map->setBackdrop({});
        apply(m_parts.mapOptions->backdrop()); // a class map of an unlabelled set has gone
    });
    connect(&session, &Session::snapshotArrived, this, [this] {
        if (decodes(m_backdrop) || m_session.snapshot()->codes->exact || !m_age.isValid() || m_age.hasExpired(kSlowInterval))
            refresh(/*fine=*/true);
    });
    connect(&session, &Session::relabelled, this, [this] { refresh(/*fine=*/true); });
    connect(&session, &Session::decoded, this, &BackdropController::onDecoded);
    connect(&planes, &PlaneController::planeChanged, this, &BackdropController::viewChanged);
    connect(m_parts.map, &ui::LatentMap::viewRangeChanged, this, &BackdropController::viewChanged);
    connect(&explorer, &ExplorerController::probeChanged, this, [this] {
        if (m_explorer.probe().size() > 2 && m_backdrop != ui::Backdrop::None && m_backdrop != ui::Backdrop::Density && m_backdrop != ui::Backdrop::Holes)
            m_refineTimer.start(); // the plane lies through the probe's other coordinates, which a drag inside the plane leaves alone
    });
    connect(&explorer, &ExplorerController::classChanged, this, [this] {
        if (decodes(m_backdrop) || m_backdrop == ui::Backdrop::ClassMap)
            refresh(/*fine=*/true);
    });
    connect(m_parts.central, &ui::CentralArea::currentChanged, this, [this] { refresh(/*fine=*/true); });
}

void BackdropController::setTheme(const ui::Theme& theme)
{
    m_theme = theme;
    if (m_backdrop == ui::Backdrop::ClassMap || m_backdrop == ui::Backdrop::Holes)
        refresh(/*fine=*/true);
}

void BackdropController::choose(ui::Backdrop backdrop)
{
    const auto data = m_session.data();
    QString problem;
    if (backdrop == ui::Backdrop::ClassMap && data && !data->isLabelled())
        problem = tr("This data set has no labels, so there is no class map. Choose the density of codes instead.");
    else if (backdrop != ui::Backdrop::None && (!m_session.snapshot() || !m_session.snapshot()->codes || m_session.snapshot()->codes->count() == 0))
        problem = tr("There are no codes yet. Press Train first.");
    if (!problem.isEmpty()) {
        m_parts.messages->show(ui::MessageBar::Severity::Warning, problem);
        apply(m_backdrop);
        return;
    }
    const ui::Backdrop before = m_backdrop;
    apply(backdrop);
    pushChange(m_undo, tr("Change what is behind the points"), before, backdrop, [this](ui::Backdrop value) { apply(value); });
}

void BackdropController::apply(ui::Backdrop backdrop)
{
    m_backdrop = backdrop;
    m_parts.mapOptions->setBackdrop(backdrop);
    m_actions.backdrops[static_cast<std::size_t>(backdrop)]->setChecked(true);
    m_session.setSnapshotPace(decodes(backdrop) ? kPaceOfImages : Session::SnapshotPace{});
    m_job.forget();
    m_asked.clear();
    if (backdrop == ui::Backdrop::None)
        m_parts.map->setBackdrop({});
    else
        refresh(/*fine=*/false);
}

void BackdropController::viewChanged()
{
    if (m_backdrop == ui::Backdrop::None)
        return;
    if (m_backdrop == ui::Backdrop::Images)
        refresh(/*fine=*/false); // something for the new place at once
    m_refineTimer.start();
}

void BackdropController::refresh(bool fine)
{
    const auto snapshot = m_session.snapshot();
    if (m_backdrop == ui::Backdrop::None || !snapshot || !snapshot->codes || m_explorer.plane().latent() != snapshot->codes->latent ||
        m_parts.central->current() != 0)
        return;
    if (m_backdrop == ui::Backdrop::Density || m_backdrop == ui::Backdrop::Holes)
        computeDensity();
    else
        askForImages(fine);
}

PlaneWindow BackdropController::window() const
{
    const QRectF view = m_parts.map->viewRange();
    const QSize size = m_parts.map->size();
    const auto cells = [](int pixels) { return std::clamp(static_cast<int>(std::lround(pixels / kDensityCell)), 8, 400); };
    return {view.left(), view.top(), view.right(), view.bottom(), cells(size.width()), cells(size.height())};
}

void BackdropController::askForImages(bool fine)
{
    if (m_backdrop == ui::Backdrop::ClassMap && m_job.isBusy())
        return; // its answer asks again
    const Plane& plane = m_explorer.plane();
    const bool line = plane.latent() == 1;
    Grid grid;
    grid.kind = m_backdrop;
    grid.fine = fine || m_backdrop != ui::Backdrop::Images;
    grid.range = m_parts.map->viewRange();
    const QSize size = m_parts.map->size();
    const double cell = m_backdrop == ui::Backdrop::ClassMap ? kClassCell : fine ? kFineCell : kCoarseCell;
    grid.columns = std::max(2, static_cast<int>(std::lround(size.width() / cell)));
    grid.rows = line ? 1 : std::max(2, static_cast<int>(std::lround(size.height() / cell)));
    DecodeRequest request;
    request.channel = DecodeChannel::Backdrop;
    if (m_backdrop == ui::Backdrop::ImagesAtQuantiles) {
        grid.columns = kQuantileSide;
        grid.rows = line ? 1 : kQuantileSide;
        request.z = priorGrid(plane, m_explorer.probe(), grid.columns, grid.rows);
        const PlanePoint foot = plane.project(std::vector<float>(m_explorer.probe().size(), 0.0f)); // of the prior's centre
        const double reachY = line ? 0.5 : kQuantileReach;
        grid.range = QRectF(foot.x - kQuantileReach, foot.y - reachY, 2.0 * kQuantileReach, 2.0 * reachY);
    } else {
        request.z = windowGrid(plane, m_explorer.probe(), grid.range.left(), grid.range.right(), grid.range.top(), grid.range.bottom(), grid.columns, grid.rows);
    }
    request.count = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
    grid.request = m_explorer.decode(std::move(request));
    m_asked.push_back(grid);
    if (m_asked.size() > kRemembered)
        m_asked.pop_front();
    m_age.start();
}

void BackdropController::onDecoded(const DecodeResult& result)
{
    if (result.channel != DecodeChannel::Backdrop || result.count == 0)
        return;
    while (!m_asked.empty() && m_asked.front().request < result.id)
        m_asked.pop_front(); // overtaken
    if (m_asked.empty() || m_asked.front().request != result.id)
        return;
    const Grid grid = m_asked.front();
    if (grid.kind == ui::Backdrop::ClassMap) {
        classify(result, grid);
        return;
    }
    const QString caption = grid.kind == ui::Backdrop::Images ? tr("behind: decoded images of this window") : tr("behind: decoded images at the prior's quantiles");
    const auto picture = [grid](const DecodeResult& answer) {
        return grid.kind == ui::Backdrop::Images ? gridPicture(answer, grid.columns) : quantilePicture(answer, grid.columns);
    };
    if (result.shape.isImage()) {
        show(picture(result), grid.range, grid.fine, caption);
    } else { // a thousand curves take tens of milliseconds to draw
        m_job.run([this, result, grid, picture, caption](std::stop_token) -> JobRunner::Answer {
            return [this, grid, image = picture(result), caption] {
                if (grid.kind == m_backdrop)
                    show(image, grid.range, grid.fine, caption);
            };
        });
    }
    if (!grid.fine && !m_refineTimer.isActive())
        m_refineTimer.start();
}

void BackdropController::classify(const DecodeResult& result, const Grid& grid)
{
    const auto data = m_session.data();
    if (m_classifierOf != data) {
        m_classifier.reset();
        m_classifierOf = data;
    }
    m_job.run([this, result, grid, data, classifier = m_classifier, theme = m_theme](std::stop_token stop) mutable -> JobRunner::Answer {
        if (!classifier)
            classifier = PictureClassifier::create(data);
        if (!classifier)
            return {};
        const auto answers = classifier->classify(result.pixels, result.count, stop);
        if (answers.empty())
            return {};
        return [this, classifier, data, grid, image = classPicture(answers, grid.columns, theme)] {
            if (data == m_classifierOf)
                m_classifier = classifier;
            if (m_backdrop != ui::Backdrop::ClassMap)
                return;
            show(image, grid.range, /*fine=*/true, tr("behind: class of the decoded image, by the 5 real images most like it"));
            if (grid.range != m_parts.map->viewRange())
                m_refineTimer.start(); // the view moved meanwhile
        };
    });
}

void BackdropController::computeDensity()
{
    const auto codes = m_session.snapshot()->codes;
    m_age.start();
    m_job.run([this, codes, plane = m_explorer.plane(), window = window(), kind = m_backdrop, theme = m_theme,
               scale = m_parts.mapOptions->colourScale()](std::stop_token stop) -> JobRunner::Answer {
        ScaledPicture picture;
        QString caption;
        if (kind == ui::Backdrop::Density) {
            picture = densityPicture(aggregateDensity(*codes, plane, window, stop), window.columns, plane.latent() == 1, scale);
            caption = tr("behind: density of codes");
        } else {
            const PriorHoles holes = priorHoles(*codes, plane, window, stop);
            picture = holesPicture(holes.logRatio, window.columns, theme);
            caption = tr("behind: prior holes, %1 % of its mass · codes against what the prior promises").arg(100.0 * holes.emptyMass, 0, 'f', 1);
        }
        if (picture.image.isNull() || stop.stop_requested())
            return {};
        return [this, kind, picture, caption, window] {
            if (kind != m_backdrop)
                return;
            show(picture.image, QRectF(window.left, window.bottom, window.right - window.left, window.top - window.bottom), /*fine=*/true, caption, picture.key);
        };
    });
}

void BackdropController::show(const QImage& image, const QRectF& range, bool fine, const QString& caption, const ui::ColourKey& key)
{
    ui::MapBackdrop backdrop;
    backdrop.image = image;
    backdrop.range = range;
    const auto data = m_session.data();
    backdrop.smooth = !decodes(m_backdrop) || (data && !data->shape().isImage()); // a vector's picture is a drawing without pixels of its own
    backdrop.pointOpacity = pointOpacity(m_backdrop);
    backdrop.caption = caption;
    backdrop.key = key;
    m_parts.map->setBackdrop(backdrop);
    Q_EMIT shown(fine);
}

} // namespace latentscape::app
