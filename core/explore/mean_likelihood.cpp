// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/mean_likelihood.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace latentscape {

namespace {

/// −log of a product of probabilities: paper and ink make most of a picture, and a product of many costs one logarithm.
class LogProduct {
public:
    void multiply(double probability) noexcept
    {
        m_product *= probability;
        if (m_product < 1e-250) {
            m_sum -= std::log(m_product);
            m_product = 1.0;
        }
    }
    void add(double nats) noexcept { m_sum += nats; }
    [[nodiscard]] double nats() const noexcept { return m_sum - std::log(m_product); }

private:
    double m_product = 1.0, m_sum = 0.0;
};

/// A mean that single precision has rounded to 0 or 1 counts as the nearest float inside, so that a wrong pixel costs 87 or 17 nats and
/// not infinitely many.
double insideUnit(float mean) noexcept
{
    return static_cast<double>(std::clamp(mean, std::numeric_limits<float>::min(), 1.0f - 0x1p-24f));
}

double bernoulliNats(std::span<const float> x, std::span<const float> means, bool threshold) noexcept
{
    LogProduct product;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double p = insideUnit(means[i]);
        const float value = !threshold ? x[i] : x[i] >= 0.5f ? 1.0f : 0.0f;
        if (value <= 0.0f)
            product.multiply(1.0 - p);
        else if (value >= 1.0f)
            product.multiply(p);
        else
            product.add(-static_cast<double>(value) * std::log(p) - (1.0 - static_cast<double>(value)) * std::log1p(-p));
    }
    return product.nats();
}

double gaussianNats(std::span<const float> x, std::span<const float> means, double logSigma) noexcept
{
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double d = static_cast<double>(x[i]) - static_cast<double>(means[i]);
        sum += d * d;
    }
    const double halfLog2Pi = 0.5 * std::log(2.0 * std::numbers::pi);
    return 0.5 * sum * std::exp(-2.0 * logSigma) + static_cast<double>(x.size()) * (logSigma + halfLog2Pi);
}

/// Mean of the continuous Bernoulli by its logit (arXiv:1907.06845, eq. 8).
double meanOfLogit(double o) noexcept
{
    return std::abs(o) < 1e-2 ? 0.5 + o / 12.0 : -1.0 / std::expm1(-o) - 1.0 / o;
}

/// The reverse, from a table over log(m / (1 − m)), in which it is smooth.
class LogitTable {
public:
    LogitTable()
    {
        for (std::size_t i = 0; i < kNodes; ++i) {
            const double mean = 1.0 / (1.0 + std::exp(-nodeAt(i)));
            double low = -1e4, high = 1e4;
            for (int step = 0; step < 100; ++step) {
                const double middle = 0.5 * (low + high);
                (meanOfLogit(middle) < mean ? low : high) = middle;
            }
            m_logits[i] = 0.5 * (low + high);
        }
    }
    [[nodiscard]] double at(double mean) const noexcept
    {
        const double place = (std::clamp(std::log(mean / (1.0 - mean)), -kReach, kReach) + kReach) / (2.0 * kReach) * static_cast<double>(kNodes - 1);
        const auto node = std::min(static_cast<std::size_t>(place), kNodes - 2);
        const double part = place - static_cast<double>(node);
        return (1.0 - part) * m_logits[node] + part * m_logits[node + 1];
    }

private:
    static constexpr std::size_t kNodes = 8193;
    static constexpr double kReach = 8.0; ///< means of 0.0003 and 0.9997, logits of about ±3000
    [[nodiscard]] static double nodeAt(std::size_t i) noexcept { return -kReach + 2.0 * kReach * static_cast<double>(i) / static_cast<double>(kNodes - 1); }

    std::array<double, kNodes> m_logits{};
};

double continuousBernoulliNats(std::span<const float> x, std::span<const float> means) noexcept
{
    static const LogitTable table;
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double o = table.at(insideUnit(means[i])), size = std::abs(o);
        // softplus(o) − x·o − log(o / tanh(o/2)); both logarithms through e^{−|o|}
        const double tail = std::exp(-size);
        const double normalizer = size < 1e-2 ? std::log(2.0) + o * o / 12.0 : std::log(size) - std::log1p(-tail) + std::log1p(tail);
        sum += std::max(o, 0.0) + std::log1p(tail) - static_cast<double>(x[i]) * o - normalizer;
    }
    return sum;
}

/// log k! for the counts of a byte; std::lgamma() writes to a global variable.
const std::array<double, 256>& logFactorials()
{
    static const std::array<double, 256> table = [] {
        std::array<double, 256> made{};
        for (std::size_t k = 1; k < made.size(); ++k)
            made[k] = made[k - 1] + std::log(static_cast<double>(k));
        return made;
    }();
    return table;
}

double poissonNats(std::span<const float> x, std::span<const float> means) noexcept
{
    constexpr double kCountsPerUnit = 255.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double count = std::clamp(std::round(kCountsPerUnit * static_cast<double>(x[i])), 0.0, kCountsPerUnit);
        const double rate = std::max(kCountsPerUnit * static_cast<double>(means[i]), 1e-30);
        sum += rate - count * std::log(rate) + logFactorials()[static_cast<std::size_t>(count)];
    }
    return sum;
}

} // namespace

MeanLikelihood::MeanLikelihood(const ObjectiveConfig& objective, double logSigma) noexcept
    : m_likelihood(objective.likelihood), m_threshold(objective.binarization == Binarization::Threshold),
      m_logSigma(objective.likelihood == Likelihood::GaussianLearned ? logSigma : std::log(objective.sigma))
{
}

double MeanLikelihood::nats(std::span<const float> x, std::span<const float> means) const noexcept
{
    switch (m_likelihood) {
    case Likelihood::Bernoulli: return bernoulliNats(x, means, m_threshold);
    case Likelihood::ContinuousBernoulli: return continuousBernoulliNats(x, means);
    case Likelihood::Poisson: return poissonNats(x, means);
    case Likelihood::Gaussian:
    case Likelihood::GaussianLearned: break;
    }
    return gaussianNats(x, means, m_logSigma);
}

} // namespace latentscape
