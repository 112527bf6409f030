// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape::ui {

/// Teaches Qt how assistive programs see a LatentMap: a chart whose description tells of the probe and whose children are the classes with
/// their counts. Safe to call more than once; GUI thread.
void installLatentMapAccessible();

} // namespace latentscape::ui
