// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/metrics_log.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace latentscape {

/// A number as marks and messages show it: up to six digits, a point whatever the locale, "1.0" for whole numbers.
[[nodiscard]] std::string plainNumber(double value);
/// "learning rate 0.001 → 0.0005"
[[nodiscard]] std::string changeText(const std::string& name, double from, double to);

/// Turns changes of the live controls into marks of the log. A slider that is dragged sends thirty values a second: they become one mark,
/// at the place of the first, once the value has rested. Trainer thread only.
class ControlMarks {
public:
    using Clock = std::chrono::steady_clock;
    enum class Control { Beta, LearningRate };

    explicit ControlMarks(MetricsLog& log) : m_log(log) {}

    void changed(Control control, double from, double to, double epoch, Clock::time_point now);
    /// Writes the changes that have rested for half a second.
    void settle(Clock::time_point now);
    /// Writes all of them: at a pause, before a checkpoint, at the end.
    void flush();

private:
    struct Change {
        double from = 0.0;
        double to = 0.0;
        double epoch = 0.0;
        Clock::time_point last;
    };
    void write(std::size_t index);

    MetricsLog& m_log;
    std::array<std::optional<Change>, 2> m_changes;
};

} // namespace latentscape
