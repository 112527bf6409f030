// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape {

/// Element types of the IDX format, by their code in the third byte.
enum class IdxType : std::uint8_t { U8 = 0x08, I8 = 0x09, I16 = 0x0B, I32 = 0x0C, F32 = 0x0D, F64 = 0x0E };

/// The content of one IDX file: dims.size() dimensions, each at least 1, and their product × element size bytes, big endian.
struct IdxArray {
    IdxType type = IdxType::U8;
    std::vector<std::uint64_t> dims;
    std::vector<std::uint8_t> raw;

    [[nodiscard]] std::uint64_t count() const noexcept { return dims.front(); }
    [[nodiscard]] bool isReal() const noexcept { return type == IdxType::F32 || type == IdxType::F64; }
    [[nodiscard]] std::string shapeText() const; ///< "60000 × 28 × 28"
};

/// Bytes of one element.
[[nodiscard]] std::size_t idxElementSize(IdxType type) noexcept;

/// Largest content that is read, unless told otherwise: 4 GiB.
inline constexpr std::uint64_t kIdxLimit = std::uint64_t{4} << 30;

/// Reads a plain or gzip-compressed IDX file, told apart by content. The sizes of the header are compared with the bytes that are
/// there before memory is taken (gzip: with the most that so many bytes can expand to); too short and too long are both refused.
/// Errors: those of readFile(); Malformed, Unsupported (another kind of file; gzip without libarchive), Cancelled.
[[nodiscard]] Result<IdxArray> readIdxArray(const std::filesystem::path& path, std::stop_token stop = {}, std::uint64_t limit = kIdxLimit);

/// Calls visit(index, value as double) for every element in order.
template <typename Visit>
void forEachNumber(const IdxArray& array, Visit&& visit)
{
    const std::uint8_t* at = array.raw.data();
    const std::size_t count = array.raw.size() / idxElementSize(array.type);
    const auto big = [&at](std::size_t width) {
        std::uint64_t bits = 0;
        for (std::size_t k = 0; k < width; ++k)
            bits = bits << 8 | *at++;
        return bits;
    };
    for (std::size_t i = 0; i < count; ++i) {
        switch (array.type) {
        case IdxType::U8: visit(i, static_cast<double>(*at++)); break;
        case IdxType::I8: visit(i, static_cast<double>(static_cast<std::int8_t>(*at++))); break;
        case IdxType::I16: visit(i, static_cast<double>(static_cast<std::int16_t>(big(2)))); break;
        case IdxType::I32: visit(i, static_cast<double>(static_cast<std::int32_t>(big(4)))); break;
        case IdxType::F32: visit(i, static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big(4))))); break;
        case IdxType::F64: visit(i, std::bit_cast<double>(big(8))); break;
        }
    }
}

} // namespace latentscape
