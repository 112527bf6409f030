// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace latentscape {

/// Product of sizes, or nothing when it does not fit in 64 bits. Every size read from a file goes through this before memory is asked for.
[[nodiscard]] constexpr std::optional<std::uint64_t> checkedProduct(std::span<const std::uint64_t> factors) noexcept
{
    std::uint64_t product = 1;
    for (const std::uint64_t factor : factors) {
        if (factor != 0 && product > std::numeric_limits<std::uint64_t>::max() / factor)
            return std::nullopt;
        product *= factor;
    }
    return product;
}

} // namespace latentscape
