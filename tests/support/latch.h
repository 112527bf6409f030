// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace latentscape::tests {

/// A gate that a worker passes and a test closes: the test can wait until somebody stands before it. Open at first. Any thread.
class Latch {
public:
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_open = false;
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    /// Waits while it is closed, or until stop is requested.
    void pass(const std::stop_token& stop = {})
    {
        std::unique_lock lock(m_mutex);
        if (m_open)
            return;
        ++m_waiting;
        m_changed.notify_all();
        m_changed.wait(lock, stop, [this] { return m_open; });
        --m_waiting;
        m_changed.notify_all();
    }
    /// True when somebody stands before it within ten seconds.
    [[nodiscard]] bool waitForArrival()
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(10), [this] { return m_waiting > 0; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_open = true;
    int m_waiting = 0;
};

} // namespace latentscape::tests
