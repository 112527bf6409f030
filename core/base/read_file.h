// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace latentscape {

/// Reads a regular file whole; refuses folders, FIFOs and devices without opening them for long, and files over limit bytes.
/// Errors: NotFound, Unreadable, Unsupported (not a regular file), Malformed (too large).
[[nodiscard]] Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t{4} << 30);

/// Reads the first count bytes of a regular file, or all of a shorter one; enough to tell its kind. Errors as readFile().
[[nodiscard]] Result<std::vector<std::byte>> readFileHead(const std::filesystem::path& path, std::size_t count);

} // namespace latentscape
