// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/idle_team.h"

#include "core/torch/matrix_product.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace latentscape {

IdleTeam::IdleTeam()
{
    m_leader = std::thread([this] { hold(); });
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_ready; });
}

IdleTeam::~IdleTeam()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_changed.notify_all();
    m_leader.join();
}

void IdleTeam::hold() noexcept
{
    try {
        useComputeThreads(std::max(2, static_cast<int>(std::thread::hardware_concurrency())));
        at::zeros({std::int64_t{1} << 18}).add_(1.0); // large enough to be shared: its threads exist from now on
    } catch (...) {
        // Without the team the engine is right all the same, only slow beside other programs.
    }
    std::unique_lock lock(m_mutex);
    m_ready = true;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return m_quit; });
}

} // namespace latentscape
