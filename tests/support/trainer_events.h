// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/trainer.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace latentscape::tests {

/// Collects what a trainer says. Must outlive the trainer. Any thread.
class TrainerEvents {
public:
    [[nodiscard]] std::function<void(const TrainerEvent&)> receiver()
    {
        return [this](const TrainerEvent& event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
        };
    }
    [[nodiscard]] int count(TrainerEvent::Kind kind) const
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(std::count_if(m_events.begin(), m_events.end(), [&](const TrainerEvent& e) { return e.kind == kind; }));
    }
    /// The newest of a kind; a default event when there was none.
    [[nodiscard]] TrainerEvent last(TrainerEvent::Kind kind) const
    {
        const std::lock_guard lock(m_mutex);
        const auto found = std::find_if(m_events.rbegin(), m_events.rend(), [&](const TrainerEvent& e) { return e.kind == kind; });
        return found == m_events.rend() ? TrainerEvent{} : *found;
    }
    [[nodiscard]] TrainerEvent lastRollBack() const { return last(TrainerEvent::Kind::RolledBack); }
    [[nodiscard]] std::shared_ptr<const Checkpoint> lastCheckpoint() const { return last(TrainerEvent::Kind::CheckpointReady).checkpoint; }
    [[nodiscard]] std::optional<Error> lastError() const { return last(TrainerEvent::Kind::Failed).error; }

private:
    mutable std::mutex m_mutex;
    std::vector<TrainerEvent> m_events;
};

} // namespace latentscape::tests
