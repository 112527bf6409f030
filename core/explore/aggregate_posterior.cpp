// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/aggregate_posterior.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kReferences = 4096;
constexpr std::size_t kTypicalOver = 256;
constexpr std::size_t kBlock = 256; // terms calculated at once
constexpr double kNegligible = 20.0; // terms so far below the sum's scale add less than 4096 · e⁻²⁰ < 9e-6 of it

/// h² of each dimension.
std::vector<double> scottVariances(const std::vector<float>& mu, std::size_t latent)
{
    const std::size_t count = mu.size() / latent;
    const double shrink = std::pow(static_cast<double>(count), -1.0 / (static_cast<double>(latent) + 4.0));
    std::vector<double> variances(latent);
    for (std::size_t k = 0; k < latent; ++k) {
        double sum = 0.0, squares = 0.0;
        for (std::size_t r = 0; r < count; ++r) {
            const auto value = static_cast<double>(mu[r * latent + k]);
            sum += value;
            squares += value * value;
        }
        const auto n = static_cast<double>(count);
        variances[k] = std::max(0.0, squares / n - sum / n * (sum / n)) * shrink * shrink;
    }
    return variances;
}

} // namespace

std::shared_ptr<const AggregatePosterior> AggregatePosterior::create(const LatentFrame& frame, std::stop_token stop)
{
    const std::shared_ptr<AggregatePosterior> made(new AggregatePosterior);
    const auto latent = static_cast<std::size_t>(frame.latent);
    made->m_latent = frame.latent;
    const std::size_t used = std::min(frame.count(), kReferences);
    std::vector<float> means, logvars; // [R, L]
    for (std::size_t i = 0; i < used; ++i) {
        const std::size_t row = i * frame.count() / used; // evenly over all of them: sets may be sorted by class
        const auto mu = frame.muOf(row);
        const auto logvar = frame.logvarOf(row);
        const auto finite = [](float value) { return std::isfinite(value); };
        if (!std::all_of(mu.begin(), mu.end(), finite) || !std::all_of(logvar.begin(), logvar.end(), finite))
            continue;
        means.insert(means.end(), mu.begin(), mu.end());
        logvars.insert(logvars.end(), logvar.begin(), logvar.end());
    }
    const std::size_t references = means.size() / latent;
    if (references < 2)
        return nullptr;
    const std::vector<double> widening = scottVariances(means, latent);
    made->m_mu.resize(means.size());
    made->m_precision.resize(means.size());
    for (std::size_t r = 0; r < references; ++r) {
        double constant = -0.5 * static_cast<double>(latent) * std::log(2.0 * std::numbers::pi);
        for (std::size_t k = 0; k < latent; ++k) {
            const double variance = std::exp(static_cast<double>(logvars[r * latent + k])) + widening[k];
            made->m_mu[k * references + r] = means[r * latent + k];
            made->m_precision[k * references + r] = static_cast<float>(1.0 / variance);
            constant -= 0.5 * std::log(variance);
        }
        made->m_constant.push_back(constant);
    }
    std::vector<double> typical;
    for (std::size_t r = 0; r < references; r += std::max<std::size_t>(1, references / kTypicalOver)) {
        if (stop.stop_requested())
            return nullptr;
        typical.push_back(made->terms(std::span(means).subspan(r * latent, latent), /*withLargest=*/false));
    }
    const auto middle = typical.begin() + static_cast<std::ptrdiff_t>(typical.size() / 2);
    std::nth_element(typical.begin(), middle, typical.end());
    made->m_median = *middle;
    const auto rare = typical.begin() + static_cast<std::ptrdiff_t>(typical.size() / 20);
    std::nth_element(typical.begin(), rare, middle + 1);
    made->m_rare = *rare;
    return made;
}

double AggregatePosterior::logDensity(std::span<const float> z) const noexcept
{
    return terms(z, /*withLargest=*/true);
}

double AggregatePosterior::terms(std::span<const float> z, bool withLargest) const noexcept
{
    const auto latent = static_cast<std::size_t>(m_latent);
    const std::size_t references = m_constant.size();
    // log-sum-exp in one pass over all terms but the largest so far: a sum relative to its own scale, rescaled when that grows
    constexpr double kNone = -std::numeric_limits<double>::infinity();
    double largest = kNone, scale = kNone, sum = 0.0;
    const auto add = [&](double term) {
        if (term > scale) {
            sum = sum * std::exp(scale - term) + 1.0;
            scale = term;
        } else if (term > scale - kNegligible) {
            sum += static_cast<double>(std::exp(static_cast<float>(term - scale)));
        }
    };
    for (std::size_t begin = 0; begin < references; begin += kBlock) {
        const std::size_t count = std::min(kBlock, references - begin);
        std::array<float, kBlock> distances{};
        for (std::size_t k = 0; k < latent; ++k) {
            const float* mu = m_mu.data() + k * references + begin;
            const float* precision = m_precision.data() + k * references + begin;
            for (std::size_t r = 0; r < count; ++r) {
                const float d = z[k] - mu[r];
                distances[r] += d * d * precision[r];
            }
        }
        for (std::size_t r = 0; r < count; ++r) {
            double term = m_constant[begin + r] - 0.5 * static_cast<double>(distances[r]);
            if (term > largest)
                std::swap(term, largest);
            if (term > kNone)
                add(term);
        }
    }
    if (withLargest && largest > kNone)
        add(largest);
    return sum > 0.0 ? scale + std::log(sum / static_cast<double>(references)) : kNone;
}

} // namespace latentscape
