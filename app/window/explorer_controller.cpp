// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/explorer_controller.h"

#include "core/explore/latent_density.h"
#include "app/window/display_text.h"
#include "app/window/sample_pictures.h"
#include "app/window/undo.h"
#include "ui/map/latent_map.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/sample_image.h"

#include <QAction>
#include <QStringList>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace latentscape::app {

namespace {

constexpr int kNeighbours = 8;
// The image follows each mouse event, its neighbours at reading speed: with the first event after so many milliseconds, and after the last one.
constexpr qint64 kSurroundingsInterval = 140;
constexpr auto kSurroundingsLatest = std::chrono::milliseconds(160);
constexpr qint64 kMoving = 40; // ms since the last event of a drag: the next one is about to ask for a decode
constexpr qint64 kAggregateInterval = 2000; // ms between two looks at the density of moving codes
constexpr qint64 kAggregateIntervalInDrag = 4000;

/// Among tens of thousands of standard normal codes the nearest one lies about 0.13·L away (L up to 20): the radius that counts as near
/// grows with the dimensions in use.
double supportRadius(const LatentDiagnostics& diagnostics)
{
    return 0.125 * std::max(2, diagnostics.activeUnits());
}

} // namespace

ExplorerController::ExplorerController(Session& session, const ui::MainWindow& window, const PlaneController& planes, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_parts(window.parts())
    , m_planes(planes)
    , m_undo(undo)
    , m_knowledgeJob(session.jobs(), this)
{
    m_surroundingsTimer.setInterval(kSurroundingsLatest);
    m_surroundingsTimer.setSingleShot(true);
    connect(&m_surroundingsTimer, &QTimer::timeout, this, &ExplorerController::askForDecode);
    m_movedTimer.setInterval(ui::LatentMap::kProbeWait);
    m_movedTimer.setSingleShot(true);
    m_movedTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_movedTimer, &QTimer::timeout, this, &ExplorerController::showProbe);
    connect(&session, &Session::runPrepared, this, &ExplorerController::prepareForRun);
    connect(&session, &Session::snapshotArrived, this, &ExplorerController::onSnapshot);
    connect(&session, &Session::decoded, this, &ExplorerController::onDecoded);
    connect(&session, &Session::relabelled, this, [this] {
        showPicked();
        m_surroundingsAge.invalidate(); // the neighbours' labels
        askForDecode();
    });
    connect(&planes, &PlaneController::planeChanged, this, [this] {
        showProbe();
        showPicked();
    });

    ui::LatentMap* map = m_parts.map;
    connect(map, &ui::LatentMap::probeGrabbed, this, &ExplorerController::beginMove);
    connect(map, &ui::LatentMap::probeMoved, this, &ExplorerController::moveInPlane);
    connect(map, &ui::LatentMap::probeReleased, this, [this] { endMove(tr("Move the probe")); });
    connect(map, &ui::LatentMap::picked, this, [this](qsizetype row) { pick(static_cast<std::size_t>(row)); });
    connect(map, &ui::LatentMap::pickReleased, this, &ExplorerController::releasePick);
    connect(window.actions().releasePick, &QAction::triggered, this, &ExplorerController::releasePick);
    connect(window.actions().fit, &QAction::triggered, map, &ui::LatentMap::fitView);
    ui::DecodedPanel* decoded = m_parts.decoded;
    connect(decoded, &ui::DecodedPanel::codeEditStarted, this, &ExplorerController::beginMove);
    connect(decoded, &ui::DecodedPanel::codeEdited, this, [this](const std::vector<float>& z) { setProbe(z); });
    connect(decoded, &ui::DecodedPanel::codeEditFinished, this, [this] { endMove(tr("Edit the code")); });
    connect(decoded, &ui::DecodedPanel::classChosen, this, [this](int label) {
        beginMove();
        setClass(label);
        endMove(tr("Choose a class"));
    });
    connect(decoded, &ui::DecodedPanel::locksChanged, this, &ExplorerController::chooseLocks);
    connect(decoded, &ui::DecodedPanel::neighbourActivated, this, [this](qsizetype row) { pick(static_cast<std::size_t>(row)); });
}

void ExplorerController::prepareForRun()
{
    const int latent = m_session.config().model.latent;
    m_parts.decoded->setLatent(latent);
    m_locks = m_parts.decoded->locked();
    m_knowledgeJob.forget();
    m_index.reset();
    m_aggregate.reset();
    m_aggregateAge.invalidate();
    m_before.reset();
    m_session.setDragged(false);
    m_surroundingsTimer.stop(); // what it would show belongs to the data of before
    m_surroundingsAge.invalidate();
    m_classes = 0;
    m_class = 0;
    m_classDecoder.reset();
    m_classDecoderOf.reset();
    m_parts.decoded->setClasses({});
    setPicked(std::nullopt);
    if (static_cast<int>(m_z.size()) != latent)
        m_z.assign(static_cast<std::size_t>(latent), 0.0f);
    showProbe();
    Q_EMIT probeChanged();
}

