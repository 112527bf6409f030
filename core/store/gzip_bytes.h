// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace latentscape {

/// Whether this build can compress (it was built with libarchive, which also reads compressed files).
[[nodiscard]] bool canGzip() noexcept;

/// The bytes of a gzip file (RFC 1952) with this content: no name and no time in it, so the same content gives the same bytes.
/// Errors: Unsupported (a build that cannot), OutOfMemory, Internal. Any thread.
[[nodiscard]] Result<std::vector<std::byte>> gzipBytes(std::span<const std::byte> content);

} // namespace latentscape
