// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace latentscape {

/// Text without control characters that is valid UTF-8: they, and bytes that are not, become '?'. Names on disk and in files may hold anything, also
/// sequences that a terminal obeys.
[[nodiscard]] std::string cleanText(const std::string& bytes);

/// Whether a control character from U+0080 to U+009F begins at bytes[at], in its two bytes of UTF-8: one of them begins escape sequences.
[[nodiscard]] bool isHighControl(std::string_view bytes, std::size_t at) noexcept;

/// The last part of a path in quotation marks, for messages.
[[nodiscard]] std::string shownName(const std::filesystem::path& path);

/// A folder's own name without the way to it; of "…/MNIST/raw" it is "MNIST".
[[nodiscard]] std::string ownName(const std::filesystem::path& folder);

} // namespace latentscape
