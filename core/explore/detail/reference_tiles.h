// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// Labelled vectors in single precision, sixteen side by side, so that a query meets sixteen of them at once. Finds the nearest by a pass
/// over all: what a tree cannot do faster in many dimensions. Immutable; any thread.
class ReferenceTiles {
public:
    /// rows: [R, size], finite; labels: [R] class indices from 0.
    ReferenceTiles(std::span<const float> rows, std::size_t size, std::span<const std::int32_t> labels);

    [[nodiscard]] std::size_t count() const noexcept { return m_labels.size(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] std::int32_t label(std::size_t reference) const noexcept { return m_labels[reference]; }

    struct Hit {
        float distance = 0.0f; ///< squared, less the query's own squared length: good for comparing alone
        std::uint32_t reference = 0;
    };
    /// The min(k, R) nearest to each of the queries [Q, size]: [Q, min(k, R)], nearest first, ties by reference. Empty when stopped.
    /// The distances are sums of products: accurate to some 1e-6 of the squared lengths, so centre what lies far from 0.
    [[nodiscard]] std::vector<Hit> nearest(std::span<const float> queries, std::size_t k, const std::stop_token& stop = {}) const;

private:
    static constexpr std::size_t kTile = 16;
    void meet(const float* query, std::size_t tile, float* products) const noexcept;

    std::size_t m_size = 0;
    std::vector<float> m_tiles; ///< [⌈R/16⌉, size, 16]
    std::vector<float> m_norms; ///< [⌈R/16⌉·16] squared lengths; infinite beyond R
    std::vector<std::int32_t> m_labels;
};

/// The class with most votes; equal votes: the lower class. −1 without votes.
[[nodiscard]] std::int32_t majority(std::span<const std::int32_t> votes);

} // namespace latentscape
