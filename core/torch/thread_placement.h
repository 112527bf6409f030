// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>

namespace latentscape {

/// Where one thread of a ComputePool runs, and whether it was pushed off its core in the middle of a task. A window drawing beside the
/// training preempts one of the pool's threads for milliseconds, and all others would wait for its few unfinished microseconds: the
/// kernel does not move a thread that ran a moment ago. So whoever waits moves it. On systems other than Linux every function does nothing.
class ThreadPlacement {
public:
    ThreadPlacement();
    ~ThreadPlacement();
    ThreadPlacement(const ThreadPlacement&) = delete;
    ThreadPlacement& operator=(const ThreadPlacement&) = delete;

    // --- by the thread itself -------------------------------------------------------------------------------------------------
    void enrol() noexcept;     ///< remembers the calling thread; cheap when it is the same as before
    void beginTask() noexcept; ///< notes the core
    void endTask() noexcept { m_busy.store(false, std::memory_order_release); }

    // --- by any thread --------------------------------------------------------------------------------------------------------
    [[nodiscard]] bool isBusy() const noexcept { return m_busy.load(std::memory_order_acquire); }
    /// Inside a task, but its processor time stands still: it waits for a core. Takes a few µs.
    [[nodiscard]] bool isStalled() const noexcept;
    [[nodiscard]] int core() const noexcept { return m_core.load(std::memory_order_relaxed); } ///< where its last task began; −1 unknown
    void moveTo(int core) noexcept; ///< at once, and back to all the cores it may use: the kernel decides again from there

private:
    struct Identity;
    std::unique_ptr<Identity> m_identity;
    std::atomic<bool> m_enrolled{false};
    std::atomic<bool> m_busy{false};
    std::atomic<int> m_core{-1};
};

/// The core that the calling thread runs on; −1 where that is not known.
[[nodiscard]] int currentCore() noexcept;

} // namespace latentscape
