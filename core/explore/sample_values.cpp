// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/sample_values.h"

#include "core/explore/mean_likelihood.h"
#include "core/explore/code_index.h"
#include "core/explore/detail/reference_tiles.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <numbers>

namespace latentscape {

namespace {

constexpr std::size_t kBatch = 256;           ///< codes decoded at once
constexpr std::size_t kVotes = 10;
constexpr std::size_t kMostReferences = 10'000;
constexpr int kTreeDimensions = 6;            ///< above, a pass over all references is as quick as a tree
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::vector<float> nothing(std::size_t samples)
{
    return std::vector<float>(samples, kNone);
}

/// KL of N(μ, diag σ²) from N(0, I) (Kingma & Welling, arXiv:1312.6114, App. B), in nats.
double klOf(std::span<const float> mu, std::span<const float> logvar) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < mu.size(); ++k) {
        const auto m = static_cast<double>(mu[k]), lv = static_cast<double>(logvar[k]);
        sum -= 0.5 * (1.0 + lv - m * m - std::exp(lv));
    }
    return sum;
}

bool isFinite(std::span<const float> code) noexcept
{
    return std::all_of(code.begin(), code.end(), [](float value) { return std::isfinite(value); });
}

/// Codes that take part in the voting, as [N, L] less their mean, and whose they are.
struct VotingCodes {
    std::vector<float> codes;
    std::vector<std::int32_t> samples;
    std::vector<std::int32_t> labels;
};

VotingCodes votingCodes(const LatentFrame& frame, const DataPart& part)
{
    VotingCodes out;
    const auto latent = static_cast<std::size_t>(frame.latent);
    std::vector<double> mean(latent, 0.0);
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const auto mu = frame.muOf(row);
        if (!isFinite(mu))
            continue;
        out.samples.push_back(frame.indices[row]);
        out.labels.push_back(part.labels[static_cast<std::size_t>(frame.indices[row])]);
        out.codes.insert(out.codes.end(), mu.begin(), mu.end());
        for (std::size_t k = 0; k < latent; ++k)
            mean[k] += static_cast<double>(mu[k]);
    }
    for (std::size_t i = 0; i < out.codes.size(); ++i) // products of codes far from 0 would lose their last digits
        out.codes[i] = static_cast<float>(static_cast<double>(out.codes[i]) - mean[i % latent] / static_cast<double>(out.samples.size()));
    return out;
}

/// Positions in the voting codes of the references: all, or evenly chosen ones.
std::vector<std::size_t> chooseReferences(std::size_t count)
{
    const std::size_t chosen = std::min(count, kMostReferences);
    std::vector<std::size_t> positions(chosen);
    for (std::size_t i = 0; i < chosen; ++i)
        positions[i] = i * count / chosen;
    return positions;
}

/// The vote of the nearest references but the code itself. nearest: positions in references, nearest first, one more than votes count.
template <typename PositionOf>
std::int32_t vote(const VotingCodes& all, std::span<const std::size_t> references, std::size_t self, std::size_t found, PositionOf&& positionOf)
{
    std::array<std::int32_t, kVotes> votes{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < found && count < kVotes; ++i) {
        const std::size_t position = references[positionOf(i)];
        if (position != self)
            votes[count++] = all.labels[position];
    }
    return majority(std::span(votes).first(count));
}

} // namespace

std::vector<float> sampleKl(const LatentFrame& frame, std::size_t samples)
{
    std::vector<float> values = nothing(samples);
    for (std::size_t row = 0; row < frame.count(); ++row)
        values[static_cast<std::size_t>(frame.indices[row])] = static_cast<float>(klOf(frame.muOf(row), frame.logvarOf(row)));
    return values;
}

std::vector<float> sampleSigma(const LatentFrame& frame, std::size_t samples)
{
    std::vector<float> values = nothing(samples);
    for (std::size_t row = 0; row < frame.count(); ++row) {
        double sum = 0.0;
        for (const float logvar : frame.logvarOf(row))
            sum += static_cast<double>(logvar);
        values[static_cast<std::size_t>(frame.indices[row])] = static_cast<float>(std::exp(0.5 * sum / frame.latent));
    }
    return values;
}

