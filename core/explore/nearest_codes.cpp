// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/nearest_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace latentscape {

namespace {

constexpr std::size_t kChunk = 512;

/// Squared distances of a run of rows in single precision: a filter that vectorises; what passes is measured again in double.
void approximate(const float* mu, std::size_t latent, std::span<const float> z, std::size_t rows, float* out) noexcept
{
    if (latent == 2) {
        const float z0 = z[0], z1 = z[1];
        for (std::size_t i = 0; i < rows; ++i) {
            const float d0 = mu[2 * i] - z0;
            const float d1 = mu[2 * i + 1] - z1;
            out[i] = d0 * d0 + d1 * d1;
        }
        return;
    }
    for (std::size_t i = 0; i < rows; ++i) {
        float sum = 0.0f;
        for (std::size_t k = 0; k < latent; ++k) {
            const float d = mu[i * latent + k] - z[k];
            sum += d * d;
        }
        out[i] = sum;
    }
}

double squaredDistance(std::span<const float> mu, std::span<const float> z) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < z.size(); ++k) {
        const double d = static_cast<double>(mu[k]) - static_cast<double>(z[k]);
        sum += d * d;
    }
    return sum;
}

/// The k best so far, nearest first. Rows come in ascending order, so an equal distance never displaces an earlier row.
class BestList {
public:
    explicit BestList(std::size_t k) : m_k(k) { m_best.reserve(k + 1); }

    [[nodiscard]] double worst() const noexcept
    {
        if (m_k == 0)
            return -1.0;
        return m_best.size() < m_k ? std::numeric_limits<double>::infinity() : m_best.back().distance;
    }
    void offer(std::size_t row, double squared)
    {
        if (m_best.size() == m_k && !(squared < m_best.back().distance))
            return;
        const auto at = std::upper_bound(m_best.begin(), m_best.end(), squared, [](double d, const Neighbour& n) { return d < n.distance; });
        m_best.insert(at, Neighbour{row, squared});
        if (m_best.size() > m_k)
            m_best.pop_back();
    }
    [[nodiscard]] std::vector<Neighbour> take()
    {
        for (Neighbour& neighbour : m_best)
            neighbour.distance = std::sqrt(neighbour.distance);
        return std::move(m_best);
    }

private:
    std::size_t m_k;
    std::vector<Neighbour> m_best; // distance holds the square until take()
};

} // namespace

Neighbourhood nearestCodes(const LatentFrame& frame, std::span<const float> z, int k, double radius)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    Neighbourhood result;
    if (latent == 0 || z.size() != latent)
        return result;
    const std::size_t count = frame.count();
    BestList best(std::min(static_cast<std::size_t>(std::max(k, 0)), count));
    const double squaredRadius = radius >= 0.0 ? radius * radius : -1.0;
    // Rounding of the single-precision sum, generously: a row whose filter value is outside these bounds cannot be misjudged.
    const double slack = 1.2e-7 * static_cast<double>(latent + 8);
    const auto surelyInside = static_cast<float>(squaredRadius * (1.0 - slack));
    const auto maybeInside = static_cast<float>(squaredRadius * (1.0 + slack) + 1e-37);

    std::array<float, kChunk> squares;
    for (std::size_t begin = 0; begin < count; begin += kChunk) {
        const std::size_t rows = std::min(kChunk, count - begin);
        approximate(frame.mu.data() + begin * latent, latent, z, rows, squares.data());
        int inside = 0, maybe = 0, candidates = 0;
        const auto worthMeasuring = static_cast<float>(best.worst() * (1.0 + slack) + 1e-37);
        for (std::size_t i = 0; i < rows; ++i) {
            inside += squares[i] < surelyInside;
            maybe += squares[i] <= maybeInside;
            candidates += squares[i] <= worthMeasuring;
        }
        result.supported += static_cast<std::size_t>(squaredRadius < 0.0 ? 0 : inside);
        if (squaredRadius >= 0.0 && maybe != inside)
            for (std::size_t i = 0; i < rows; ++i)
                if (squares[i] <= maybeInside && !(squares[i] < surelyInside) && squaredDistance(frame.muOf(begin + i), z) <= squaredRadius)
                    ++result.supported;
        if (candidates > 0 && best.worst() >= 0.0)
            for (std::size_t i = 0; i < rows; ++i)
                if (squares[i] <= worthMeasuring)
                    best.offer(begin + i, squaredDistance(frame.muOf(begin + i), z));
    }
    result.nearest = best.take();
    return result;
}

} // namespace latentscape
