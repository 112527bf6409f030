// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace latentscape {

/// Text without control characters that is valid UTF-8: they, and bytes that are not, become '?'. Names on disk and in files may hold anything, also
/// sequences that a terminal obeys.
[[nodiscard]] std::string cleanText(const std::string& bytes);

/// The last part of a path in quotation marks, for messages.
[[nodiscard]] std::string shownName(const std::filesystem::path& path);

/// A folder's own name without the way to it; of "…/MNIST/raw" it is "MNIST".
[[nodiscard]] std::string ownName(const std::filesystem::path& folder);

} // namespace latentscape
