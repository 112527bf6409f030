// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace latentscape {

namespace {

struct ClassShare {
    std::int32_t label = 0;
    std::vector<std::int32_t> members;
    double quota = 0.0;     ///< fraction × size
    std::size_t held = 0;   ///< whole samples held out
    std::size_t most = 0;   ///< a class of two or more keeps one for training
};

std::vector<ClassShare> groupByLabel(std::size_t n, std::span<const std::int32_t> labels)
{
    std::map<std::int32_t, std::vector<std::int32_t>> groups;
    for (std::size_t i = 0; i < n; ++i)
        groups[labels.empty() ? 0 : labels[i]].push_back(static_cast<std::int32_t>(i));
    std::vector<ClassShare> shares;
    for (auto& [label, members] : groups) {
        ClassShare share;
        share.label = label;
        share.most = members.size() >= 2 ? members.size() - 1 : members.size();
        share.members = std::move(members);
        shares.push_back(std::move(share));
    }
    return shares;
}

/// Largest remainders: whole parts first, what is missing goes to the classes that lost most by rounding down.
void allot(std::vector<ClassShare>& shares, std::size_t total, double fraction)
{
    std::size_t given = 0;
    for (ClassShare& share : shares) {
        share.quota = fraction * static_cast<double>(share.members.size());
        share.held = std::min(static_cast<std::size_t>(share.quota), share.most);
        given += share.held;
    }
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return shares[a].quota - static_cast<double>(shares[a].held) > shares[b].quota - static_cast<double>(shares[b].held);
    });
    for (bool moved = true; given < total && moved;) {
        moved = false;
        for (const std::size_t index : order) {
            if (given < total && shares[index].held < shares[index].most) {
                ++shares[index].held;
                ++given;
                moved = true;
            }
        }
    }
}

/// A class of two or more without a held sample takes one from the class that has most beyond its quota.
void seatEmptyClasses(std::vector<ClassShare>& shares)
{
    for (ClassShare& share : shares) {
        if (share.held > 0 || share.members.size() < 2)
            continue;
        ClassShare* donor = nullptr;
        double most = 0.0;
        for (ClassShare& other : shares) {
            const double surplus = static_cast<double>(other.held) - other.quota;
            if (other.held >= 2 && (!donor || surplus > most)) {
                donor = &other;
                most = surplus;
            }
        }
        if (!donor)
            return; // fewer held samples than classes: the fraction does not allow one each
        --donor->held;
        ++share.held;
    }
}

} // namespace

Split stratifiedSplit(std::size_t n, std::span<const std::int32_t> labels, double fraction, std::uint64_t seed)
{
    assert(labels.empty() || labels.size() == n);
    assert(fraction >= 0.0 && fraction < 1.0);
    Split split;
    std::vector<ClassShare> shares = groupByLabel(n, labels);
    if (fraction > 0.0) {
        allot(shares, static_cast<std::size_t>(std::llround(fraction * static_cast<double>(n))), fraction);
        seatEmptyClasses(shares);
    }
    for (ClassShare& share : shares) {
        RandomStream random(seed, StreamPurpose::Split, static_cast<std::uint32_t>(share.label));
        random.shuffle(share.members);
        const auto border = share.members.begin() + static_cast<std::ptrdiff_t>(share.held);
        split.held.insert(split.held.end(), share.members.begin(), border);
        split.kept.insert(split.kept.end(), border, share.members.end());
    }
    std::sort(split.kept.begin(), split.kept.end());
    std::sort(split.held.begin(), split.held.end());
    return split;
}

std::vector<std::vector<std::int32_t>> stratifiedFolds(std::size_t n, std::span<const std::int32_t> labels, int folds, std::uint64_t seed)
{
    assert(labels.empty() || labels.size() == n);
    assert(folds >= 1);
    std::vector<std::vector<std::int32_t>> parts(static_cast<std::size_t>(folds));
    std::size_t next = 0; // goes on from class to class, so that the folds stay equal
    for (ClassShare& share : groupByLabel(n, labels)) {
        RandomStream(seed, StreamPurpose::Split, static_cast<std::uint32_t>(share.label)).shuffle(share.members);
        for (const std::int32_t sample : share.members)
            parts[next++ % parts.size()].push_back(sample);
    }
    for (auto& part : parts)
        std::sort(part.begin(), part.end());
    return parts;
}

} // namespace latentscape
