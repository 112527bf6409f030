// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace latentscape {

enum class TensorType { F32, F16, I64, U8 };

[[nodiscard]] constexpr std::size_t sizeOf(TensorType type) noexcept
{
    switch (type) {
    case TensorType::F32: return 4;
    case TensorType::F16: return 2;
    case TensorType::I64: return 8;
    case TensorType::U8: return 1;
    }
    return 0;
}

/// A named tensor as bytes on the CPU: little endian, C order. What crosses from the networks to the store.
struct TensorBlob {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
    friend bool operator==(const TensorBlob&, const TensorBlob&) = default;
};

} // namespace latentscape
