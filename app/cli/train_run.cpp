// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_run.h"

#include <chrono>
#include <utility>

namespace latentscape::app {

namespace {

constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kLongestAnswer{60};

} // namespace

TrainRun::TrainRun(Trainer::Setup setup, std::stop_token stop)
    : m_stop(std::move(stop)), m_epochs(setup.config.training.epochs), m_group(setup.group), m_trainer([this, &setup] {
          setup.onEvent = [this](const TrainerEvent& event) {
              {
                  const std::lock_guard lock(m_mutex);
                  m_events.push_back(event);
              }
              m_arrived.notify_one();
          };
          return std::move(setup);
      }())
{
}

std::optional<TrainerEvent> TrainRun::next(bool listenToStop, bool withTicks)
{
    std::unique_lock lock(m_mutex);
    const auto something = [this] { return !m_events.empty(); };
    const std::stop_token stop = listenToStop ? m_stop : std::stop_token();
    if (withTicks)
        m_arrived.wait_for(lock, stop, kTick, something);
    else
        m_arrived.wait(lock, stop, something);
    if (m_events.empty())
        return std::nullopt;
    TrainerEvent event = std::move(m_events.front());
    m_events.pop_front();
    return event;
}

std::shared_ptr<const Checkpoint> TrainRun::takeCheckpoint()
{
    m_trainer.requestCheckpoint();
    const auto deadline = std::chrono::steady_clock::now() + kLongestAnswer;
    while (std::chrono::steady_clock::now() < deadline)
        if (const auto event = next(/*listenToStop=*/false, /*withTicks=*/true); event && event->kind == TrainerEvent::Kind::CheckpointReady)
            return event->checkpoint;
    return nullptr;
}

TrainRun::End TrainRun::run(const Handlers& handlers)
{
    using Kind = TrainerEvent::Kind;
    End end;
    bool started = false, stoppedEarly = false, over = false;
    while (!over) {
        const auto event = next(/*listenToStop=*/!end.interrupted, static_cast<bool>(handlers.tick));
        if (m_stop.stop_requested() && !end.interrupted) {
            end.interrupted = true;
            if (!started) {
                end.outcome = Outcome::Stopped;
                return end; // the trainer's destructor ends the preparations
            }
            if (m_group)
                m_group->requestStop(); // a step that waits for others takes no command, but carries this
            else
                m_trainer.pause();
        }
        if (!event) {
            if (handlers.tick && started)
                handlers.tick(m_trainer.status());
            continue;
        }
        if (event->kind == Kind::EpochFinished || event->kind == Kind::RolledBack || event->kind == Kind::StoppedEarly) {
            handlers.event(*event);
            stoppedEarly = stoppedEarly || event->kind == Kind::StoppedEarly;
        } else if (event->kind == Kind::Failed) {
            end.outcome = Outcome::Failed;
            end.error = event->error;
            over = true;
        } else if (event->kind == Kind::StateChanged && event->state == TrainerState::Ready && !started) {
            started = true;
            handlers.ready(m_trainer.status());
            m_trainer.run();
        } else if (event->kind == Kind::StateChanged && started && (event->state == TrainerState::Finished || event->state == TrainerState::Paused)) {
            end.outcome = stoppedEarly || m_trainer.status().progress.epochsDone >= m_epochs ? Outcome::Finished : Outcome::Stopped;
            // A run that is through has nothing to go on with, although the wish to stop came while it was evaluated for the last time.
            end.interrupted = end.outcome == Outcome::Stopped && (end.interrupted || (m_group && m_group->stopAgreed()));
            over = true;
        }
    }
    end.stepMode = m_trainer.status().stepMode;
    if (started)
        end.checkpoint = takeCheckpoint();
    return end;
}

} // namespace latentscape::app
