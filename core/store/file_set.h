// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape {

/// Files that belong together, such as the frames of a path: made one after the other, so that only one is in memory.
struct FileSet {
    std::size_t count = 0;
    std::function<std::string(std::size_t index)> nameOf;
    std::function<Result<std::vector<std::byte>>(std::size_t index)> bytesOf;
    std::stop_token stop{}; ///< looked at before each file is made
};

/// Writes all of them into folder, which is made if need be, or, when one cannot be made or the disk refuses it, none: they are written into
/// a folder of their own inside it and put in place when all are whole. Files of the same names are replaced.
/// Errors: WriteFailed, Cancelled, and those of bytesOf. Any thread.
[[nodiscard]] Result<void> writeFileSet(const std::filesystem::path& folder, const FileSet& files);

} // namespace latentscape
