// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// The posterior parameters of the samples on the map, as of one moment. Immutable, shared by pointer.
/// Row i belongs to sample indices[i] of the data set's train part.
struct LatentFrame {
    int latent = 0;                    ///< L
    std::vector<std::int32_t> indices; ///< [N] into Dataset::train()
    std::vector<float> mu;             ///< [N, L]
    std::vector<float> logvar;         ///< [N, L], log σ²
    bool exact = false;                ///< encoded afresh with one set of weights; otherwise harvested, at most one epoch old
    double epoch = 0.0;
    std::uint64_t generation = 0;

    [[nodiscard]] std::size_t count() const noexcept { return indices.size(); }
    [[nodiscard]] std::span<const float> muOf(std::size_t row) const noexcept
    {
        return std::span(mu).subspan(row * static_cast<std::size_t>(latent), static_cast<std::size_t>(latent));
    }
    [[nodiscard]] std::span<const float> logvarOf(std::size_t row) const noexcept
    {
        return std::span(logvar).subspan(row * static_cast<std::size_t>(latent), static_cast<std::size_t>(latent));
    }
};

} // namespace latentscape
