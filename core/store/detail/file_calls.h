// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>

#include <sys/types.h>

namespace latentscape {

/// The system calls of a save, so that a test can let each of them fail. Each behaves like the call of its name (−1 and errno).
class FileCalls {
public:
    virtual ~FileCalls() = default;
    virtual ssize_t write(int file, const void* data, std::size_t size);
    virtual int fsync(int file);
    virtual int close(int file);
    virtual ssize_t read(int file, void* data, std::size_t size);
    virtual int rename(const char* from, const char* to);
};

/// writeFileAtomically() with the calls to use.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes, FileCalls& calls);

} // namespace latentscape
