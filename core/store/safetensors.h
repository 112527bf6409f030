// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/tensor_blob.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// Content of one safetensors file.
struct SafetensorsFile {
    std::map<std::string, std::string> metadata;
    std::vector<TensorBlob> tensors; ///< in file order
};

/// Serialises: tensors ordered by element size (largest first), then name; header padded with spaces to 8 bytes; adds "data_sha256" to the metadata.
[[nodiscard]] std::vector<std::byte> writeSafetensors(const SafetensorsFile& file);

/// Whether no float of the tensor is NaN or infinite; integers always are.
[[nodiscard]] bool allFinite(TensorType type, std::span<const std::byte> bytes);

/// Strict reader: header ≤ 1 MiB, ≤ 4096 tensors, rank ≤ 8, F32/F16/I64/U8, no duplicate keys, checked products, no holes or overlap,
/// all floats finite, and "data_sha256" correct where it is present. Errors: Malformed, Unsupported, Mismatch.
[[nodiscard]] Result<SafetensorsFile> readSafetensors(std::span<const std::byte> bytes);

} // namespace latentscape
