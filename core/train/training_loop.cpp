// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the training thread that runs while steps are made.
#include "core/train/training_worker.h"

#include <algorithm>
#include <utility>

namespace latentscape {

namespace {

constexpr std::int64_t kDrainSteps = 32; // in a group: a clock would find a bad loss at another step in each process
constexpr std::chrono::milliseconds kDrainEvery{33}; // reading losses makes the host wait for a GPU: thirty times a second is plenty

/// Lets a clock run for the length of a scope, however that is left.
class ClockRun {
public:
    explicit ClockRun(TrainingClock& clock) noexcept : m_clock(clock) { m_clock.start(); }
    ~ClockRun() { m_clock.stop(); }
    ClockRun(const ClockRun&) = delete;
    ClockRun& operator=(const ClockRun&) = delete;

private:
    TrainingClock& m_clock;
};

} // namespace

void Trainer::Worker::train(int steps, const std::stop_token& stop)
{
    if (!m_run->hasEpochsLeft())
        return finishAtRest(stop);
    enter(TrainerState::Running);
    applyControls(); // what was set while nothing ran
    const ClockRun clockRun(m_clock);
    m_nextDrain = Clock::now() + kDrainEvery;
    m_speed.clear();
    m_speed.add(m_clock.seconds(), m_run->imagesDone());

    while (!stop.stop_requested()) {
        if (m_attention.load()) {
            const Commands commands = takeCommands();
            applyControls();
            if (obey(commands, steps, stop) == Flow::Leave)
                return;
        }
        if (!m_run->hasEpochsLeft()) // the total was lowered
            return rest(TrainerState::Finished, stop);
        const int epochsBefore = m_run->progress().epochsDone;
        if (auto advanced = advance(stop); !advanced) {
            if (recover(advanced.error(), stop) == Flow::Leave)
                return;
            continue;
        }
        if (m_run->progress().epochsDone != epochsBefore && m_run->endsHere())
            return rest(TrainerState::Finished, stop);
        if (m_setup.group && m_setup.group->stopAgreed())
            return rest(TrainerState::Paused, stop);
        if (steps > 0 && --steps == 0)
            return rest(TrainerState::Paused, stop);
    }
}

/// Commands that arrive between two steps.
Trainer::Worker::Flow Trainer::Worker::obey(const Commands& commands, int& steps, const std::stop_token& stop)
{
    if (commands.epochs) {
        m_run->setEpochs(*commands.epochs);
        updateStatus();
    }
    if (commands.checkpoint) {
        const ClockHalt halt(m_clock);
        answerCheckpoint(stop);
        if (m_state != TrainerState::Running || stop.stop_requested())
            return Flow::Leave;
    }
    switch (commands.wish) {
    case Wish::Run: steps = -1; return Flow::Continue;
    case Wish::Step: steps = std::max(steps, 0) + commands.steps; return Flow::Continue; // those still to be made count, too
    case Wish::Pause:
    case Wish::Stop:
        if (m_setup.group) { // the others must stop after the same step
            m_setup.group->requestStop();
            return Flow::Continue;
        }
        rest(commands.wish == Wish::Pause ? TrainerState::Paused : TrainerState::Finished, stop);
        return Flow::Leave;
    case Wish::None: return Flow::Continue;
    }
    return Flow::Continue;
}

Result<void> Trainer::Worker::advance(const std::stop_token& stop)
{
    if (auto stepped = m_run->step(); !stepped)
        return stepped;
    if (m_run->atEpochEnd()) {
        if (auto finished = finishEpoch(stop); !finished)
            return finished;
    } else if (auto kept = m_run->keepIfDue(stop); !kept) {
        return kept;
    }
    return tickIsDue() ? tick(stop) : Result<void>{};
}

bool Trainer::Worker::tickIsDue() const
{
    if (m_setup.group) // all processes after the same step
        return m_run->progress().step % kDrainSteps == 0;
    const auto now = Clock::now();
    return now >= m_nextDrain || (m_snapshotsPerSecond.load() > 0.0 && now >= m_nextPublish); // a snapshot does not wait for the next drain
}

Result<void> Trainer::Worker::finishEpoch(const std::stop_token& stop)
{
    if (auto drained = m_run->drain(); !drained) // on a GPU the epoch's work ends here, so the clock is read afterwards
        return drained;
    const double seconds = m_clock.seconds() - m_epochStart;
    const auto images = static_cast<double>(m_run->imagesDone() - m_epochStartImages);
    TrainerEvent event;
    {
        const ClockHalt halt(m_clock);
        auto record = m_run->finishEpoch(seconds, seconds > 0.0 ? images / seconds : 0.0, stop);
        if (!record)
            return record.error();
        event.epoch = record.value();
        m_speed.add(m_clock.seconds(), m_run->imagesDone());
        updateStatus();
        event.kind = TrainerEvent::Kind::EpochFinished;
        event.state = m_state;
        send(event);
    }
    beginSection();
    return {};
}

/// From here on time and images count towards the epoch under way.
void Trainer::Worker::beginSection()
{
    m_epochStart = m_clock.seconds();
    m_epochStartImages = m_run->imagesDone();
}

/// What is done thirty times a second, or when a snapshot is due, and not at each step.
Result<void> Trainer::Worker::tick(const std::stop_token& stop)
{
    m_nextDrain = Clock::now() + kDrainEvery;
    if (auto drained = m_run->drain(); !drained)
        return drained;
    m_speed.add(m_clock.seconds(), m_run->imagesDone());
    updateStatus();
    if (m_snapshotsPerSecond.load() > 0.0 && Clock::now() >= m_nextPublish)
        return publish(/*exact=*/m_setup.group != nullptr, stop); // alone it would know its own rows only
    return {};
}

/// After an error: goes on from the last good state, or leaves the loop.
Trainer::Worker::Flow Trainer::Worker::recover(const Error& error, const std::stop_token& stop)
{
    if (stop.stop_requested())
        return Flow::Leave;
    if (error.code != ErrorCode::NonFinite) {
        fail(error, stop);
        return Flow::Leave;
    }
    auto back = m_run->rollBack(error);
    if (!back) {
        fail(back.error(), stop);
        return Flow::Leave;
    }
    m_speed.clear();
    m_speed.add(m_clock.seconds(), m_run->imagesDone());
    beginSection();
    TrainerEvent event;
    event.kind = TrainerEvent::Kind::RolledBack;
    event.state = m_state;
    event.text = std::move(back.value().text);
    event.learningRate = back.value().learningRate;
    updateStatus();
    send(event);
    // Codes harvested from the bad steps would stay on the map for an epoch.
    if (auto shown = publish(/*exact=*/true, stop); !shown) {
        if (!stop.stop_requested())
            fail(shown.error(), stop);
        return Flow::Leave;
    }
    return Flow::Continue;
}

/// Takes all losses in, so that counters and sums are of one moment; a bad one among them is rolled back.
Trainer::Worker::Flow Trainer::Worker::settle(const std::stop_token& stop)
{
    if (auto drained = m_run->drain(); !drained)
        return recover(drained.error(), stop);
    return Flow::Continue;
}

/// Nothing runs and nothing is to run: the codes are exact since the last rest.
void Trainer::Worker::finishAtRest(const std::stop_token& stop)
{
    if (m_run->wantsBestBack()) // the total was lowered to where it rests
        rest(TrainerState::Finished, stop);
    else if (m_state != TrainerState::Finished)
        enter(TrainerState::Finished);
}

/// Ends running: exact codes, of the best weights where the run is through, then the new state.
void Trainer::Worker::rest(TrainerState state, const std::stop_token& stop)
{
    if (settle(stop) == Flow::Leave)
        return;
    m_speed.add(m_clock.seconds(), m_run->imagesDone());
    m_clock.stop();
    m_run->marks().flush();
    TrainerEvent ended;
    ended.kind = TrainerEvent::Kind::StoppedEarly;
    ended.state = m_state;
    if (state == TrainerState::Finished && m_run->wantsBestBack()) {
        auto back = m_run->putBestBack();
        if (!back)
            return fail(back.error(), stop);
        ended.text = std::move(back.value());
    }
    if (auto shown = publish(/*exact=*/true, stop); !shown) {
        if (!stop.stop_requested())
            fail(shown.error(), stop);
        return;
    }
    if (!ended.text.empty())
        send(ended);
    enter(state);
}

} // namespace latentscape
