// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/direction_finder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr int kRandomPairs = 200;
constexpr std::size_t kFewest = 2; // of one code nobody knows how far it spreads
constexpr double kNoSpread = 1e-6; // of the length: codes that lie on a point; an effect is at most a million then

using Vector = std::vector<double>;

Vector meanOf(const LatentFrame& frame, const std::vector<std::size_t>& rows)
{
    Vector mean(static_cast<std::size_t>(frame.latent), 0.0);
    for (const std::size_t row : rows) {
        const auto mu = frame.muOf(row);
        for (std::size_t k = 0; k < mean.size(); ++k)
            mean[k] += static_cast<double>(mu[k]);
    }
    for (double& value : mean)
        value /= static_cast<double>(rows.size());
    return mean;
}

double distance(const Vector& a, const Vector& b)
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return std::sqrt(sum);
}

/// Rows with finite codes whose samples are selected; all of them without a selection.
std::vector<std::size_t> rowsOf(const LatentFrame& frame, const Selection* selection)
{
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const auto mu = frame.muOf(row);
        const bool wanted = selection == nullptr || selection->contains(static_cast<std::size_t>(frame.indices[row]));
        if (wanted && std::all_of(mu.begin(), mu.end(), [](float value) { return std::isfinite(value); }))
            rows.push_back(row);
    }
    return rows;
}

/// Sum of the squared deviations of some codes along a direction, from their mean.
double scatterAlong(const LatentFrame& frame, const std::vector<std::size_t>& rows, const Vector& mean, const Vector& unit)
{
    double squares = 0.0;
    for (const std::size_t row : rows) {
        const auto mu = frame.muOf(row);
        double projection = 0.0;
        for (std::size_t k = 0; k < unit.size(); ++k)
            projection += (static_cast<double>(mu[k]) - mean[k]) * unit[k];
        squares += projection * projection;
    }
    return squares;
}

/// Codes from which random pairs are dealt, relative to their mean and side by side in memory.
struct Pool {
    std::size_t latent = 0;
    std::vector<float> codes;         ///< [size, L]
    std::vector<std::uint32_t> order; ///< a permutation: shuffling it further leaves it as random

    Pool(const LatentFrame& frame, const std::vector<std::size_t>& rows)
        : latent(static_cast<std::size_t>(frame.latent))
    {
        const Vector mean = meanOf(frame, rows);
        codes.reserve(rows.size() * latent);
        for (const std::size_t row : rows)
            for (std::size_t k = 0; k < latent; ++k)
                codes.push_back(static_cast<float>(static_cast<double>(frame.muOf(row)[k]) - mean[k]));
        order.resize(rows.size());
        std::iota(order.begin(), order.end(), std::uint32_t{0});
    }
    void dealToFront(std::size_t count, RandomStream& stream)
    {
        for (std::size_t i = 0; i < count; ++i) // the product's upper half: a bias below size/2³², for half the random numbers
            std::swap(order[i], order[i + static_cast<std::size_t>((std::uint64_t{stream.nextU32()} * (order.size() - i)) >> 32)]);
    }
    [[nodiscard]] Vector mean(std::size_t begin, std::size_t end) const
    {
        constexpr std::size_t kRun = 64; // terms that single precision may sum
        Vector sum(latent, 0.0);
        std::vector<float> partial(latent);
        for (std::size_t i = begin; i < end;) {
            std::fill(partial.begin(), partial.end(), 0.0f);
            for (const std::size_t stop = std::min(end, i + kRun); i < stop; ++i) {
                const float* code = codes.data() + order[i] * latent;
                for (std::size_t k = 0; k < latent; ++k)
                    partial[k] += code[k];
            }
            for (std::size_t k = 0; k < latent; ++k)
                sum[k] += static_cast<double>(partial[k]);
        }
        for (double& value : sum)
            value /= static_cast<double>(end - begin);
        return sum;
    }
};

} // namespace

Result<AttributeDirection> findDirection(const LatentFrame& frame, const Selection& from, const Selection& to, std::string name, RandomStream& stream,
                                         std::stop_token stop)
{
    const std::vector<std::size_t> rowsFrom = rowsOf(frame, &from), rowsTo = rowsOf(frame, &to);
    if (rowsFrom.empty() || rowsTo.empty())
        return Error{ErrorCode::InvalidArgument, rowsFrom.empty() ? "The first selection has no codes" : "The second selection has no codes",
                     "at least one image in each", "none", "Select images that are on the map."};
    if (std::min(rowsFrom.size(), rowsTo.size()) < kFewest)
        return Error{ErrorCode::InvalidArgument, rowsFrom.size() < kFewest ? "The first selection is a single image" : "The second selection is a single image",
                     "two images or more in each", "1", "Select more images: a direction leads from the mean of one group to that of another."};
    if (rowsFrom == rowsTo)
        return Error{ErrorCode::InvalidArgument, "Both selections are the same", "two different selections", "one", "Select other images for one of them."};
    const Vector meanFrom = meanOf(frame, rowsFrom), meanTo = meanOf(frame, rowsTo);
    AttributeDirection found;
    found.length = distance(meanFrom, meanTo);
    if (!(found.length > 1e-9))
        return Error{ErrorCode::InvalidArgument, "The two selections have the same mean code", "means that differ", "no distance",
                     "Select images that lie apart."};
    Vector unit(meanFrom.size());
    for (std::size_t k = 0; k < unit.size(); ++k)
        unit[k] = (meanTo[k] - meanFrom[k]) / found.length;
    found.name = std::move(name);
    found.direction.assign(unit.begin(), unit.end());
    found.from = rowsFrom.size();
    found.to = rowsTo.size();

    // the pooled deviation has two degrees of freedom less than there are codes
    const double scatter = scatterAlong(frame, rowsFrom, meanFrom, unit) + scatterAlong(frame, rowsTo, meanTo, unit);
    const double pooled = std::sqrt(scatter / static_cast<double>(found.from + found.to - 2));
    found.separation = pooled > kNoSpread * found.length ? found.length / pooled : 0.0;

    // random pairs: from all codes where they fit, otherwise the members of both, dealt anew
    std::vector<std::size_t> rows = rowsOf(frame, nullptr);
    if (rows.size() < found.from + found.to) {
        rows = rowsFrom;
        rows.insert(rows.end(), rowsTo.begin(), rowsTo.end());
    }
    Pool pool(frame, rows);
    std::vector<double> lengths;
    std::size_t asLong = 0;
    for (int pair = 0; pair < kRandomPairs; ++pair) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "The search for a direction was stopped", {}, {}, {}};
        pool.dealToFront(found.from + found.to, stream);
        lengths.push_back(distance(pool.mean(0, found.from), pool.mean(found.from, found.from + found.to)));
        asLong += lengths.back() >= found.length ? 1 : 0;
    }
    std::nth_element(lengths.begin(), lengths.begin() + kRandomPairs / 2, lengths.end());
    found.effect = found.length / std::max(lengths[kRandomPairs / 2], kNoSpread * found.length);
    found.chance = static_cast<double>(asLong + 1) / (kRandomPairs + 1);
    return found;
}

} // namespace latentscape
