// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace latentscape {

/// Parses one JSON text and refuses what parsers usually let pass: duplicate keys (the last would win silently), nesting deeper than
/// 16, numbers that do not fit, text that is not UTF-8, anything after the end. subject names the text in messages ("the configuration").
/// Error: Malformed. Private to core: public headers never show the library. Never throws.
[[nodiscard]] Result<nlohmann::json> parseStrictJson(std::string_view text, std::string_view subject);

} // namespace latentscape
