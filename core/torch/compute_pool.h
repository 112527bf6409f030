// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/thread_placement.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace latentscape {

/// The trainer's own threads: run(tasks, f) calls f(0) … f(tasks − 1), each once, on the caller and threads − 1 workers, and returns
/// when all are done. Owned by an engine; only the thread that made it may call run(), never from inside a task.
///
/// Task t belongs to thread t mod threads, so that what a task wrote in one run is in the cache of the core that reads it in the next;
/// a thread that is done takes over what others have not begun. Why not OpenMP: its threads either spin (beside a busy core a step takes
/// 4 times as long, because a preempted thread is waited for on a core that could run it) or sleep at once (25 wake-ups a step). Here a
/// step has three to eight meetings, and a waiting thread spins for 50 µs, then offers its core to others for 10 ms, then sleeps.
/// A task's result does not depend on who runs it, so repeats are bit-identical.
class ComputePool {
public:
    static constexpr int kMaxTasks = 256;

    /// 1 ≤ threads ≤ kMaxTasks. prepareThread runs once on every worker (not on the caller). Workers inherit the caller's priority.
    ComputePool(int threads, void (*prepareThread)());
    ~ComputePool();
    ComputePool(const ComputePool&) = delete;
    ComputePool& operator=(const ComputePool&) = delete;

    [[nodiscard]] int threads() const noexcept { return m_threads; }

    /// f: void(int task) noexcept. tasks ≤ kMaxTasks. Allocates nothing.
    template <typename F>
    void run(int tasks, F&& f) noexcept
    {
        if (tasks == 1 || m_workers.empty()) {
            for (int task = 0; task < tasks; ++task)
                f(task);
            return;
        }
        using Body = std::remove_reference_t<F>;
        runShared(tasks, [](void* body, int task) { (*static_cast<Body*>(body))(task); }, const_cast<std::remove_const_t<Body>*>(&f));
    }

private:
    template <typename OnDelay>
    static std::uint32_t waitForChange(const std::atomic<std::uint32_t>& value, std::uint32_t old, OnDelay&& onDelay) noexcept;
    using Call = void (*)(void* body, int task);
    /// A run as one word: number (48 bits) and tasks (16 bits), so that a late worker never mixes two runs.
    using Run = std::uint64_t;
    struct alignas(64) Claim {
        std::atomic<std::uint64_t> run{0}; ///< number of the last run in which this task was begun
    };

    void runShared(int tasks, Call call, void* body) noexcept;
    void work(int thread, void (*prepareThread)()) noexcept;
    void takeTasks(int thread, Run run) noexcept;
    void stop() noexcept;
    void unblock(int self) noexcept;

    std::vector<std::thread> m_workers;
    int m_threads;
    Call m_call = nullptr; ///< m_call and m_body: written between two runs, read only by the holder of a task
    void* m_body = nullptr;
    std::unique_ptr<Claim[]> m_claims;
    std::unique_ptr<ThreadPlacement[]> m_places; ///< of the caller, then of the workers
    std::atomic_flag m_unblocking;
    alignas(64) std::atomic<Run> m_run{0};
    alignas(64) std::atomic<std::uint32_t> m_wake{0}; ///< counts runs; what idle workers watch
    alignas(64) std::atomic<std::uint32_t> m_left{0}; ///< tasks not finished; what the caller watches
    std::atomic<bool> m_quit{false};
};

} // namespace latentscape
