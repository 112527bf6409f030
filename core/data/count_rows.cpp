// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/count_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

namespace latentscape {

namespace {

constexpr int kColumns = 16;
constexpr std::array<FactorName, 2> kFactors = {{{"exposure", ""}, {"background", "counts"}}};
constexpr double kPeak = 110.0; ///< the largest rate at exposure 1 without background
enum Profile : std::int32_t { Rising, Falling, Peak, Ends };

/// Expected count of a column at exposure 1 without background; place runs from 0 to 1.
double rateAt(std::int32_t profile, double place) noexcept
{
    switch (profile) {
    case Rising: return kPeak * (0.05 + 0.95 * place * place);
    case Falling: return kPeak * (0.05 + 0.95 * (1.0 - place) * (1.0 - place));
    case Peak: return kPeak * std::exp(-0.5 * (place - 0.5) * (place - 0.5) / (0.16 * 0.16));
    default: return kPeak * 0.8 * (std::exp(-place * place / (2.0 * 0.14 * 0.14)) + std::exp(-(1.0 - place) * (1.0 - place) / (2.0 * 0.14 * 0.14)));
    }
}

/// A draw by inversion: one uniform number each, whatever the rate. rate < 700, where exp(−rate) is still a number.
int poisson(double rate, RandomStream& random) noexcept
{
    const double u = random.uniform();
    double probability = std::exp(-rate), below = probability;
    int count = 0;
    while (u >= below && count < 255) {
        ++count;
        probability *= rate / count;
        below += probability;
    }
    return count;
}

void drawRow(std::int32_t profile, RandomStream& random, std::span<std::uint8_t> out, std::span<float> factors)
{
    factors[0] = static_cast<float>(random.uniform(0.5, 1.5));
    factors[1] = static_cast<float>(random.uniform(0.0, 12.0));
    for (std::size_t k = 0; k < out.size(); ++k) {
        const double place = static_cast<double>(k) / (kColumns - 1);
        const double rate = static_cast<double>(factors[0]) * (rateAt(profile, place) + static_cast<double>(factors[1]));
        out[k] = static_cast<std::uint8_t>(poisson(rate, random));
    }
}

} // namespace

Result<std::shared_ptr<const Dataset>> makeCountRows(const GeneratorRequest& request, std::stop_token stop)
{
    Dataset::Parts parts;
    parts.name = "counts";
    parts.scale = "0 … 255 → 0 … 1";
    parts.shape = ItemShape{1, 1, kColumns};
    parts.classNames = {"rising", "falling", "peak", "ends"};
    auto made = generateParts<std::uint8_t>(std::move(parts), "counts", kFactors, request, std::move(stop), drawRow);
    if (!made)
        return made.error();
    return Dataset::create(std::move(made).value());
}

} // namespace latentscape
