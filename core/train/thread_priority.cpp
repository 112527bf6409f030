// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/thread_priority.h"

#ifdef __linux__
#include <algorithm>
#include <cerrno>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace latentscape {

void lowerThreadPriority([[maybe_unused]] int niceness) noexcept
{
#ifdef __linux__
    if (niceness <= 0)
        return;
    // On Linux a thread's id taken as a process means that thread only (setpriority(2), notes).
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    errno = 0;
    const int current = ::getpriority(PRIO_PROCESS, thread);
    if (errno == 0)
        ::setpriority(PRIO_PROCESS, thread, std::min(current + niceness, 19));
#endif
}

} // namespace latentscape
