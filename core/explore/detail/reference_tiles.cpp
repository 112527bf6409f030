// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/detail/reference_tiles.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

namespace latentscape {

namespace {

/// Queries that meet a tile while it is in the cache.
constexpr std::size_t kQueries = 32;

/// The k best of one query; offered in ascending order of the references, so an equal distance never displaces an earlier one.
class Best {
public:
    void clear(std::size_t k)
    {
        m_k = k;
        m_hits.clear();
        m_worst = std::numeric_limits<float>::infinity();
    }
    [[nodiscard]] float worst() const noexcept { return m_worst; }
    void offer(float distance, std::size_t reference)
    {
        const auto at = std::upper_bound(m_hits.begin(), m_hits.end(), distance, [](float d, const ReferenceTiles::Hit& hit) { return d < hit.distance; });
        m_hits.insert(at, {distance, static_cast<std::uint32_t>(reference)});
        if (m_hits.size() > m_k)
            m_hits.pop_back();
        if (m_hits.size() == m_k)
            m_worst = m_hits.back().distance;
    }
    [[nodiscard]] std::span<const ReferenceTiles::Hit> hits() const noexcept { return m_hits; }

private:
    std::size_t m_k = 0;
    float m_worst = 0.0f;
    std::vector<ReferenceTiles::Hit> m_hits;
};

} // namespace

ReferenceTiles::ReferenceTiles(std::span<const float> rows, std::size_t size, std::span<const std::int32_t> labels)
    : m_size(size), m_labels(labels.begin(), labels.end())
{
    assert(rows.size() == size * labels.size());
    const std::size_t tiles = (labels.size() + kTile - 1) / kTile;
    m_tiles.assign(tiles * size * kTile, 0.0f);
    m_norms.assign(tiles * kTile, std::numeric_limits<float>::infinity());
    for (std::size_t r = 0; r < labels.size(); ++r) {
        double norm = 0.0;
        for (std::size_t k = 0; k < size; ++k) {
            const float value = rows[r * size + k];
            m_tiles[(r / kTile * size + k) * kTile + r % kTile] = value;
            norm += static_cast<double>(value) * static_cast<double>(value);
        }
        m_norms[r] = static_cast<float>(norm);
    }
}

/// products[j] = query · reference j of the tile.
void ReferenceTiles::meet(const float* query, std::size_t tile, float* products) const noexcept
{
    std::array<float, kTile> sums{};
    const float* at = m_tiles.data() + tile * m_size * kTile;
    for (std::size_t k = 0; k < m_size; ++k, at += kTile) {
        const float value = query[k];
        if (value == 0.0f) // most of a picture is paper
            continue;
        for (std::size_t j = 0; j < kTile; ++j)
            sums[j] += value * at[j];
    }
    std::copy(sums.begin(), sums.end(), products);
}

std::vector<ReferenceTiles::Hit> ReferenceTiles::nearest(std::span<const float> queries, std::size_t k, const std::stop_token& stop) const
{
    assert(queries.size() % m_size == 0);
    const std::size_t count = queries.size() / m_size, kept = std::min(k, this->count());
    std::vector<Hit> out;
    out.reserve(count * kept);
    std::array<Best, kQueries> best;
    for (std::size_t first = 0; first < count && kept > 0; first += kQueries) {
        if (stop.stop_requested())
            return {};
        const std::size_t here = std::min(kQueries, count - first);
        for (std::size_t q = 0; q < here; ++q)
            best[q].clear(kept);
        for (std::size_t tile = 0; tile * kTile < m_norms.size(); ++tile) {
            const float* norms = m_norms.data() + tile * kTile;
            for (std::size_t q = 0; q < here; ++q) {
                std::array<float, kTile> distances;
                meet(queries.data() + (first + q) * m_size, tile, distances.data());
                const float worst = best[q].worst();
                int nearer = 0;
                for (std::size_t j = 0; j < kTile; ++j) {
                    distances[j] = norms[j] - 2.0f * distances[j];
                    nearer += distances[j] < worst;
                }
                for (std::size_t j = 0; nearer > 0 && j < kTile; ++j)
                    if (distances[j] < best[q].worst())
                        best[q].offer(distances[j], tile * kTile + j);
            }
        }
        for (std::size_t q = 0; q < here; ++q)
            out.insert(out.end(), best[q].hits().begin(), best[q].hits().end());
    }
    return out;
}

std::int32_t majority(std::span<const std::int32_t> votes)
{
    std::int32_t winner = -1;
    std::ptrdiff_t most = 0;
    for (const std::int32_t label : votes) { // a handful: counting again is cheaper than a table
        const std::ptrdiff_t count = std::count(votes.begin(), votes.end(), label);
        if (count > most || (count == most && label < winner)) {
            winner = label;
            most = count;
        }
    }
    return winner;
}

} // namespace latentscape
