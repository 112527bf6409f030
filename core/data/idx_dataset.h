// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/idx_files.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace latentscape {

/// How to read the files of one IDX set.
struct IdxRequest {
    IdxFiles files;
    std::string name;                     ///< of the data set; known names also name the classes
    std::uint64_t seed = 1;               ///< of the split, when there is no test part
    std::function<void(double)> progress; ///< finished fraction, on the calling thread; may be empty
};

/// Reads images and labels, train and test. A missing test part becomes a stratified tenth of the training part. Bytes stay bytes;
/// other types become floats, the range of all samples mapped to [0, 1]. EMNIST (by prefix) is transposed. A class-names file beside the
/// images (class_names.h) names the classes; otherwise known sets and the label numbers do.
/// Errors: NotFound (a file of a pair), Mismatch (counts, shapes), Malformed, Unsupported, InvalidArgument (one image), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> loadIdxSet(const IdxRequest& request, std::stop_token stop = {});

/// The set that an images file belongs to: its labels file must lie beside it. Errors: NotFound (names the file that is expected),
/// InvalidArgument (a labels file).
[[nodiscard]] Result<IdxFiles> filesBesideImages(const std::filesystem::path& images);

} // namespace latentscape
