// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/memory_reuse.h"

#include <cstdlib> // defines __GLIBC__ where the library is that one
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace latentscape {

void keepFreedMemory() noexcept
{
#ifdef __GLIBC__
    constexpr int kMapFrom = 32 << 20; // the largest that glibc accepts on 64 bits
    constexpr int kKept = 256 << 20;
    [[maybe_unused]] static const bool asked = mallopt(M_MMAP_THRESHOLD, kMapFrom) == 1 && mallopt(M_TRIM_THRESHOLD, kKept) == 1;
#endif
}

} // namespace latentscape
