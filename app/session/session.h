// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/attribute_direction.h"
#include "core/model/checkpoint.h"
#include "core/model/run_config.h"
#include "core/model/snapshot.h"
#include "core/model/vae_backend.h"
#include "core/train/decode_service.h"
#include "core/train/trainer.h"

#include "app/session/job_runner.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>

namespace latentscape::app {

/// One person's work: the data set, the trainer, the decoder thread and the file they belong to. The bridge between the workers'
/// threads and queued signals. GUI thread only; no function waits for a worker (but the destructor, which joins them all).
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(std::shared_ptr<const VaeBackendFactory> factory, QObject* parent = nullptr);
    ~Session() override;

    // --- data and files -------------------------------------------------------------------------------------------------------
    /// Loads a set; dataLoaded() or failed() follows. Then a new run with config, fitted to the data, is prepared; where config does not work
    /// with the data, with the nearest one that does, and settingsAdapted() tells so.
    void loadData(const QString& spec, const RunConfig& config, const QString& device);
    /// Opens a checkpoint and the data it names; opened() or failed() follows. A failure leaves everything as it is.
    void openFile(const std::filesystem::path& path, const QString& device);
    /// Saves the run as it stands at the next step boundary; saved() or failed() follows.
    void saveFile(const std::filesystem::path& path);

    // --- the run --------------------------------------------------------------------------------------------------------------
    /// Fresh weights and, when runAtOnce, training, with config fitted to the data (a run with patience holds out a tenth where it holds out
    /// nothing). Error InvalidArgument, where config does not work with the data: the run before is kept then.
    Result<void> startOver(const RunConfig& config, const QString& device, bool runAtOnce);
    void run();
    void pause();
    void stepOnce();
    void stop();
    void setControls(const LiveControls& controls);
    void setEpochs(int epochs);
    /// How often the run shows itself, in snapshots a second at most: as a rule, and while the probe is dragged.
    struct SnapshotPace {
        double resting = 10.0;
        double dragged = 4.0; ///< the image under the hand has the repaints then, and the training the rest
    };
    void setSnapshotPace(SnapshotPace pace);
    void setDragged(bool on);

    // --- looking --------------------------------------------------------------------------------------------------------------
    /// Asks for a decode with the newest decoder, or with the one of the request (for one class, say); fills in the generation. Returns the
    /// request's id, 0 without a decoder. decoded() follows, never before this returns.
    std::uint64_t decode(DecodeRequest request);

    // --- what a person adds --------------------------------------------------------------------------------------------------
    /// Gives the named train samples another label; the pixels and the run stay as they are. Nothing happens without labels.
    void relabel(const std::vector<std::size_t>& samples, const QString& className);
    /// The same samples with other labels (an earlier state, say). Ignored when it is not a relabelling of the set in use.
    void setRelabelled(std::shared_ptr<const Dataset> data);
    /// Named directions, kept with the file.
    void setDirections(std::vector<AttributeDirection> directions);
    [[nodiscard]] const std::vector<AttributeDirection>& directions() const { return m_directions; }

    [[nodiscard]] std::shared_ptr<const Dataset> data() const { return m_data; }
    [[nodiscard]] QString dataSpec() const { return m_dataSpec; }
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const { return m_snapshot; }
    [[nodiscard]] bool hasRun() const { return m_trainer != nullptr; }
    [[nodiscard]] TrainerStatus status() const;
    [[nodiscard]] Trainer::Costs costs() const; ///< of the run so far
    [[nodiscard]] History history() const; ///< epochs and marks of the run so far
    [[nodiscard]] TrainerState state() const { return m_state; }
    [[nodiscard]] const RunConfig& config() const { return m_config; } ///< of the run under way, as it was started
    [[nodiscard]] LiveControls controls() const { return m_controls; }
    [[nodiscard]] bool hasUnsavedTraining() const;
    [[nodiscard]] std::filesystem::path file() const { return m_file; }
    [[nodiscard]] const VaeBackendFactory& factory() const { return *m_factory; }
    [[nodiscard]] JobRunner& jobs() { return m_jobs; }
    /// Off, the run makes no snapshots and nothing is pulled from it, as without a window: the tour's headless phases.
    void setWatched(bool on);

Q_SIGNALS:
    void dataLoading(double fraction);
    void dataLoaded();
    void settingsAdapted(const latentscape::RunConfig& wanted); ///< after dataLoaded(): config() is not wanted, which does not work with the data
    void opened();
    void saved(const QString& path);
    void noted(const QString& text); ///< worth knowing, nothing failed
    void runPrepared();           ///< a new trainer exists; charts start over
    void relabelled();            ///< data() has other labels
    void directionsChanged();
    void stateChanged(latentscape::TrainerState state);
    void snapshotArrived();
    void draggedChanged(bool on); ///< see setDragged()
    void metricsArrived(const latentscape::MetricsLog::Update& update);
    void statusChanged();         ///< about ten times a second while training
    void decoded(const latentscape::DecodeResult& result);
    void rolledBack(const QString& text, double learningRate);
    void stoppedEarly(const QString& text); ///< the best weights were put back; stateChanged(Finished) follows
    void failed(const latentscape::Error& error);

private:
    struct Opened {
        Checkpoint checkpoint;
        std::string note;
        std::shared_ptr<const Dataset> data; ///< null when the set is not on this computer
    };
    void adopt(std::unique_ptr<Trainer> trainer, const RunConfig& config);
    std::unique_ptr<Trainer> makeTrainer(const RunConfig& config, const QString& device, std::shared_ptr<const Checkpoint> from);
    void finishOpening(const Opened& opened, const std::filesystem::path& path, const QString& device);
    void onTrainerEvent(std::uint64_t run, const TrainerEvent& event);
    void writeCheckpoint(std::shared_ptr<const Checkpoint> checkpoint);
    void retire(std::unique_ptr<Trainer> trainer);
    void applyPace();
    void poll();
    /// Any thread: decoded() follows on this object's.
    void deliver(DecodeResult result);
    /// Polls together with an image that was decoded: one repaint shows both, instead of a wake-up and a repaint each.
    void pollAlong();

    std::shared_ptr<const VaeBackendFactory> m_factory;
    std::shared_ptr<const Dataset> m_data;
    QString m_dataSpec;
    RunConfig m_config;
    LiveControls m_controls;
    std::shared_ptr<const Snapshot> m_snapshot;
    MetricsLog::Cursor m_cursor;
    TrainerState m_state = TrainerState::Preparing;
    SnapshotPace m_pace;
    bool m_dragged = false;
    bool m_watched = true;
    std::uint64_t m_runNumber = 0;
    std::uint64_t m_nextRequest = 0;
    std::uint64_t m_lastOfOldRun = 0; ///< results up to this request belong to a run that is gone
    std::uint64_t m_loadNumber = 0;
    std::int64_t m_savedStep = 0;
    std::vector<AttributeDirection> m_directions;
    bool m_directionsSaved = true; ///< as they stand in the file
    std::filesystem::path m_file;
    std::filesystem::path m_saveTarget; ///< empty: no save under way
    QTimer m_timer;
    QElapsedTimer m_sincePoll;
    QElapsedTimer m_statusAge;
    JobRunner m_jobs;
    std::unique_ptr<DecodeService> m_decoding;
    std::unique_ptr<Trainer> m_trainer; // last: joined first
};

} // namespace latentscape::app
