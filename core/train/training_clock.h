// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace latentscape {

/// A stopwatch of training alone: stopped while codes are published, epochs evaluated and nothing runs. Trainer thread only.
class TrainingClock {
public:
    using Clock = std::chrono::steady_clock;

    void start() noexcept
    {
        m_started = Clock::now();
        m_runs = true;
    }
    void stop() noexcept
    {
        m_seconds = seconds();
        m_runs = false;
    }
    [[nodiscard]] bool runs() const noexcept { return m_runs; }
    [[nodiscard]] double seconds() const noexcept
    {
        return m_runs ? m_seconds + std::chrono::duration<double>(Clock::now() - m_started).count() : m_seconds;
    }

private:
    Clock::time_point m_started;
    double m_seconds = 0.0;
    bool m_runs = false;
};

/// Stops a clock that runs for the length of a scope.
class ClockHalt {
public:
    explicit ClockHalt(TrainingClock& clock) noexcept : m_clock(clock), m_ran(clock.runs())
    {
        if (m_ran)
            m_clock.stop();
    }
    ~ClockHalt()
    {
        if (m_ran)
            m_clock.start();
    }
    ClockHalt(const ClockHalt&) = delete;
    ClockHalt& operator=(const ClockHalt&) = delete;

private:
    TrainingClock& m_clock;
    bool m_ran;
};

/// Images a second over the last second of training time.
class SpeedMeter {
public:
    void add(double seconds, std::int64_t images)
    {
        m_ticks.push_back({seconds, images});
        while (m_ticks.size() > 2 && seconds - m_ticks[1].seconds >= kWindow)
            m_ticks.pop_front();
    }
    void clear() noexcept { m_ticks.clear(); }
    [[nodiscard]] double imagesPerSecond() const noexcept
    {
        if (m_ticks.size() < 2 || !(m_ticks.back().seconds > m_ticks.front().seconds))
            return 0.0;
        return static_cast<double>(m_ticks.back().images - m_ticks.front().images) / (m_ticks.back().seconds - m_ticks.front().seconds);
    }

private:
    static constexpr double kWindow = 1.0;
    struct Tick {
        double seconds;
        std::int64_t images;
    };
    std::deque<Tick> m_ticks;
};

} // namespace latentscape
