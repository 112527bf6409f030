// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/latest_mailbox.h"
#include "core/train/training_clock.h"
#include "core/train/training_run.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace latentscape {

/// The training thread: takes commands, drives a TrainingRun step by step, publishes what it shows. The public functions may be called
/// from any thread and return at once (except waitUntilIdle()); the private ones below "trainer thread" only from there.
class Trainer::Worker {
public:
    enum class Wish { None, Run, Pause, Step, Stop };

    explicit Worker(Setup setup);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void post(Wish wish);
    void postControls(const LiveControls& controls);
    void postEpochs(int epochs);
    void postCheckpoint();
    void setSnapshotsPerSecond(double rate) noexcept { m_snapshotsPerSecond.store(rate); }
    void waitUntilIdle();

    [[nodiscard]] TrainerStatus status() const;
    [[nodiscard]] Costs costs() const;
    [[nodiscard]] const MetricsLog& metrics() const noexcept { return m_metrics; }
    [[nodiscard]] std::shared_ptr<const Snapshot> latestSnapshot() const { return m_snapshot.load(); }

private:
    using Clock = std::chrono::steady_clock;

    /// What was asked for and not yet done. Bounded: a newer wish replaces an older one, single steps add up.
    struct Commands {
        Wish wish = Wish::None;
        int steps = 0;
        bool ranFirst = false; ///< a pause that replaced a run or step which nobody had seen yet
        std::optional<int> epochs;
        bool checkpoint = false;
    };
    enum class Flow { Continue, Leave };

    // --- any thread, under m_mutex ----------------------------------------------------------------------------------------------
    void wakeUp();
    [[nodiscard]] bool hasCommands() const noexcept;
    void merge(Wish wish);

    // --- trainer thread ---------------------------------------------------------------------------------------------------------
    void body(const std::stop_token& stop) noexcept;
    void guarded(const std::stop_token& stop, const std::function<void()>& work) noexcept;
    void prepare(const std::stop_token& stop);
    [[nodiscard]] bool waitForCommands(const std::stop_token& stop);
    [[nodiscard]] Commands takeCommands();
    void serve(const Commands& commands, const std::stop_token& stop);
    void train(int steps, const std::stop_token& stop); ///< steps: how many; −1 for as many as there are
    [[nodiscard]] Flow obey(const Commands& commands, int& steps, const std::stop_token& stop);
    [[nodiscard]] Result<void> advance(const std::stop_token& stop);
    [[nodiscard]] Result<void> finishEpoch(const std::stop_token& stop);
    [[nodiscard]] bool tickIsDue() const;
    [[nodiscard]] Result<void> tick(const std::stop_token& stop);
    [[nodiscard]] Flow recover(const Error& error, const std::stop_token& stop);
    [[nodiscard]] Flow settle(const std::stop_token& stop);
    void rest(TrainerState state, const std::stop_token& stop);
    void finishAtRest(const std::stop_token& stop);
    void beginSection();
    void answerCheckpoint(const std::stop_token& stop);
    void applyControls();
    [[nodiscard]] Result<void> publish(bool exact, const std::stop_token& stop);
    void fail(Error error, const std::stop_token& stop);
    void enter(TrainerState state);
    void updateStatus();
    void send(const TrainerEvent& event) const;

    Setup m_setup; ///< constant once the thread is prepared
    MetricsLog m_metrics;
    LatestSlot<Snapshot> m_snapshot;
    LatestMailbox<LiveControls> m_controls;

    mutable std::mutex m_mutex; ///< guards the block below; held for copies only
    std::condition_variable_any m_wake;
    std::condition_variable m_idle;
    Commands m_commands;
    TrainerStatus m_status;
    Costs m_costs;
    bool m_busy = true;
    bool m_underWay = false; ///< a run or step was taken up and has not come to rest

    std::atomic<double> m_snapshotsPerSecond{0.0}; ///< 0: live ones are left out
    std::atomic<bool> m_attention{false}; ///< something was posted; lets a step look at one flag instead of two locks

    // trainer thread only
    std::unique_ptr<TrainingRun> m_run;
    TrainerState m_state = TrainerState::Preparing;
    TrainingClock m_clock;
    SpeedMeter m_speed;
    double m_publishSeconds = 0.0;
    double m_epochStart = 0.0; ///< reading of the clock at the epoch's start, or where it was taken up again
    std::int64_t m_epochStartImages = 0;
    Clock::time_point m_nextDrain;
    Clock::time_point m_nextPublish;

    std::jthread m_thread; ///< last: it starts when everything else is there
};

} // namespace latentscape
