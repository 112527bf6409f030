// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session.h"

#include "core/data/data_catalogue.h"
#include "core/model/nearest_config.h"
#include "core/store/checkpoint_file.h"

#include <QMetaObject>

#include <algorithm>
#include <chrono>
#include <utility>

namespace latentscape::app {

namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(33);
constexpr qint64 kShortestPollGap = 25; // ms: every other image of a drag at 60 Hz
constexpr qint64 kStatusInterval = 200; // ms: nobody reads numbers faster
constexpr double kHeldForPatience = 0.1; // early stopping needs a validation part, also where nobody asked for one

RunConfig fittedTo(const RunConfig& config, const Dataset& data)
{
    RunConfig fitted = latentscape::fittedTo(config, data.traits());
    if (fitted.training.patience > 0 && !(fitted.training.validationFraction > 0.0))
        fitted.training.validationFraction = kHeldForPatience;
    return fitted;
}

} // namespace

Session::Session(std::shared_ptr<const VaeBackendFactory> factory, QObject* parent)
    : QObject(parent)
    , m_factory(std::move(factory))
{
    m_timer.setInterval(kPollInterval);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Session::poll);
    m_decoding = std::make_unique<DecodeService>([maker = m_factory] { maker->prepareDecodingThread(); },
                                                 [this](DecodeResult result) { deliver(std::move(result)); });
}

Session::~Session()
{
    m_timer.stop();
    m_jobs.cancelAll();
    m_decoding.reset();
    m_trainer.reset();
}

void Session::loadData(const QString& spec, const RunConfig& config, const QString& device)
{
    const std::uint64_t number = ++m_loadNumber;
    Q_EMIT dataLoading(0.0);
    m_jobs.run([this, number, spec, config, device](std::stop_token stop) -> JobRunner::Answer {
        DataRequest request;
        request.spec = spec.toStdString();
        request.progress = [this, number](double fraction) {
            QMetaObject::invokeMethod(
                this,
                [this, number, fraction] {
                    if (number == m_loadNumber)
                        Q_EMIT dataLoading(fraction);
                },
                Qt::QueuedConnection);
        };
        auto loaded = loadDataset(request, stop);
        return [this, number, spec, config, device, result = std::move(loaded)] {
            if (number != m_loadNumber)
                return; // a newer request overtook this one
            Q_EMIT dataLoading(1.0);
            if (!result) {
                Q_EMIT failed(result.error());
                return;
            }
            const auto before = std::pair(m_data, m_dataSpec);
            m_data = result.value();
            m_dataSpec = spec;
            const RunConfig wanted = fittedTo(config, *m_data);
            const RunConfig fresh = nearestWorking(wanted, m_data->traits());
            const Result<void> started = startOver(fresh, device, /*runAtOnce=*/false);
            if (!started) {
                std::tie(m_data, m_dataSpec) = before;
                Q_EMIT failed(started.error());
                return;
            }
            Q_EMIT dataLoaded();
            if (fresh != wanted)
                Q_EMIT settingsAdapted(wanted);
        };
    });
}

Result<void> Session::startOver(const RunConfig& config, const QString& device, bool runAtOnce)
{
    if (!m_data)
        return Error{ErrorCode::NotFound, "There is no data set yet", "", "", "Choose one in the Experiment panel or drop a folder on the window."};
    const RunConfig wanted = fittedTo(config, *m_data);
    if (const Result<void> valid = validateFor(wanted, m_data->traits()); !valid)
        return valid.error();
    m_controls = {wanted.objective.beta, wanted.training.learningRate};
    m_directions.clear(); // of another latent space
    adopt(makeTrainer(wanted, device, nullptr), wanted);
    m_savedStep = 0;
    m_file.clear();
    if (runAtOnce)
        run();
    return {};
}

std::unique_ptr<Trainer> Session::makeTrainer(const RunConfig& config, const QString& device, std::shared_ptr<const Checkpoint> from)
{
    Trainer::Setup setup;
    setup.data = m_data;
    setup.config = config;
    setup.factory = m_factory;
    setup.device = device.toStdString();
    setup.resumeFrom = std::move(from);
    setup.onEvent = [this, run = m_runNumber + 1](const TrainerEvent& event) {
        if (event.kind == TrainerEvent::Kind::EpochFinished)
            return; // drawn from the metrics log; tiny sets would flood the event queue
        QMetaObject::invokeMethod(
            this, [this, run, event] { onTrainerEvent(run, event); }, Qt::QueuedConnection);
    };
    return std::make_unique<Trainer>(std::move(setup));
}

void Session::adopt(std::unique_ptr<Trainer> trainer, const RunConfig& config)
{
    retire(std::exchange(m_trainer, std::move(trainer)));
    ++m_runNumber;
    m_lastOfOldRun = m_nextRequest;
    m_config = config;
    m_cursor = {};
    m_snapshot.reset();
    m_saveTarget.clear();
    m_directionsSaved = true;
    m_state = TrainerState::Preparing;
    applyPace();
    Q_EMIT runPrepared();
    Q_EMIT directionsChanged();
    Q_EMIT stateChanged(m_state);
    m_timer.start();
}

void Session::retire(std::unique_ptr<Trainer> trainer)
{
    if (!trainer)
        return;
    // joining may take a step or a chunk of an evaluation: not on this thread
    m_jobs.run([old = std::shared_ptr<Trainer>(std::move(trainer))](std::stop_token) mutable -> JobRunner::Answer {
        old.reset();
        return {};
    });
}

void Session::run()
{
    if (m_trainer)
        m_trainer->run();
}

void Session::pause()
{
    if (m_trainer)
        m_trainer->pause();
}

