// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/latest_slot.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/checkpoint.h"
#include "core/model/run_config.h"
#include "core/model/snapshot.h"
#include "core/model/vae_backend.h"
#include "core/train/metrics_log.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace latentscape {

enum class TrainerState {
    Preparing, ///< networks and data are being set up, the first codes encoded
    Ready,     ///< before the first step
    Running,
    Paused,
    Finished,  ///< all epochs done, or stopped: run() goes on when epochs are left
    Failed     ///< could not be prepared, diverged four times, or lost another process; the last good state still answers
};

/// Something that happened, told once. Sent from the trainer thread.
struct TrainerEvent {
    enum class Kind {
        StateChanged,   ///< state holds the new one
        EpochFinished,  ///< epoch holds the record
        RolledBack,     ///< a non-finite loss: state restored, learning rate halved; text says so
        StoppedEarly,   ///< before Finished: patience is over, or a run with patience is through, and the best weights were put back; text says so
        CheckpointReady,///< answer to requestCheckpoint()
        Failed          ///< error says why
    };
    Kind kind = Kind::StateChanged;
    TrainerState state = TrainerState::Preparing;
    EpochRecord epoch;
    std::string text;
    double learningRate = 0.0; ///< after RolledBack
    std::optional<Error> error;
    std::shared_ptr<const Checkpoint> checkpoint;
};

/// Where a run stands, for status lines. A value.
struct TrainerStatus {
    TrainerState state = TrainerState::Preparing;
    RunProgress progress;
    std::int64_t stepsPerEpoch = 0;
    int epochs = 0;
    double imagesPerSecond = 0.0; ///< of the last second of training
    double secondsLeft = 0.0;     ///< to the last epoch at that rate; 0 when unknown
    std::string device;
    StepMode stepMode;
    int threads = 0;
};

/// With TrainConfig::patience above 0 the validation NELBO of each epoch decides (never the test part's): after so many epochs without a
/// better one, and after the last epoch, the weights and the optimiser of the best epoch are put back, and codes and decoder are published
/// from them. run() goes on from there while epochs are left: patience is counted anew, the best epoch stays the one to beat.
/// Stop and stopAfter only interrupt: the weights stay those of the moment.
///
/// Owns the training thread and everything on it (backend, optimiser, random streams). Created by a session; any one thread may call
/// the functions below (all return at once), except where said. The destructor requests a stop and joins (within one step).
class Trainer {
public:
    struct Setup {
        std::shared_ptr<const Dataset> data;
        RunConfig config;                                ///< validated again inside; errors come as a Failed event
        std::shared_ptr<const VaeBackendFactory> factory;
        std::string device = "auto";
        int threads = 0;
        Precision precision = Precision::Float32;
        /// Samples of the train part that are held out, each once; empty: config.training.validationFraction decides. Not part of a
        /// checkpoint: a run that goes on must be given the same ones.
        std::vector<std::int32_t> validation;
        std::shared_ptr<const Checkpoint> resumeFrom;    ///< null: fresh weights
        double snapshotsPerSecond = 10.0;                ///< at most; 0: none but at pause and end (headless)
        int niceness = 10;                               ///< added to the thread's priority; 0 on the command line
        /// The processes that train this run together; null: alone. Then pause() and stop() ask all of them (Paused after the same step
        /// everywhere), live controls and setEpochs() are not to be used, and codes are encoded afresh where a snapshot wants them.
        std::shared_ptr<ProcessGroup> group;
        std::function<void(const TrainerEvent&)> onEvent; ///< called on the trainer thread; must not block or throw
    };

    explicit Trainer(Setup setup);
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    void run();      ///< Ready, Paused or Finished with epochs left → Running
    void pause();    ///< Running → Paused, with exact codes
    void stepOnce(); ///< one optimiser step, then Paused
    void stop();     ///< Running or Paused → Finished, with exact codes and a last evaluation
    /// Newest wins, read at the next step boundary; invalid ones are ignored. The values are what the schedules scale.
    void setControls(const LiveControls& controls);
    void setEpochs(int epochs); ///< raises or lowers the total; at least the epoch under way
    void setSnapshotsPerSecond(double rate); ///< 0: none but at pause and end; from the next step on
    /// Asks for the whole state at the next step boundary; comes as a CheckpointReady event.
    void requestCheckpoint();
    void waitUntilIdle(); ///< blocks until not Preparing or Running. For the command line and tests, never the GUI.

    [[nodiscard]] TrainerStatus status() const;
    [[nodiscard]] const MetricsLog& metrics() const noexcept;
    [[nodiscard]] std::shared_ptr<const Snapshot> latestSnapshot() const;
    /// Seconds spent publishing snapshots, and seconds spent training without them. The tour reports their ratio.
    struct Costs {
        double publishing = 0.0;
        double training = 0.0;
    };
    [[nodiscard]] Costs costs() const;

private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace latentscape
