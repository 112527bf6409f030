// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// Names for the sorted different label numbers of a set: those that its makers gave to a known set ("fashion-mnist", "kmnist",
/// "emnist-letters", "emnist-balanced", "emnist-byclass", "emnist-bymerge"), otherwise the numbers themselves.
[[nodiscard]] std::vector<std::string> nameClasses(const std::string& setName, std::span<const std::int64_t> labels);

/// Most classes of a set that is read.
inline constexpr std::size_t kMostClasses = 1000;

/// The file beside an IDX set that names its classes: line i, from 0, is the name of label i. Its name is this after the set's prefix.
inline constexpr const char* kClassNamesFile = "class-names.txt";

/// Reads such a file: UTF-8, one name a line, the last line may end or not. Errors: those of readFile(); Malformed, naming the line (empty,
/// control characters or bytes that are not UTF-8, a name twice, no line, more than kMostClasses).
[[nodiscard]] Result<std::vector<std::string>> readClassNames(const std::filesystem::path& path);

/// The content of such a file. Errors: InvalidArgument (names that readClassNames() would refuse).
[[nodiscard]] Result<std::string> classNamesText(std::span<const std::string> names);

} // namespace latentscape
