// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape {

/// Asks the C library to keep the blocks of up to 32 MiB that a step frees for the next one, and up to 256 MiB of them while nothing uses
/// them. By default glibc returns each large block to the kernel, which maps and zeroes its pages anew at every operation of every step:
/// an epoch of the convolutional network took 1.5 times as long. It holds for the whole process, from the first call on; any thread.
/// Where the C library is another, it changes nothing. See mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
void keepFreedMemory() noexcept;

} // namespace latentscape
