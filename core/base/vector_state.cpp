// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/vector_state.h"

namespace latentscape {

void releaseUpperVectorHalves() noexcept
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const bool hasUpperHalves = __builtin_cpu_supports("avx") != 0;
    if (hasUpperHalves)
        asm volatile("vzeroupper"); // compiled code for 128 bits keeps nothing there
#endif
}

} // namespace latentscape