void Session::stepOnce()
{
    if (m_trainer)
        m_trainer->stepOnce();
}

void Session::stop()
{
    if (m_trainer)
        m_trainer->stop();
}

void Session::setControls(const LiveControls& controls)
{
    if (controls == m_controls || !validate(controls))
        return;
    m_controls = controls;
    if (m_trainer)
        m_trainer->setControls(controls);
}

void Session::setEpochs(int epochs)
{
    const RunProgress progress = status().progress;
    epochs = std::max({1, epochs, progress.epochsDone + (progress.stepInEpoch > 0 ? 1 : 0)}); // what is done stays done
    m_config.training.epochs = epochs;
    if (m_trainer)
        m_trainer->setEpochs(epochs);
}

void Session::setSnapshotPace(SnapshotPace pace)
{
    m_pace = pace;
    applyPace();
}

void Session::setDragged(bool on)
{
    if (on == m_dragged)
        return;
    m_dragged = on;
    applyPace();
    Q_EMIT draggedChanged(on);
}

void Session::applyPace()
{
    if (m_trainer)
        m_trainer->setSnapshotsPerSecond(!m_watched ? 0.0 : m_dragged ? m_pace.dragged : m_pace.resting);
}

std::uint64_t Session::decode(DecodeRequest request)
{
    if (!m_snapshot || !m_snapshot->decoder)
        return 0;
    request.id = ++m_nextRequest;
    request.generation = m_snapshot->generation;
    if (!request.decoder)
        request.decoder = m_snapshot->decoder;
    request.standardized = m_data && m_data->isStandardized();
    const std::uint64_t id = request.id;
    if (auto answer = decodeAtOnce(request))
        deliver(std::move(*answer));
    else
        m_decoding->post(std::move(request));
    return id;
}

void Session::deliver(DecodeResult result)
{
    QMetaObject::invokeMethod(
        this,
        [this, answer = std::move(result)] {
            if (answer.id > m_lastOfOldRun) // rows of another data set mean nothing here
                Q_EMIT decoded(answer);
            pollAlong();
        },
        Qt::QueuedConnection);
}

void Session::relabel(const std::vector<std::size_t>& samples, const QString& className)
{
    if (!m_data)
        return;
    if (auto changed = m_data->relabelled(samples, className.toStdString()))
        setRelabelled(std::move(changed));
}

void Session::setRelabelled(std::shared_ptr<const Dataset> data)
{
    if (!data || !m_data || data == m_data || data->provenance().sha256 != m_data->provenance().sha256)
        return;
    m_data = std::move(data);
    Q_EMIT relabelled();
}

void Session::setDirections(std::vector<AttributeDirection> directions)
{
    if (directions == m_directions)
        return;
    m_directions = std::move(directions);
    m_directionsSaved = false;
    Q_EMIT directionsChanged();
}

TrainerStatus Session::status() const
{
    return m_trainer ? m_trainer->status() : TrainerStatus{};
}

Trainer::Costs Session::costs() const
{
    return m_trainer ? m_trainer->costs() : Trainer::Costs{};
}

History Session::history() const
{
    return m_trainer ? m_trainer->metrics().history() : History{};
}

bool Session::hasUnsavedTraining() const
{
    return m_trainer && (m_trainer->status().progress.step > m_savedStep || !m_directionsSaved);
}

void Session::setWatched(bool on)
{
    m_watched = on;
    applyPace();
    if (on)
        m_timer.start();
    else
        m_timer.stop();
}

void Session::pollAlong()
{
    if (!m_timer.isActive())
        return;
    m_timer.start(); // while images arrive, the timer has nothing to do
    if (m_sincePoll.hasExpired(kShortestPollGap))
        poll();
}

void Session::poll()
{
    if (!m_trainer)
        return;
    m_sincePoll.start();
    if (auto newest = m_trainer->latestSnapshot(); newest && newest != m_snapshot) {
        m_snapshot = std::move(newest);
        Q_EMIT snapshotArrived();
    }
    const MetricsLog::Update update = m_trainer->metrics().since(m_cursor);
    if (update.startOver || !update.steps.empty() || !update.epochs.empty() || !update.marks.empty())
        Q_EMIT metricsArrived(update);
    if (!m_statusAge.isValid() || m_statusAge.hasExpired(kStatusInterval) || m_state != TrainerState::Running) {
        m_statusAge.start();
        Q_EMIT statusChanged();
    }
    if (m_state != TrainerState::Running && m_state != TrainerState::Preparing)
        m_timer.stop();
}

void Session::onTrainerEvent(std::uint64_t run, const TrainerEvent& event)
{
    if (run != m_runNumber)
        return; // said by a trainer that was replaced meanwhile
    switch (event.kind) {
    case TrainerEvent::Kind::StateChanged:
        m_state = event.state;
        m_timer.start(); // one more round at least, to draw what came last
        poll();
        Q_EMIT stateChanged(m_state);
        break;
    case TrainerEvent::Kind::EpochFinished:
        break; // drawn from the metrics log
    case TrainerEvent::Kind::RolledBack:
        m_controls.learningRate = event.learningRate;
        Q_EMIT rolledBack(QString::fromStdString(event.text), event.learningRate);
        break;
    case TrainerEvent::Kind::StoppedEarly:
        Q_EMIT stoppedEarly(QString::fromStdString(event.text));
        break;
    case TrainerEvent::Kind::CheckpointReady:
        writeCheckpoint(event.checkpoint);
        break;
    case TrainerEvent::Kind::Failed:
        if (event.error)
            Q_EMIT failed(*event.error);
        break;
    }
}

} // namespace latentscape::app
