// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace latentscape {

/// Losses of a run for whoever draws them: the trainer appends, readers pull what is new since their cursor. Any thread.
/// Memory is bounded: beyond capacity step records, every second one of the older half is merged with its neighbour (their mean),
/// and revision() changes so that readers start over from 0.
class MetricsLog {
public:
    explicit MetricsLog(std::size_t capacity = 20000);

    void append(const StepRecord& record);
    void append(const EpochRecord& record);
    void append(const ControlMark& mark);
    /// Of which epoch early stopping keeps the weights (History::bestEpoch).
    void setBestEpoch(int epoch);
    /// Replaces everything (a run that goes on from a file).
    void reset(const History& history);
    /// Forgets the step records after a step (a roll-back goes over them again); epochs and marks stay.
    void rewind(std::int64_t step);

    /// What was appended after a cursor. Start with a default one.
    struct Cursor {
        std::uint64_t revision = 0;
        std::size_t steps = 0;
        std::size_t epochs = 0;
        std::size_t marks = 0;
    };
    struct Update {
        bool startOver = false; ///< forget what was drawn: the log was condensed or reset
        std::vector<StepRecord> steps;
        std::vector<EpochRecord> epochs;
        std::vector<ControlMark> marks;
    };
    /// Advances the cursor.
    [[nodiscard]] Update since(Cursor& cursor) const;
    [[nodiscard]] History history() const;

private:
    void condense();

    mutable std::mutex m_mutex;
    std::size_t m_capacity;
    std::uint64_t m_revision = 1;
    std::vector<StepRecord> m_steps;
    std::vector<EpochRecord> m_epochs;
    std::vector<ControlMark> m_marks;
    int m_bestEpoch = 0;
};

} // namespace latentscape
