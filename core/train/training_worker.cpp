// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_worker.h"

#include "core/train/thread_priority.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace latentscape {

namespace {

constexpr double kLeastPause = 50.0; // between two live snapshots, in durations of one: at most 2 % of the time goes into them

} // namespace

Trainer::Worker::Worker(Setup setup) : m_setup(std::move(setup))
{
    m_status.epochs = m_setup.config.training.epochs;
    m_snapshotsPerSecond = m_setup.snapshotsPerSecond;
    m_thread = std::jthread([this](std::stop_token stop) { body(stop); });
}

Trainer::Worker::~Worker()
{
    m_thread.request_stop();
    m_thread.join();
}

// --- any thread -------------------------------------------------------------------------------------------------------------------

bool Trainer::Worker::hasCommands() const noexcept
{
    return m_commands.wish != Wish::None || m_commands.epochs || m_commands.checkpoint;
}

void Trainer::Worker::wakeUp()
{
    m_busy = true;
    m_attention.store(true);
    m_wake.notify_one();
}

/// Two wishes that meet before the thread has seen the first become one that ends in the same state as both in turn.
void Trainer::Worker::merge(Wish wish)
{
    Commands& pending = m_commands;
    switch (wish) {
    case Wish::Run:
    case Wish::Stop:
        pending.steps = 0;
        pending.ranFirst = false;
        pending.wish = wish;
        return;
    case Wish::Step:
        pending.steps = pending.wish == Wish::Step ? pending.steps + 1 : 1;
        pending.wish = Wish::Step;
        return;
    case Wish::Pause:
        if (pending.wish == Wish::Run || pending.wish == Wish::Step)
            pending.ranFirst = true;
        else if (!m_underWay || pending.wish == Wish::Stop)
            return;
        pending.wish = Wish::Pause;
        return;
    case Wish::None: return;
    }
}

void Trainer::Worker::post(Wish wish)
{
    const std::lock_guard lock(m_mutex);
    if (m_status.state == TrainerState::Failed)
        return;
    merge(wish);
    if (hasCommands())
        wakeUp();
}

void Trainer::Worker::postControls(const LiveControls& controls)
{
    if (!validate(controls))
        return;
    m_controls.post(controls);
    m_attention.store(true);
}

void Trainer::Worker::postEpochs(int epochs)
{
    const std::lock_guard lock(m_mutex);
    m_commands.epochs = epochs;
    wakeUp();
}

void Trainer::Worker::postCheckpoint()
{
    const std::lock_guard lock(m_mutex);
    m_commands.checkpoint = true;
    wakeUp();
}

void Trainer::Worker::waitUntilIdle()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock, [this] { return !m_busy; });
}

TrainerStatus Trainer::Worker::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

Trainer::Costs Trainer::Worker::costs() const
{
    const std::lock_guard lock(m_mutex);
    return m_costs;
}

// --- trainer thread: life ---------------------------------------------------------------------------------------------------------

void Trainer::Worker::body(const std::stop_token& stop) noexcept
{
    lowerThreadPriority(m_setup.niceness); // before the backend: the threads that it starts inherit it
    guarded(stop, [&] { prepare(stop); });
    while (waitForCommands(stop))
        guarded(stop, [&] { serve(takeCommands(), stop); });
    guarded(stop, [&] { m_run.reset(); }); // on the thread that made it
    const std::lock_guard lock(m_mutex);
    m_busy = false;
    m_idle.notify_all();
}

/// Nothing escapes from the thread: what is thrown becomes an event.
void Trainer::Worker::guarded(const std::stop_token& stop, const std::function<void()>& work) noexcept
{
    std::optional<Error> error;
    try {
        try {
            work();
        } catch (const std::bad_alloc&) {
            error = Error{ErrorCode::OutOfMemory, "Memory ran out while training", "", "", "Choose a smaller batch or network."};
        } catch (const std::exception& exception) {
            error = Error{ErrorCode::Internal, "Training met a defect of the program", "", exception.what(), "Please report it."};
        } catch (...) {
            error = Error{ErrorCode::Internal, "Training met a defect of the program", "", "an unknown exception", "Please report it."};
        }
        if (error)
            fail(std::move(*error), stop);
    } catch (...) { // the receiver of the event threw; there is nobody left to tell
    }
}

void Trainer::Worker::prepare(const std::stop_token& stop)
{
    auto run = TrainingRun::prepare(m_setup, m_metrics);
    if (!run)
        return fail(run.error(), stop);
    m_run = std::move(run.value());
    m_setup.resumeFrom.reset(); // its weights are in the backend now
    beginSection();
    if (auto shown = publish(/*exact=*/true, stop); !shown) {
        if (!stop.stop_requested())
            fail(shown.error(), stop);
        return;
    }
    enter(TrainerState::Ready);
}

bool Trainer::Worker::waitForCommands(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_underWay = false;
    while (!stop.stop_requested()) {
        if (hasCommands())
            return true;
        m_busy = false;
        m_idle.notify_all();
        m_wake.wait(lock, stop, [this] { return hasCommands(); });
    }
    return false;
}

