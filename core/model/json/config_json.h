// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/run_config.h"

#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

/// runConfigFromJson() for a file of a newer minor version: keys that this version does not know go to ignored instead of being refused.
/// Private to core.
[[nodiscard]] Result<RunConfig> runConfigFromNewerJson(std::string_view text, std::vector<std::string>& ignored);

} // namespace latentscape
