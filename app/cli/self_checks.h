// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"

#include <string>
#include <vector>

namespace latentscape::app {

/// One thing that must work on this computer, tried for real.
struct SelfCheck {
    std::string name;   ///< "training lowers the loss"
    bool passed = false;
    std::string detail; ///< figures, or why it failed
};

/// A small generated set, a small model trained on it, its file written to a temporary folder and read back, decoding, a picture.
/// About a second; leaves nothing behind.
[[nodiscard]] std::vector<SelfCheck> runSelfChecks(Context& context);

} // namespace latentscape::app