void ExplorerController::onSnapshot()
{
    showClasses();
    updateKnowledge();
    showPicked();
    askForNewerDecode();
}

/// The classes that the model can decode for, by the data's names.
void ExplorerController::showClasses()
{
    m_classes = m_session.snapshot()->decoder->classes();
    QStringList names;
    const auto& known = m_session.data()->classNames();
    for (int label = 0; label < m_classes; ++label) {
        const auto at = static_cast<std::size_t>(label);
        names.append(at < known.size() ? QString::fromStdString(known[at]) : QString::number(label));
    }
    m_parts.decoded->setClasses(names);
}

std::optional<int> ExplorerController::decodedClass() const
{
    return m_classes > 0 ? std::optional(m_class) : std::nullopt;
}

void ExplorerController::setClass(int label)
{
    if (label == m_class || label < 0 || label >= m_classes)
        return;
    m_class = label;
    m_classDecoder.reset();
    m_parts.decoded->setCurrentClass(label);
    askForDecode();
    Q_EMIT classChanged();
}

std::uint64_t ExplorerController::decode(DecodeRequest request)
{
    const auto snapshot = m_session.snapshot();
    if (snapshot && snapshot->decoder && snapshot->decoder->classes() > 0) {
        if (m_classDecoderOf != snapshot->decoder || !m_classDecoder) {
            m_classDecoderOf = snapshot->decoder;
            m_classDecoder = snapshot->decoder->forClass(std::min(m_class, snapshot->decoder->classes() - 1));
        }
        request.decoder = m_classDecoder;
    }
    return m_session.decode(std::move(request));
}

/// What is known of the codes as a whole: an index of exact ones, and their density.
void ExplorerController::updateKnowledge()
{
    const auto codes = m_session.snapshot()->codes;
    const bool due = codes->exact || !m_aggregateAge.isValid() || m_aggregateAge.hasExpired(m_before ? kAggregateIntervalInDrag : kAggregateInterval);
    if (!due || codes->count() == 0 || (m_knowledgeJob.isBusy() && !codes->exact))
        return;
    m_aggregateAge.start();
    m_knowledgeJob.run([this, codes](std::stop_token stop) -> JobRunner::Answer {
        auto aggregate = AggregatePosterior::create(*codes, stop);
        // while the codes move a pass over all of them is cheaper than an index for each frame
        auto index = codes->exact && codes->latent <= CodeIndex::kUsefulDimensions ? CodeIndex::build(codes, stop) : nullptr;
        return [this, aggregate = std::move(aggregate), index = std::move(index)] {
            m_aggregate = aggregate;
            m_index = index;
            askForNewerDecode();
        };
    });
}

void ExplorerController::moveInPlane(PlanePoint point)
{
    const std::vector<bool> locks = m_parts.decoded->locked();
    const std::vector<std::uint8_t> locked(locks.begin(), locks.end());
    m_z = plane().lift(point, m_z, locked);
    m_sinceMove.start();
    askForDecode();
    if (!m_movedTimer.isActive())
        m_movedTimer.start();
    Q_EMIT probeChanged();
}

void ExplorerController::setProbe(std::vector<float> z)
{
    if (static_cast<int>(z.size()) != m_session.config().model.latent)
        return;
    m_z = std::move(z);
    if (m_before)
        m_sinceMove.start(); // a slider is dragged, or a path
    showProbe();
    askForDecode();
    Q_EMIT probeChanged();
}

void ExplorerController::jumpTo(std::vector<float> z)
{
    beginMove();
    setProbe(std::move(z));
    endMove(tr("Move the probe"));
}

void ExplorerController::beginMove()
{
    m_before = place();
    m_session.setDragged(true);
}

void ExplorerController::endMove(const QString& text, const std::function<void(bool undone)>& also)
{
    if (!m_before)
        return;
    const Place before = *std::exchange(m_before, std::nullopt);
    m_session.setDragged(false);
    const auto go = [this, also](const Place& place, bool undone) {
        setPlace(place);
        if (also)
            also(undone);
    };
    if (const Place after = place(); !(before == after))
        m_undo.push(new ChangeCommand(text, [go, before] { go(before, true); }, [go, after] { go(after, false); }));
}

void ExplorerController::chooseLocks(const std::vector<bool>& locks)
{
    pushChange(m_undo, tr("Lock a coordinate"), m_locks, locks, [this](const std::vector<bool>& value) {
        m_locks = value;
        m_parts.decoded->setLocked(value);
    });
    m_locks = locks;
}

void ExplorerController::setPlace(const Place& place)
{
    setPicked(place.pickedRow);
    setClass(place.label); // last: a class may have been chosen after the image was picked
    setProbe(place.z);
}

void ExplorerController::pick(std::size_t row)
{
    const auto snapshot = m_session.snapshot();
    if (!snapshot || !snapshot->codes || row >= snapshot->codes->count())
        return;
    const bool whole = !m_before; // Alt-drag picks within a gesture
    if (whole)
        beginMove();
    const auto code = snapshot->codes->muOf(row);
    setPicked(row);
    setProbe(std::vector<float>(code.begin(), code.end()));
    if (whole)
        endMove(tr("Pick an image"));
}

