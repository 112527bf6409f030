// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace latentscape {

/// What a file is by its content; its name and suffix say nothing.
enum class FileKind { Empty, Idx, Gzip, Zip, Npy, Safetensors, Hdf5, Png, Jpeg, Bmp, WebP, Text, Unknown };

/// Bytes that sniffFileKind() wants to see.
inline constexpr std::size_t kSniffBytes = 64;

/// Tells the kind from a file's first bytes.
[[nodiscard]] FileKind sniffFileKind(std::span<const std::byte> head) noexcept;

/// "a PNG picture", "a zip archive", with an article.
[[nodiscard]] const char* fileKindText(FileKind kind) noexcept;

[[nodiscard]] constexpr bool isPicture(FileKind kind) noexcept
{
    return kind == FileKind::Png || kind == FileKind::Jpeg || kind == FileKind::Bmp || kind == FileKind::WebP;
}

} // namespace latentscape
