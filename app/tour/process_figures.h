// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape::app {

/// Resident memory of this process now and at its highest, in MB; 0 where /proc is not there.
[[nodiscard]] double residentMegabytes();
[[nodiscard]] double peakResidentMegabytes();
/// Milliseconds since the kernel started this process (resolution 10 ms); 0 where /proc is not there.
[[nodiscard]] double millisecondsSinceProcessStart();

} // namespace latentscape::app
