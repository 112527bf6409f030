// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace latentscape {

/// What one of the four files of an IDX set holds.
enum class IdxRole { TrainImages, TrainLabels, TestImages, TestLabels };

/// A file name of the MNIST family, taken apart: "emnist-letters-train-images-idx3-ubyte.gz" is prefix "emnist-letters-", TrainImages.
struct IdxFileName {
    std::string prefix;
    IdxRole role = IdxRole::TrainImages;
};

/// Accepts "-idx3-ubyte" and ".idx3-ubyte", "t10k" and "test", with or without ".gz".
[[nodiscard]] std::optional<IdxFileName> parseIdxFileName(const std::string& name);

/// The files of one set that lie together in a folder; empty paths are missing.
struct IdxFiles {
    std::string prefix;
    std::array<std::filesystem::path, 4> paths;

    [[nodiscard]] const std::filesystem::path& path(IdxRole role) const { return paths[static_cast<std::size_t>(role)]; }
    [[nodiscard]] bool has(IdxRole role) const { return !path(role).empty(); }
};

/// All sets of a folder, sorted by prefix; of a file that is there plain and compressed the plain one. No set when the folder cannot be read.
[[nodiscard]] std::vector<IdxFiles> findIdxFiles(const std::filesystem::path& folder);

/// The usual name: "train-labels-idx1-ubyte" after the prefix.
[[nodiscard]] std::string idxFileName(const std::string& prefix, IdxRole role);

} // namespace latentscape
