// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace latentscape {

/// Shape of one sample: channels × height × width. A plain vector of n numbers is 1 × 1 × n.
struct ItemShape {
    int channels = 1;
    int height = 1;
    int width = 1;

    [[nodiscard]] constexpr std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] constexpr bool isImage() const noexcept { return height > 1; }
    friend constexpr bool operator==(const ItemShape&, const ItemShape&) = default;
};

} // namespace latentscape
