// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape {

/// Adds niceness to the calling thread alone (and to threads that it starts later), so that a window beside it stays smooth.
/// Where the system has no such thing, or refuses, nothing changes.
void lowerThreadPriority(int niceness) noexcept;

} // namespace latentscape
