// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/path_controller.h"

#include "core/store/atomic_file.h"
#include "core/store/montage.h"
#include "app/media/qt_image_codec.h"
#include "app/window/sample_pictures.h"
#include "app/window/undo.h"
#include "ui/map/latent_map.h"

#include <QAction>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

constexpr std::size_t kCurvePoints = 128; // of the drawn way
constexpr double kExportScale = 2.0;      // of the drawn strip
constexpr int kAnimationScale = 8;        // screen pixels a data pixel in animations and single frames

} // namespace

PathController::PathController(Session& session, ExplorerController& explorer, const PlaneController& planes, Exporter& exporter, ui::MainWindow& window,
                               QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_explorer(explorer)
    , m_exporter(exporter)
    , m_window(window)
    , m_parts(window.parts())
    , m_undo(undo)
{
    const auto& actions = window.actions();
    connect(actions.path, &QAction::toggled, this, &PathController::toolChosen);
    connect(actions.clearPath, &QAction::triggered, this, &PathController::clear);
    connect(actions.playPath, &QAction::triggered, this, [this] {
        if (anchorCount() < 2) {
            m_exporter.refuse(tr("There is no path to play yet"), tr("Choose the Path tool and place two anchors on the map."));
            return;
        }
        m_window.actions().path->setChecked(true);
        m_parts.pathStrip->setPlaying(!m_parts.pathStrip->isPlaying());
    });
    connect(actions.closePath, &QAction::triggered, this, [this](bool on) { m_parts.pathStrip->setClosed(on); });
    using Export = ui::PathStrip::Export;
    connect(actions.exportFilmstrip, &QAction::triggered, this, [this] { exportPath(Export::Strip); });
    connect(actions.exportGif, &QAction::triggered, this, [this] { exportPath(Export::Gif); });
    connect(actions.exportWebp, &QAction::triggered, this, [this] { exportPath(Export::WebP); });
    connect(actions.exportFrames, &QAction::triggered, this, [this] { exportPath(Export::Sequence); });

    ui::LatentMap* map = m_parts.map;
    connect(map, &ui::LatentMap::pathAnchorAdded, this, &PathController::addAnchor);
    connect(map, &ui::LatentMap::pathAnchorGrabbed, this, [this] { m_before = m_way; });
    connect(map, &ui::LatentMap::pathAnchorMoved, this, &PathController::moveAnchor);
    connect(map, &ui::LatentMap::pathAnchorReleased, this, [this] {
        if (m_before)
            pushChange(m_undo, m_added ? tr("Add an anchor") : tr("Move an anchor"), *std::exchange(m_before, std::nullopt), m_way,
                       [this](const Way& way) { setWay(way); });
        m_added = false;
    });
    connect(map, &ui::LatentMap::pathAnchorRemoved, this, &PathController::removeAnchor);

    ui::PathStrip* strip = m_parts.pathStrip;
    connect(strip, &ui::PathStrip::methodChanged, this, [this] {
        Way way = m_way;
        way.method = m_parts.pathStrip->method();
        change(tr("Change the interpolation"), way);
    });
    connect(strip, &ui::PathStrip::closedChanged, this, [this](bool closed) {
        Way way = m_way;
        way.closed = closed;
        change(closed ? tr("Close the path") : tr("Open the path"), way);
    });
    connect(strip, &ui::PathStrip::stepsChanged, this, &PathController::update);
    connect(strip, &ui::PathStrip::positionChanged, this, &PathController::showPosition);
    connect(strip, &ui::PathStrip::clearRequested, this, &PathController::clear);
    connect(strip, &ui::PathStrip::exportRequested, this, &PathController::exportPath);

    connect(&session, &Session::runPrepared, this, [this] {
        m_before.reset();
        Way empty = m_way; // method and closing are the person's taste, anchors belong to a run
        empty.anchors.clear();
        setWay(empty);
    });
    connect(&session, &Session::snapshotArrived, this, [this] {
        followSamples();
        askForFrames();
    });
    connect(&session, &Session::decoded, this, &PathController::showFrames);
    connect(&explorer, &ExplorerController::classChanged, this, &PathController::askForFrames);
    connect(&planes, &PlaneController::planeChanged, this, &PathController::update);
}

void PathController::toolChosen(bool path)
{
    m_window.setPathStripVisible(path);
    update();
}

void PathController::addAnchor(PlanePoint point, qsizetype row)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || snapshot->codes->latent != m_explorer.plane().latent()) {
        m_exporter.refuse(tr("There is no decoder for a path yet"), tr("Wait until the model is prepared, or choose a data set."));
        return;
    }
    Anchor anchor{m_explorer.plane().lift(point, m_explorer.probe()), std::nullopt};
    if (row >= 0 && static_cast<std::size_t>(row) < snapshot->codes->count()) { // a sample: its exact code
        const auto mu = snapshot->codes->muOf(static_cast<std::size_t>(row));
        anchor.z.assign(mu.begin(), mu.end());
        anchor.sample = static_cast<std::size_t>(snapshot->codes->indices[static_cast<std::size_t>(row)]);
    }
    Way way = m_way;
    way.anchors.push_back(std::move(anchor));
    m_added = m_before.has_value();
    if (m_added) // one step with the drag that may follow
        setWay(way);
    else
        change(tr("Add an anchor"), std::move(way));
}

