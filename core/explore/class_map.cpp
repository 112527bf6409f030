// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/class_map.h"

#include "core/explore/detail/reference_tiles.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kMostReferences = 2000;
constexpr std::size_t kVotes = 5;
constexpr std::size_t kBatch = 256; ///< pictures turned into floats at once

float fraction(std::uint8_t value) noexcept
{
    return static_cast<float>(value) / 255.0f;
}

/// How many references each class gives: the same number, and what a small class lacks is shared by the others.
std::vector<std::size_t> sharesOf(const std::vector<std::vector<std::size_t>>& members)
{
    std::vector<std::size_t> order(members.size()), shares(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return members[a].size() < members[b].size(); });
    std::size_t left = kMostReferences, classes = members.size();
    for (const std::size_t label : order) {
        shares[label] = std::min(members[label].size(), left / classes);
        left -= shares[label];
        --classes;
    }
    return shares;
}

/// Samples of the train part, ascending.
std::vector<std::size_t> chooseReferences(const Dataset& data)
{
    std::vector<std::vector<std::size_t>> members(data.classNames().size());
    for (std::size_t i = 0; i < data.train().count; ++i)
        members[static_cast<std::size_t>(data.train().labels[i])].push_back(i);
    const std::vector<std::size_t> shares = sharesOf(members);
    std::vector<std::size_t> chosen;
    for (std::size_t label = 0; label < members.size(); ++label)
        for (std::size_t i = 0; i < shares[label]; ++i)
            chosen.push_back(members[label][i * members[label].size() / shares[label]]);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

/// The majority; equal votes: the class of the nearest among them.
PictureClassifier::Answer answerOf(std::span<const std::int32_t> votes)
{
    PictureClassifier::Answer answer;
    std::ptrdiff_t most = 0;
    for (const std::int32_t label : votes) { // nearest first
        const std::ptrdiff_t count = std::count(votes.begin(), votes.end(), label);
        if (count > most) {
            most = count;
            answer = {label, static_cast<float>(count) / static_cast<float>(kVotes)};
        }
    }
    return answer;
}

} // namespace

std::shared_ptr<const PictureClassifier> PictureClassifier::create(std::shared_ptr<const Dataset> data)
{
    if (!data || !data->isLabelled() || data->train().count == 0)
        return nullptr;
    const std::vector<std::size_t> chosen = chooseReferences(*data);
    const std::size_t size = data->shape().size();
    std::vector<float> rows(chosen.size() * size);
    std::vector<std::uint8_t> bytes(size); // as the decoded pictures will come, whatever range the data have
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        data->copyBytes(data->train(), chosen[i], bytes);
        std::transform(bytes.begin(), bytes.end(), rows.begin() + static_cast<std::ptrdiff_t>(i * size), fraction);
        labels.push_back(data->train().labels[chosen[i]]);
    }
    return std::shared_ptr<const PictureClassifier>(new PictureClassifier(std::make_unique<const ReferenceTiles>(rows, size, labels)));
}

PictureClassifier::PictureClassifier(std::unique_ptr<const ReferenceTiles> tiles) : m_tiles(std::move(tiles)) {}

PictureClassifier::~PictureClassifier() = default;

std::size_t PictureClassifier::references() const noexcept
{
    return m_tiles->count();
}

std::vector<PictureClassifier::Answer> PictureClassifier::classify(std::span<const std::uint8_t> pictures, std::size_t count, std::stop_token stop) const
{
    const std::size_t size = m_tiles->size(), each = std::min(kVotes, m_tiles->count());
    assert(pictures.size() == count * size);
    std::vector<Answer> answers;
    answers.reserve(count);
    std::vector<float> queries;
    for (std::size_t begin = 0; begin < count; begin += kBatch) {
        const std::size_t here = std::min(kBatch, count - begin);
        queries.resize(here * size);
        std::transform(pictures.begin() + static_cast<std::ptrdiff_t>(begin * size), pictures.begin() + static_cast<std::ptrdiff_t>((begin + here) * size),
                       queries.begin(), fraction);
        const auto hits = m_tiles->nearest(queries, kVotes, stop);
        if (hits.empty())
            return {};
        for (std::size_t i = 0; i < here; ++i) {
            std::array<std::int32_t, kVotes> votes{};
            for (std::size_t n = 0; n < each; ++n)
                votes[n] = m_tiles->label(hits[i * each + n].reference);
            answers.push_back(answerOf(std::span(votes).first(each)));
        }
    }
    return answers;
}

} // namespace latentscape
