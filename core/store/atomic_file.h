// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace latentscape {

/// Replaces path by bytes so that at every moment either the old or the new content is there: temporary file in the same folder, every
/// write length compared, fsync, read back and compare, rename, fsync of the folder. A symbolic link is followed; anything but a regular
/// file is refused. A new file gets the permissions of the umask, a replaced one keeps its own.
/// Error WriteFailed names the step and the system's reason. Any thread; two writers of one path both succeed, the later one wins.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view text);

} // namespace latentscape
