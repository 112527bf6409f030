// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/thread_placement.h"

#ifdef __linux__
#include <ctime>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#endif

namespace latentscape {

#ifdef __linux__

struct ThreadPlacement::Identity {
    pid_t id = 0;
    clockid_t clock{};
    cpu_set_t allowed{};
};

ThreadPlacement::ThreadPlacement() : m_identity(std::make_unique<Identity>()) {}

void ThreadPlacement::enrol() noexcept
{
    const pid_t id = ::gettid();
    if (m_enrolled.load(std::memory_order_relaxed) && m_identity->id == id)
        return;
    m_enrolled.store(false, std::memory_order_release);
    m_identity->id = id;
    const bool known = ::pthread_getcpuclockid(::pthread_self(), &m_identity->clock) == 0 &&
                       ::sched_getaffinity(id, sizeof m_identity->allowed, &m_identity->allowed) == 0;
    m_enrolled.store(known, std::memory_order_release);
}

void ThreadPlacement::beginTask() noexcept
{
    m_core.store(currentCore(), std::memory_order_relaxed);
    m_busy.store(true, std::memory_order_release);
}

bool ThreadPlacement::isStalled() const noexcept
{
    if (!m_enrolled.load(std::memory_order_acquire) || !isBusy())
        return false;
    timespec first{}, second{};
    if (::clock_gettime(m_identity->clock, &first) != 0 || ::clock_gettime(m_identity->clock, &second) != 0)
        return false;
    return first.tv_sec == second.tv_sec && first.tv_nsec == second.tv_nsec && isBusy();
}

void ThreadPlacement::moveTo(int core) noexcept
{
    if (core < 0 || core >= CPU_SETSIZE || !m_enrolled.load(std::memory_order_acquire) || !CPU_ISSET(core, &m_identity->allowed))
        return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    ::sched_setaffinity(m_identity->id, sizeof one, &one);
    ::sched_setaffinity(m_identity->id, sizeof m_identity->allowed, &m_identity->allowed);
}

int currentCore() noexcept
{
    return ::sched_getcpu();
}

#else

struct ThreadPlacement::Identity {};
ThreadPlacement::ThreadPlacement() = default;
void ThreadPlacement::enrol() noexcept {}
void ThreadPlacement::beginTask() noexcept {}
bool ThreadPlacement::isStalled() const noexcept { return false; }
void ThreadPlacement::moveTo(int) noexcept {}
int currentCore() noexcept { return -1; }

#endif

ThreadPlacement::~ThreadPlacement() = default;

} // namespace latentscape
