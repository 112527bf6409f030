// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// Names for the sorted different label numbers of a set: those that its makers gave to a known set ("fashion-mnist", "kmnist",
/// "emnist-letters", "emnist-balanced", "emnist-byclass", "emnist-bymerge"), otherwise the numbers themselves.
[[nodiscard]] std::vector<std::string> nameClasses(const std::string& setName, std::span<const std::int64_t> labels);

} // namespace latentscape