Trainer::Worker::Commands Trainer::Worker::takeCommands()
{
    // The flag falls before the boxes are emptied: what is posted in between raises it again.
    m_attention.store(false);
    const std::lock_guard lock(m_mutex);
    m_underWay = m_underWay || m_commands.wish == Wish::Run || m_commands.wish == Wish::Step;
    return std::exchange(m_commands, {});
}

/// Commands that arrive while nothing runs.
void Trainer::Worker::serve(const Commands& commands, const std::stop_token& stop)
{
    if (commands.epochs && m_run) {
        m_run->setEpochs(*commands.epochs);
        updateStatus();
    }
    if (commands.checkpoint)
        answerCheckpoint(stop);
    if (m_state == TrainerState::Failed || !m_run)
        return;
    switch (commands.wish) {
    case Wish::Run: return train(/*steps=*/-1, stop);
    case Wish::Step: return train(commands.steps, stop);
    case Wish::Pause:
        if (commands.ranFirst && m_state != TrainerState::Paused && m_run->hasEpochsLeft())
            enter(TrainerState::Paused);
        return;
    case Wish::Stop: return finishAtRest(stop);
    case Wish::None: return;
    }
}

void Trainer::Worker::answerCheckpoint(const std::stop_token& stop)
{
    if (m_run && m_state != TrainerState::Failed) {
        applyControls();
        (void)settle(stop);
    }
    if (stop.stop_requested())
        return;
    TrainerEvent event;
    event.state = m_state;
    if (m_run) {
        m_run->marks().flush();
        event.kind = TrainerEvent::Kind::CheckpointReady;
        event.checkpoint = std::make_shared<const Checkpoint>(m_run->checkpoint());
    } else {
        event.kind = TrainerEvent::Kind::Failed;
        event.error = Error{ErrorCode::InvalidArgument, "There is nothing to save, because the run could not be prepared", "", "",
                            "Start a run first."};
    }
    send(event);
}

void Trainer::Worker::applyControls()
{
    if (const auto controls = m_controls.take())
        m_run->apply(*controls);
}

// --- trainer thread: telling ------------------------------------------------------------------------------------------------------

Result<void> Trainer::Worker::publish(bool exact, const std::stop_token& stop)
{
    const ClockHalt halt(m_clock);
    const auto started = Clock::now();
    auto snapshot = m_run->look(exact, stop);
    if (!snapshot)
        return snapshot.error();
    m_snapshot.store(std::move(snapshot.value()));
    const auto ended = Clock::now();
    const std::chrono::duration<double> took = ended - started;
    const double rate = m_snapshotsPerSecond.load();
    double pause = rate > 0.0 ? 1.0 / rate : 0.0;
    if (!exact) {
        m_publishSeconds += took.count();
        pause = std::max(pause, kLeastPause * took.count());
    }
    m_nextPublish = ended + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(pause));
    return {};
}

void Trainer::Worker::fail(Error error, const std::stop_token& stop)
{
    m_clock.stop();
    try { // the last good state goes on answering, where there is one
        if (m_run && m_state != TrainerState::Preparing) {
            // A lost process leaves the last whole step as it is in all others: that is the good state, and the end is near (whoever
            // started the processes kills them soon), so that nothing is encoded.
            const bool isWhole = error.code == ErrorCode::PeerLost && m_run->drain();
            if (!isWhole)
                m_run->restoreKept();
            if (error.code != ErrorCode::PeerLost)
                (void)publish(/*exact=*/true, stop);
        } else {
            m_run.reset();
        }
    } catch (...) { // a backend that is broken for good: the snapshot of before stays
    }
    enter(TrainerState::Failed);
    TrainerEvent event;
    event.kind = TrainerEvent::Kind::Failed;
    event.state = m_state;
    event.error = std::move(error);
    send(event);
}

void Trainer::Worker::enter(TrainerState state)
{
    m_state = state;
    updateStatus();
    TrainerEvent event;
    event.kind = TrainerEvent::Kind::StateChanged;
    event.state = state;
    send(event);
}

void Trainer::Worker::updateStatus()
{
    TrainerStatus status;
    status.state = m_state;
    status.epochs = m_setup.config.training.epochs;
    if (m_run) {
        status.progress = m_run->progress();
        status.stepsPerEpoch = m_run->stepsPerEpoch();
        status.epochs = m_run->epochs();
        status.imagesPerSecond = m_speed.imagesPerSecond();
        if (status.imagesPerSecond > 0.0)
            status.secondsLeft = static_cast<double>(m_run->imagesLeft()) / status.imagesPerSecond;
        status.device = m_run->deviceName();
        status.stepMode = m_run->stepMode();
        status.threads = m_run->threads();
    }
    const Costs costs{m_publishSeconds, m_clock.seconds()};
    const std::lock_guard lock(m_mutex);
    m_status = std::move(status);
    m_costs = costs;
}

void Trainer::Worker::send(const TrainerEvent& event) const
{
    if (m_setup.onEvent)
        m_setup.onEvent(event);
}

} // namespace latentscape
