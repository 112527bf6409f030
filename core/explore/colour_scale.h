// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace latentscape {

// Perceptually even colour scales as 8-bit sRGB. t is cut to [0, 1]; NaN counts as 0. Pure; any thread.

/// Dark violet over green to yellow (van der Walt and Smith 2015), within 2 levels of the published table.
[[nodiscard]] std::array<std::uint8_t, 3> viridis(double t) noexcept;
/// Dark blue over grey to yellow: looks the same to people with and without red-green blindness (Nuñez, Anderton and Renslow,
/// PLoS ONE 2018, doi:10.1371/journal.pone.0199239), within 2 levels of the published table.
[[nodiscard]] std::array<std::uint8_t, 3> cividis(double t) noexcept;

} // namespace latentscape