void PathController::moveAnchor(int index, PlanePoint point)
{
    if (index < 0 || static_cast<std::size_t>(index) >= m_way.anchors.size())
        return;
    Anchor& anchor = m_way.anchors[static_cast<std::size_t>(index)];
    anchor.z = m_explorer.plane().lift(point, anchor.z);
    anchor.sample.reset();
    update();
}

void PathController::removeAnchor(int index)
{
    if (index < 0 || static_cast<std::size_t>(index) >= m_way.anchors.size())
        return;
    Way way = m_way;
    way.anchors.erase(way.anchors.begin() + index);
    change(tr("Remove an anchor"), std::move(way));
}

void PathController::clear()
{
    Way way = m_way;
    way.anchors.clear();
    change(tr("Clear the path"), std::move(way));
}

void PathController::change(const QString& text, Way way)
{
    const Way before = m_way;
    setWay(way);
    pushChange(m_undo, text, before, way, [this](const Way& value) { setWay(value); });
}

void PathController::setWay(const Way& way)
{
    m_way = way;
    {
        const QSignalBlocker quiet(m_parts.pathStrip);
        m_parts.pathStrip->setMethod(way.method);
        m_parts.pathStrip->setClosed(way.closed);
    }
    m_window.actions().closePath->setChecked(way.closed);
    if (way.anchors.size() < 2) {
        m_parts.pathStrip->setPlaying(false);
        m_parts.pathStrip->setPosition(0.0);
        m_parts.pathStrip->setFrames({});
        m_film = {};
    }
    update();
    if (m_session.snapshot())
        followSamples(); // what is taken back may be of an earlier epoch
}

/// Anchors on samples move with their codes.
void PathController::followSamples()
{
    const auto codes = m_session.snapshot()->codes;
    bool moved = false;
    for (Anchor& anchor : m_way.anchors) {
        if (!anchor.sample || anchor.z.size() != static_cast<std::size_t>(codes->latent))
            continue;
        const auto found = std::find(codes->indices.begin(), codes->indices.end(), static_cast<std::int32_t>(*anchor.sample));
        if (found == codes->indices.end())
            continue;
        const auto mu = codes->muOf(static_cast<std::size_t>(found - codes->indices.begin()));
        if (!std::equal(mu.begin(), mu.end(), anchor.z.begin())) {
            anchor.z.assign(mu.begin(), mu.end());
            moved = true;
        }
    }
    if (moved)
        update();
}

LatentPath PathController::latentPath() const
{
    return {m_flat, static_cast<int>(m_explorer.probe().size()), m_way.method, m_way.closed && m_way.anchors.size() > 2};
}

void PathController::update()
{
    m_flat.clear();
    for (const Anchor& anchor : m_way.anchors)
        m_flat.insert(m_flat.end(), anchor.z.begin(), anchor.z.end());
    const std::size_t latent = m_explorer.probe().size();
    const std::size_t count = anchorCount();
    const Plane& plane = m_explorer.plane();
    m_parts.pathStrip->setAnchorCount(static_cast<int>(count));
    std::vector<PlanePoint> points, curve;
    if (latent > 0 && plane.latent() == static_cast<int>(latent)) {
        for (const Anchor& anchor : m_way.anchors)
            points.push_back(plane.project(anchor.z));
        if (count >= 2) {
            const LatentPath path = latentPath();
            for (std::size_t k = 0; k <= kCurvePoints; ++k)
                curve.push_back(plane.project(pointOnPath(path, static_cast<double>(k) / kCurvePoints)));
            if (m_position)
                m_parts.map->setPathPosition(plane.project(pointOnPath(path, *m_position)));
        }
    }
    m_parts.map->setPath(points, m_way.method);
    m_parts.map->setPathCurve(curve);
    if (count < 2) {
        m_position.reset();
        m_parts.map->setPathPosition(std::nullopt);
    }
    showOriginals();
    askForFrames();
}