std::vector<float> sampleLoss(const LatentFrame& frame, const Dataset& data, const Decoder& decoder, const ObjectiveConfig& objective, std::stop_token stop)
{
    assert(decoder.latent() == frame.latent && decoder.shape() == data.shape());
    const auto latent = static_cast<std::size_t>(frame.latent);
    const std::size_t size = data.shape().size();
    const MeanLikelihood likelihood(objective, decoder.logSigma());
    const std::vector<std::int32_t>& labels = data.train().labels;
    const bool conditional = decoder.classes() > 0 && !labels.empty();
    const auto labelOf = [&](std::size_t row) { return conditional ? labels[static_cast<std::size_t>(frame.indices[row])] : 0; };
    std::vector<std::size_t> order(frame.count()); // by class where the decoder wants one, so that whole batches share it
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return labelOf(a) < labelOf(b); });

    std::vector<float> values = nothing(data.train().count), means(std::min(kBatch, frame.count()) * size), x(size), z;
    std::shared_ptr<const Decoder> ofClass;
    for (std::size_t begin = 0, rows = 0; begin < order.size(); begin += rows) {
        if (stop.stop_requested())
            return {};
        const std::int32_t label = labelOf(order[begin]);
        z.clear();
        for (rows = 0; rows < kBatch && begin + rows < order.size() && labelOf(order[begin + rows]) == label; ++rows) {
            const auto mu = frame.muOf(order[begin + rows]);
            z.insert(z.end(), mu.begin(), mu.end());
        }
        if (conditional)
            ofClass = decoder.forClass(label);
        const Decoder& used = ofClass ? *ofClass : decoder;
        const auto out = std::span(means).first(rows * size);
        used.decodeUncut(std::span<const float>(z).first(rows * latent), rows, out);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t row = order[begin + i], sample = static_cast<std::size_t>(frame.indices[row]);
            data.copyFloats(data.train(), sample, x);
            const double kl = objective.isVariational() ? klOf(frame.muOf(row), frame.logvarOf(row)) : 0.0;
            values[sample] = static_cast<float>(likelihood.nats(x, out.subspan(i * size, size)) + kl);
        }
    }
    return values;
}

std::vector<float> sampleColumn(const DataPart& part, std::size_t column)
{
    assert(column < part.factors.size());
    return part.factors[column].values;
}

std::vector<std::int32_t> predictedClasses(const LatentFrame& frame, const Dataset& data, std::stop_token stop)
{
    if (!data.isLabelled())
        return {};
    std::vector<std::int32_t> predicted(data.train().count, -1);
    const VotingCodes all = votingCodes(frame, data.train());
    const auto latent = static_cast<std::size_t>(frame.latent);
    const std::vector<std::size_t> references = chooseReferences(all.samples.size());
    const auto codeOf = [&](std::size_t position) { return std::span(all.codes).subspan(position * latent, latent); };
    if (references.empty())
        return predicted;

    if (frame.latent <= kTreeDimensions) {
        auto chosen = std::make_shared<LatentFrame>();
        chosen->latent = frame.latent;
        for (const std::size_t position : references) {
            const auto code = codeOf(position);
            chosen->indices.push_back(all.samples[position]);
            chosen->mu.insert(chosen->mu.end(), code.begin(), code.end());
        }
        const auto index = CodeIndex::build(std::move(chosen), stop);
        for (std::size_t i = 0; index && i < all.samples.size(); ++i) {
            if (i % 256 == 0 && stop.stop_requested())
                return {};
            const auto near = index->nearest(codeOf(i), static_cast<int>(kVotes) + 1, -1.0).nearest;
            predicted[static_cast<std::size_t>(all.samples[i])] = vote(all, references, i, near.size(), [&](std::size_t n) { return near[n].row; });
        }
        return index ? predicted : std::vector<std::int32_t>();
    }

    std::vector<float> rows;
    std::vector<std::int32_t> labels;
    for (const std::size_t position : references) {
        const auto code = codeOf(position);
        rows.insert(rows.end(), code.begin(), code.end());
        labels.push_back(all.labels[position]);
    }
    const ReferenceTiles tiles(rows, latent, labels);
    const auto hits = tiles.nearest(all.codes, kVotes + 1, stop);
    if (hits.empty())
        return {};
    const std::size_t each = std::min(kVotes + 1, references.size());
    for (std::size_t i = 0; i < all.samples.size(); ++i)
        predicted[static_cast<std::size_t>(all.samples[i])] =
            vote(all, references, i, each, [&](std::size_t n) { return std::size_t{hits[i * each + n].reference}; });
    return predicted;
}

} // namespace latentscape
