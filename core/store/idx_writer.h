// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <filesystem>

namespace latentscape {

/// Writes a set as the four files of MNIST (train-images-idx3-ubyte.gz …; the digit is the rank: 2 for vectors, 4 for colour; without .gz in
/// a build that cannot compress), and class-names.txt where label numbers do not say the names. loadIdxSet() reads the same samples, labels
/// and class names back; columns are not kept. The folder is made when it is not there; its parent must be.
/// Whole or not at all: a new folder appears in one step; in a folder that is there the files are put in place one by one, the training
/// images last, and taken away again when one cannot be. The same set gives the same bytes. Any thread, blocking.
/// Errors: InvalidArgument (the folder holds such files, or is a file; class names with control characters), Unsupported (unlabelled, an
/// empty part, a shape or numbers that would not be read back as they are), WriteFailed, OutOfMemory.
[[nodiscard]] Result<void> writeIdxFolder(const Dataset& data, const std::filesystem::path& folder);

} // namespace latentscape