/// The real images at the ends of the film, where an end stands on one.
void PathController::showOriginals()
{
    const auto data = m_session.data();
    const auto picture = [&](const Anchor& anchor) {
        return anchor.sample && data && *anchor.sample < data->train().count ? samplePicture(*data, data->train(), *anchor.sample) : QImage();
    };
    const bool any = anchorCount() >= 2;
    m_parts.pathStrip->setOriginals(any ? picture(m_way.anchors.front()) : QImage(), any && !latentPath().closed ? picture(m_way.anchors.back()) : QImage());
}

void PathController::askForFrames()
{
    if (anchorCount() < 2)
        return;
    DecodeRequest request;
    request.channel = DecodeChannel::Path;
    request.count = static_cast<std::size_t>(m_parts.pathStrip->steps());
    request.z = interpolatePath(latentPath(), request.count);
    if (const std::uint64_t id = m_explorer.decode(std::move(request)); id != 0)
        m_newestRequest = id;
}

void PathController::showFrames(const DecodeResult& result)
{
    if (result.channel != DecodeChannel::Path || anchorCount() < 2 || result.id <= m_shownRequest)
        return;
    m_film = result;
    m_shownRequest = result.id;
    m_parts.pathStrip->setFrames(decodedPictures(result));
    Q_EMIT framesShown();
}

void PathController::showPosition(double position)
{
    if (anchorCount() < 2)
        return;
    m_position = std::clamp(position, 0.0, 1.0);
    const std::vector<float> code = pointOnPath(latentPath(), *m_position);
    m_parts.map->setPathPosition(m_explorer.plane().project(code));
    m_explorer.setProbe(code);
}

void PathController::saveAnimation(AnimationFormat format, const QString& suggestion, const QString& filter)
{
    AnimationStyle style;
    style.scale = kAnimationScale;
    style.standardized = m_film.standardized;
    style.millisecondsPerFrame = std::max(10, static_cast<int>(std::lround(1000.0 * m_parts.pathStrip->seconds() / static_cast<double>(m_film.count))));
    style.backAndForth = !latentPath().closed; // an open path would jump at its end
    m_exporter.saveFile(tr("Export the path as an animation"), suggestion, filter, [film = m_film, format, style](const std::filesystem::path& path) -> Result<void> {
        const auto bytes = encodePathAnimation(format, film.shape, film.pixels, film.count, style);
        return bytes ? writeFileAtomically(path, bytes.value()) : Result<void>(bytes.error());
    });
}

void PathController::exportPath(ui::PathStrip::Export kind)
{
    if (anchorCount() < 2 || m_film.count < 2) {
        m_exporter.refuse(tr("There is no path to export yet"), tr("Choose the Path tool and place two anchors on the map."));
        return;
    }
    if (const Result<void> drawable = checkDrawable(m_film.shape); !drawable && kind != ui::PathStrip::Export::Strip) {
        m_exporter.complain(drawable.error());
        return;
    }
    using Export = ui::PathStrip::Export;
    switch (kind) {
    case Export::Strip:
        m_exporter.savePicture(tr("Export the filmstrip"), QStringLiteral("path.png"), [this] { return m_parts.pathStrip->rendered(kExportScale); },
                               tr("Wait for its first images."));
        break;
    case Export::Gif:
        saveAnimation(AnimationFormat::Gif, QStringLiteral("path.gif"), tr("GIF animations (*.gif)"));
        break;
    case Export::WebP:
        saveAnimation(AnimationFormat::WebP, QStringLiteral("path.webp"), tr("WebP animations (*.webp)"));
        break;
    case Export::Sequence:
        m_exporter.saveFolder(tr("Export the path's images into a folder"), [film = m_film](const std::filesystem::path& folder) {
            return writePngSequence(folder, film.shape, film.pixels, film.count, kAnimationScale, QtImageCodec(), film.standardized);
        });
        break;
    }
}

} // namespace latentscape::app
