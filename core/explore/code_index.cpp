// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/code_index.h"

#include "core/explore/detail/best_list.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kLeaf = 16;
/// Room for a compiler that rounds a bound and a distance differently (fused multiply-add).
constexpr double kSlack = 1e-12;

bool isFinite(std::span<const float> code) noexcept
{
    return std::all_of(code.begin(), code.end(), [](float value) { return std::isfinite(value); });
}

} // namespace

std::shared_ptr<const CodeIndex> CodeIndex::build(std::shared_ptr<const LatentFrame> frame, std::stop_token stop)
{
    std::shared_ptr<CodeIndex> index(new CodeIndex);
    index->m_frame = std::move(frame);
    const LatentFrame& codes = *index->m_frame;
    const auto latent = static_cast<std::size_t>(codes.latent);
    for (std::size_t row = 0; latent > 0 && row < codes.count(); ++row)
        if (isFinite(codes.muOf(row)))
            index->m_order.push_back(static_cast<std::uint32_t>(row));
    const std::size_t count = index->m_order.size();
    if (stop.stop_requested() || (count > 0 && !index->grow(0, count, stop)))
        return nullptr;
    index->m_codes.reserve(count * latent);
    for (const std::uint32_t row : index->m_order) {
        const auto mu = codes.muOf(row);
        index->m_codes.insert(index->m_codes.end(), mu.begin(), mu.end());
    }
    index->m_low.assign(latent, std::numeric_limits<double>::infinity());
    index->m_high.assign(latent, -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < index->m_codes.size(); ++i) {
        const auto value = static_cast<double>(index->m_codes[i]);
        index->m_low[i % latent] = std::min(index->m_low[i % latent], value);
        index->m_high[i % latent] = std::max(index->m_high[i % latent], value);
    }
    return index;
}

/// Appends the tree over m_order[begin, end) to m_nodes, its root first. False when stopped.
bool CodeIndex::grow(std::size_t begin, std::size_t end, const std::stop_token& stop)
{
    const std::size_t self = m_nodes.size();
    m_nodes.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    if (end - begin <= kLeaf)
        return true;
    if (stop.stop_requested())
        return false;
    const auto latent = static_cast<std::size_t>(m_frame->latent);
    std::vector<float> low(latent, std::numeric_limits<float>::infinity()), high(latent, -std::numeric_limits<float>::infinity());
    for (std::size_t i = begin; i < end; ++i) {
        const auto mu = m_frame->muOf(m_order[i]);
        for (std::size_t k = 0; k < latent; ++k) {
            low[k] = std::min(low[k], mu[k]);
            high[k] = std::max(high[k], mu[k]);
        }
    }
    std::size_t widest = 0;
    for (std::size_t k = 1; k < latent; ++k)
        if (high[k] - low[k] > high[widest] - low[widest])
            widest = k;
    const std::size_t middle = begin + (end - begin) / 2;
    const auto valueOf = [&](std::uint32_t row) { return m_frame->mu[row * latent + widest]; };
    const auto at = [this](std::size_t i) { return m_order.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(at(begin), at(middle), at(end), [&](std::uint32_t a, std::uint32_t b) { return valueOf(a) < valueOf(b); });
    m_nodes[self].dimension = static_cast<std::int32_t>(widest);
    m_nodes[self].split = valueOf(m_order[middle]); // equal values may lie on both sides: both boxes include the split
    if (!grow(begin, middle, stop))
        return false;
    m_nodes[self].right = static_cast<std::uint32_t>(m_nodes.size());
    return grow(middle, end, stop);
}

/// One question: walks down with the box of the node it is at.
struct CodeIndex::Search {
    Search(const CodeIndex& asked, std::span<const float> point, std::size_t k)
        : index(asked), z(point), best(k), low(asked.m_low), high(asked.m_high)
    {
    }

    const CodeIndex& index;
    std::span<const float> z;
    BestList best;
    std::vector<double> low, high;

    /// Squared distance from z to the nearest point of the box. Rounding is monotone, so no code in the box is measured nearer.
    [[nodiscard]] double least() const noexcept
    {
        double sum = 0.0;
        for (std::size_t k = 0; k < z.size(); ++k) {
            const auto at = static_cast<double>(z[k]);
            const double away = std::max({low[k] - at, at - high[k], 0.0});
            sum += away * away;
        }
        return sum * (1.0 - kSlack);
    }
    /// And to the farthest.
    [[nodiscard]] double most() const noexcept
    {
        double sum = 0.0;
        for (std::size_t k = 0; k < z.size(); ++k) {
            const auto at = static_cast<double>(z[k]);
            const double away = std::max(std::abs(low[k] - at), std::abs(at - high[k]));
            sum += away * away;
        }
        return sum * (1.0 + kSlack);
    }

    template <typename Visit>
    void visitLeft(std::uint32_t node, Visit&& visit)
    {
        const Node& here = index.m_nodes[node];
        const double kept = std::exchange(high[static_cast<std::size_t>(here.dimension)], static_cast<double>(here.split));
        visit(node + 1);
        high[static_cast<std::size_t>(here.dimension)] = kept;
    }
    template <typename Visit>
    void visitRight(std::uint32_t node, Visit&& visit)
    {
        const Node& here = index.m_nodes[node];
        const double kept = std::exchange(low[static_cast<std::size_t>(here.dimension)], static_cast<double>(here.split));
        visit(here.right);
        low[static_cast<std::size_t>(here.dimension)] = kept;
    }
    [[nodiscard]] double measured(std::uint32_t place) const noexcept
    {
        return squaredDistance(std::span(index.m_codes).subspan(place * z.size(), z.size()), z);
    }

    void nearest(std::uint32_t node)
    {
        if (least() > best.worst()) // an equal distance may still win by its row
            return;
        const Node& here = index.m_nodes[node];
        if (here.dimension < 0) {
            for (std::uint32_t place = here.begin; place < here.end; ++place)
                best.offer(index.m_order[place], measured(place));
            return;
        }
        const auto down = [this](std::uint32_t child) { nearest(child); };
        if (z[static_cast<std::size_t>(here.dimension)] < here.split) {
            visitLeft(node, down);
            visitRight(node, down);
        } else {
            visitRight(node, down);
            visitLeft(node, down);
        }
    }

    [[nodiscard]] std::size_t within(std::uint32_t node, double squaredRadius)
    {
        if (least() > squaredRadius)
            return 0;
        const Node& here = index.m_nodes[node];
        if (most() <= squaredRadius)
            return here.end - here.begin;
        std::size_t count = 0;
        if (here.dimension < 0) {
            for (std::uint32_t place = here.begin; place < here.end; ++place)
                count += measured(place) <= squaredRadius ? 1 : 0;
            return count;
        }
        const auto down = [&](std::uint32_t child) { count += within(child, squaredRadius); };
        visitLeft(node, down);
        visitRight(node, down);
        return count;
    }
};

Neighbourhood CodeIndex::nearest(std::span<const float> z, int k, double radius) const
{
    Neighbourhood result;
    if (m_nodes.empty() || z.size() != m_low.size() || !isFinite(z))
        return result;
    Search search(*this, z, std::min(static_cast<std::size_t>(std::max(k, 0)), m_order.size()));
    if (search.best.worst() >= 0.0)
        search.nearest(0);
    if (radius >= 0.0)
        result.supported = search.within(0, radius * radius);
    result.nearest = search.best.take();
    return result;
}

} // namespace latentscape
