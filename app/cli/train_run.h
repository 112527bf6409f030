// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/model/vae_backend.h"
#include "core/train/trainer.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace latentscape::app {

/// A Trainer run from the main thread: events come out of a queue, an interruption pauses it after the step under way (in all
/// processes of a group), and the end of it is a checkpoint in memory. Used by train and by the self-checks of doctor.
class TrainRun {
public:
    enum class Outcome { Finished, Stopped, Failed };
    struct End {
        Outcome outcome = Outcome::Failed;
        bool interrupted = false;                     ///< before its end
        std::shared_ptr<const Checkpoint> checkpoint; ///< null when nothing was trained
        std::optional<Error> error;                   ///< of Failed
        StepMode stepMode;                            ///< as it was in the end
    };
    struct Handlers {
        std::function<void(const TrainerStatus&)> ready;     ///< once, before the first step
        std::function<void(const TrainerEvent&)> event;      ///< EpochFinished, RolledBack and StoppedEarly
        std::function<void(const TrainerStatus&)> tick;      ///< five times a second, when set
    };

    /// setup.onEvent is replaced.
    TrainRun(Trainer::Setup setup, std::stop_token stop);

    /// Blocks until the run has ended. Call once.
    [[nodiscard]] End run(const Handlers& handlers);

private:
    /// The next event; nothing when the interruption came or the time is up.
    [[nodiscard]] std::optional<TrainerEvent> next(bool listenToStop, bool withTicks);
    [[nodiscard]] std::shared_ptr<const Checkpoint> takeCheckpoint();

    std::stop_token m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<TrainerEvent> m_events;
    int m_epochs = 0;
    std::shared_ptr<ProcessGroup> m_group;
    Trainer m_trainer; // last: its thread uses everything above
};

} // namespace latentscape::app
