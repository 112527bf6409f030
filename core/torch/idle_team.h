// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace latentscape {

/// While one lives, the threads of GNU OpenMP that wait for each other go to sleep after a moment instead of spinning for milliseconds.
/// LibTorch's operations meet about a hundred times a step, and a spinning thread whose partner was preempted keeps it from its core:
/// beside other busy programs on two cores 6400 images of 784-400-2 took 11 s instead of 0.35 s. OpenMP's own switch (OMP_WAIT_POLICY)
/// is read before main(). How: the runtime spins only while it manages no more threads than there are cores. This is one more team, as
/// large as the machine, that did one small operation and sleeps. With other OpenMP runtimes it changes nothing. Owned by an engine that
/// computes on several threads of LibTorch; any thread may make and destroy one. Throws std::system_error where no thread can be started.
class IdleTeam {
public:
    IdleTeam();
    ~IdleTeam();
    IdleTeam(const IdleTeam&) = delete;
    IdleTeam& operator=(const IdleTeam&) = delete;

private:
    void hold() noexcept;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_ready = false;
    bool m_quit = false;
    std::thread m_leader; // last: its thread uses everything above
};

} // namespace latentscape
