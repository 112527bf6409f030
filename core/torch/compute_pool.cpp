// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/compute_pool.h"

#include <chrono>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace latentscape {

namespace {

// A waiting thread spins at first, then offers its core to whoever is runnable there, then sleeps. Sleeping early is dear: waking an idle
// core of a virtual machine takes 50 to 200 µs, as long as a small phase, and milliseconds where the host gave the core away meanwhile.
constexpr int kSpins = 800;
constexpr std::chrono::milliseconds kPatience{10}; // of yields before sleep
constexpr int kSpinsBetweenLooks = 200; // how often a waiting thread looks whether the one it waits for has lost its core
constexpr int kYieldsBetweenLooks = 40;
constexpr int kSpinsBetweenYields = 20; // a core that shares its units with another one leaves them to it meanwhile
constexpr int kYieldsForGuest = 400; // that a thread which was lent a core has to end its task there

void relax() noexcept
{
#if defined(__x86_64__) || defined(__i386__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

} // namespace

/// Until the value is no longer old; returns the new one. onDelay is called now and then once the wait is longer than a fair share.
template <typename OnDelay>
std::uint32_t ComputePool::waitForChange(const std::atomic<std::uint32_t>& value, std::uint32_t old, OnDelay&& onDelay) noexcept
{
    for (int spin = 1; spin <= kSpins; ++spin) {
        if (const std::uint32_t now = value.load(std::memory_order_acquire); now != old)
            return now;
        if (spin % kSpinsBetweenLooks == 0)
            onDelay();
        relax();
    }
    const auto end = std::chrono::steady_clock::now() + kPatience;
    do {
        for (int yield = 0; yield < kYieldsBetweenLooks; ++yield) {
            if (const std::uint32_t now = value.load(std::memory_order_acquire); now != old)
                return now;
            std::this_thread::yield();
            for (int spin = 0; spin < kSpinsBetweenYields; ++spin)
                relax();
        }
        onDelay();
    } while (std::chrono::steady_clock::now() < end);
    value.wait(old, std::memory_order_acquire);
    return value.load(std::memory_order_acquire);
}

ComputePool::ComputePool(int threads, void (*prepareThread)()) : m_threads(threads), m_claims(std::make_unique<Claim[]>(kMaxTasks)),
      m_places(std::make_unique<ThreadPlacement[]>(static_cast<std::size_t>(threads)))
{
    m_workers.reserve(static_cast<std::size_t>(threads - 1));
    try {
        for (int thread = 1; thread < threads; ++thread)
            m_workers.emplace_back([this, thread, prepareThread] { work(thread, prepareThread); });
    } catch (...) {
        stop(); // no more threads to be had: end those that started, or their destructors would end the process
        throw;
    }
}

ComputePool::~ComputePool()
{
    stop();
}

void ComputePool::stop() noexcept
{
    m_quit.store(true);
    m_wake.fetch_add(1);
    m_wake.notify_all();
    for (std::thread& worker : m_workers)
        worker.join();
}

void ComputePool::takeTasks(int thread, Run run) noexcept
{
    const std::uint64_t number = run >> 16;
    const int tasks = static_cast<int>(run & 0xffffu);
    const auto take = [&](int task) {
        // All tasks of a run that is over carry its number or a later one: a late worker can take none of them.
        std::atomic<std::uint64_t>& claim = m_claims[static_cast<std::size_t>(task)].run;
        std::uint64_t last = claim.load(std::memory_order_relaxed);
        if (last >= number || !claim.compare_exchange_strong(last, number, std::memory_order_acq_rel, std::memory_order_relaxed))
            return;
        ThreadPlacement& place = m_places[static_cast<std::size_t>(thread)];
        place.beginTask();
        m_call(m_body, task);
        place.endTask();
        if (m_left.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_left.notify_one();
    };
    for (int task = thread; task < tasks; task += m_threads)
        take(task);
    for (int task = 0; task < tasks; ++task)
        take(task);
}

void ComputePool::runShared(int tasks, Call call, void* body) noexcept
{
    m_places[0].enrol();
    m_call = call;
    m_body = body;
    m_left.store(static_cast<std::uint32_t>(tasks), std::memory_order_relaxed);
    const Run run = ((m_run.load(std::memory_order_relaxed) >> 16) + 1) << 16 | static_cast<Run>(tasks);
    m_run.store(run, std::memory_order_release);
    m_wake.fetch_add(1, std::memory_order_release);
    m_wake.notify_all();
    takeTasks(/*thread=*/0, run);
    for (std::uint32_t left = m_left.load(std::memory_order_acquire); left != 0;)
        left = waitForChange(m_left, left, [this] { unblock(/*self=*/0); });
}

/// Finds a thread that lost its core inside a task and lends it the one of the waiting thread.
void ComputePool::unblock(int self) noexcept
{
    if (m_left.load(std::memory_order_acquire) == 0 || m_unblocking.test_and_set(std::memory_order_acquire))
        return; // nothing is under way, or another thread is at it
    const auto place = [this](int thread) -> ThreadPlacement& { return m_places[static_cast<std::size_t>(thread)]; };
    for (int thread = 0; thread < m_threads; ++thread) {
        if (thread == self || !place(thread).isStalled())
            continue;
        const int mine = currentCore();
        const int theirs = place(thread).core();
        if (mine == theirs)
            break; // they queue behind this thread: the yield that follows is what they need
        place(thread).moveTo(mine);
        if (thread == 0) {
            place(self).moveTo(theirs); // the caller keeps the free core: the work between two runs is its own
            break;
        }
        for (int turn = 0; turn < kYieldsForGuest && place(thread).isBusy(); ++turn)
            std::this_thread::yield(); // lets it run here
        place(thread).moveTo(theirs); // back behind whoever took its core; until it is free the caller takes all tasks
        break;
    }
    m_unblocking.clear(std::memory_order_release);
}

void ComputePool::work(int thread, void (*prepareThread)()) noexcept
{
    prepareThread();
    m_places[static_cast<std::size_t>(thread)].enrol();
    std::uint32_t seen = 0;
    for (;;) {
        seen = waitForChange(m_wake, seen, [this, thread] { unblock(thread); });
        if (m_quit.load())
            return;
        takeTasks(thread, m_run.load(std::memory_order_acquire));
    }
}

} // namespace latentscape
