// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// One array of an .npz file: little endian, C order.
struct NpyArray {
    std::string name;                ///< member "name.npy"; ASCII
    std::string type;                ///< NumPy's descr: "<f4", "<i4", "|u1"
    std::vector<std::uint64_t> shape;
    std::vector<std::byte> bytes;

    [[nodiscard]] static NpyArray of(std::string name, std::vector<std::uint64_t> shape, std::span<const float> values);
    [[nodiscard]] static NpyArray of(std::string name, std::vector<std::uint64_t> shape, std::span<const std::int32_t> values);
};

/// A zip of .npy members (format 1.0), stored without compression, members in the order given, all dates 1980-01-01: the same arrays give
/// the same bytes. numpy.load() opens it. Error: Unsupported above 4 GiB (it would need Zip64).
[[nodiscard]] Result<std::vector<std::byte>> writeNpz(std::span<const NpyArray> arrays);

} // namespace latentscape
