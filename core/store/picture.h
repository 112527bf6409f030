// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace latentscape {

/// Pixels of one picture: 1 (grey) or 3 (red, green, blue) bytes a pixel, row-major [height, width, channels], no row padding. A value.
struct Picture {
    int channels = 1;
    int height = 0;
    int width = 0;
    std::vector<std::uint8_t> pixels;

    [[nodiscard]] std::size_t rowBytes() const noexcept { return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels); }
    friend bool operator==(const Picture&, const Picture&) = default;
};

} // namespace latentscape