void ExplorerController::releasePick()
{
    if (!m_pickedRow)
        return;
    beginMove();
    setPicked(std::nullopt);
    endMove(tr("Let go of the image"));
}

void ExplorerController::setPicked(std::optional<std::size_t> row)
{
    m_pickedRow = row;
    showPicked();
    const auto snapshot = m_session.snapshot();
    if (row && m_classes > 0 && snapshot && *row < snapshot->codes->count()) // beside its original stands the decode of its own class
        setClass(m_session.data()->train().labels[static_cast<std::size_t>(snapshot->codes->indices[*row])]);
    Q_EMIT pickChanged();
}

void ExplorerController::showPicked()
{
    const auto snapshot = m_session.snapshot();
    m_parts.map->setPicked(m_pickedRow);
    if (!m_pickedRow || !snapshot || *m_pickedRow >= snapshot->codes->count()) {
        m_parts.decoded->setOriginal({}, {});
        m_parts.map->setEllipse(std::nullopt);
        return;
    }
    const auto& data = *m_session.data();
    const auto index = static_cast<std::size_t>(snapshot->codes->indices[*m_pickedRow]);
    m_parts.decoded->setOriginal(samplePicture(data, data.train(), index, PictureSize::Large), sampleTitle(data, data.train(), index));
    if (plane().latent() == snapshot->codes->latent)
        m_parts.map->setEllipse(posteriorEllipse(*snapshot->codes, *m_pickedRow, plane()));
}

void ExplorerController::showProbe()
{
    m_movedTimer.stop();
    if (plane().latent() == static_cast<int>(m_z.size()))
        m_parts.map->setProbe(plane().project(m_z));
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
    if (!m_surroundingsAge.isValid() || m_surroundingsAge.hasExpired(kSurroundingsInterval)) { // until they are shown each request asks
        request.codes = snapshot->codes;
        request.index = m_index && m_index->frame() == snapshot->codes ? m_index : nullptr;
        request.neighbours = kNeighbours;
        request.supportRadius = supportRadius(snapshot->diagnostics);
        m_surroundingsTimer.stop();
    } else if (!m_surroundingsTimer.isActive()) {
        m_surroundingsTimer.start();
    }
    if (const std::uint64_t id = decode(std::move(request)); id != 0)
        m_newestRequest = id;
}

void ExplorerController::askForNewerDecode()
{
    if (!m_sinceMove.isValid() || m_sinceMove.hasExpired(kMoving))
        askForDecode();
    else if (!m_surroundingsTimer.isActive())
        m_surroundingsTimer.start(); // should this have been the last event
}

void ExplorerController::onDecoded(const DecodeResult& result)
{
    if (result.channel != DecodeChannel::Probe)
        return;
    // Neighbours are looked up on the decoding thread, so they may come after the image of a later event, which stays then.
    if (result.id > m_shownRequest) {
        m_shownRequest = result.id;
        if (m_movedTimer.isActive())
            showProbe();
        const QImage image = result.count > 0 ? decodedPicture(result, 0, ui::largeVector(result.standardized)) : QImage();
        m_parts.decoded->setDecoded(image, result.z, result.id);
    }
    if (result.codes && result.id > m_surroundingsRequest)
        showSurroundings(result);
}

void ExplorerController::showSurroundings(const DecodeResult& result)
{
    m_surroundingsRequest = result.id;
    m_surroundingsAge.start();
    ui::DecodedPanel::Surroundings surroundings;
    surroundings.radius = result.supportRadius;
    surroundings.supported = result.neighbourhood.supported;
    if (m_aggregate && m_aggregate->latent() == static_cast<int>(result.z.size())) {
        const double relative = m_aggregate->relativeLogDensity(result.z);
        surroundings.density = std::exp(std::min(700.0, relative));
        surroundings.sparse = relative < m_aggregate->rareLogDensity();
    }
    const auto data = m_session.data();
    if (data) {
        for (const Neighbour& neighbour : result.neighbourhood.nearest) {
            const auto index = static_cast<std::size_t>(result.codes->indices[neighbour.row]);
            surroundings.neighbours.push_back({samplePicture(*data, data->train(), index), labelText(*data, data->train(), index),
                                               neighbour.distance, static_cast<qsizetype>(neighbour.row)});
        }
        surroundings.farFromData = surroundings.supported == 0 && !result.neighbourhood.nearest.empty() &&
                                   result.neighbourhood.nearest.front().distance > 2.0 * surroundings.radius;
    }
    surroundings.milliseconds = result.decodeMilliseconds;
    surroundings.epoch = m_session.snapshot() ? m_session.snapshot()->epoch : 0.0;
    m_parts.decoded->setSurroundings(surroundings);
    m_parts.map->setProbeInfo(probeInfo(result.z, surroundings.neighbours.empty() ? QString() : surroundings.neighbours.front().label));
}

} // namespace latentscape::app
