// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/aggregate_posterior.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace latentscape {

namespace {

constexpr std::size_t kReferences = 4096;
constexpr std::size_t kMedianOver = 256;

} // namespace

std::shared_ptr<const AggregatePosterior> AggregatePosterior::create(const LatentFrame& frame, std::stop_token stop)
{
    const std::shared_ptr<AggregatePosterior> made(new AggregatePosterior);
    const auto latent = static_cast<std::size_t>(frame.latent);
    made->m_latent = frame.latent;
    const std::size_t stride = std::max<std::size_t>(1, frame.count() / kReferences);
    for (std::size_t row = 0; row < frame.count() && made->m_constant.size() < kReferences; row += stride) {
        const auto mu = frame.muOf(row);
        const auto logvar = frame.logvarOf(row);
        double constant = -0.5 * static_cast<double>(latent) * std::log(2.0 * std::numbers::pi);
        bool finite = true;
        for (std::size_t k = 0; k < latent; ++k) {
            finite = finite && std::isfinite(mu[k]) && std::isfinite(logvar[k]);
            constant -= 0.5 * static_cast<double>(logvar[k]);
        }
        if (!finite)
            continue;
        made->m_mu.insert(made->m_mu.end(), mu.begin(), mu.end());
        for (const float value : logvar)
            made->m_precision.push_back(std::exp(-value));
        made->m_constant.push_back(constant);
    }
    const std::size_t references = made->m_constant.size();
    if (references == 0)
        return nullptr;
    std::vector<double> typical;
    for (std::size_t r = 0; r < references; r += std::max<std::size_t>(1, references / kMedianOver)) {
        if (stop.stop_requested())
            return nullptr;
        typical.push_back(made->logDensityWithout(std::span(made->m_mu).subspan(r * latent, latent), r));
    }
    const auto middle = typical.begin() + static_cast<std::ptrdiff_t>(typical.size() / 2);
    std::nth_element(typical.begin(), middle, typical.end());
    made->m_median = *middle;
    return made;
}

double AggregatePosterior::logDensity(std::span<const float> z) const noexcept
{
    return logDensityWithout(z, m_constant.size());
}

double AggregatePosterior::logDensityWithout(std::span<const float> z, std::size_t leftOut) const noexcept
{
    const auto latent = static_cast<std::size_t>(m_latent);
    const std::size_t references = m_constant.size();
    // the usual log-sum-exp, but in one pass: the sum is rescaled whenever a larger term comes
    double largest = -std::numeric_limits<double>::infinity();
    double sum = 0.0;
    for (std::size_t r = 0; r < references; ++r) {
        if (r == leftOut)
            continue;
        const float* mu = m_mu.data() + r * latent;
        const float* precision = m_precision.data() + r * latent;
        float distance = 0.0f;
        for (std::size_t k = 0; k < latent; ++k) {
            const float d = z[k] - mu[k];
            distance += d * d * precision[k];
        }
        const double term = m_constant[r] - 0.5 * static_cast<double>(distance);
        if (term > largest) {
            sum = sum * std::exp(largest - term) + 1.0;
            largest = term;
        } else if (term > largest - 40.0) {
            sum += std::exp(term - largest);
        }
    }
    return std::isfinite(largest) ? largest + std::log(sum / static_cast<double>(references)) : largest;
}

} // namespace latentscape
