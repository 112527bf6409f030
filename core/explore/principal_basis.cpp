// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/principal_basis.h"

#include "core/explore/symmetric_eigen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

namespace latentscape {

namespace {

constexpr std::size_t kIterativeFrom = 64; // dimensions: all eigenvectors cost L³ and more, the few leading ones L²
constexpr std::size_t kMostPinned = 3;     // directions: beyond it there are too many orders to try
constexpr std::size_t kTileRows = 128;
constexpr std::size_t kTileColumns = 16;
constexpr double kNoSpread = 1e-20; // of the mean's squared length: below it the spread is the rounding of equal codes

using Vector = std::vector<double>;

bool isFinite(std::span<const float> values) noexcept
{
    float sum = 0.0f;
    for (const float value : values)
        sum += value - value; // NaN for NaN and for both infinities
    return sum == 0.0f;
}

std::vector<std::size_t> finiteRows(const LatentFrame& frame)
{
    std::vector<std::size_t> rows;
    rows.reserve(frame.count());
    for (std::size_t row = 0; row < frame.count(); ++row)
        if (isFinite(frame.muOf(row)))
            rows.push_back(row);
    return rows;
}

Vector meanOf(const LatentFrame& frame, const std::vector<std::size_t>& rows)
{
    Vector mean(static_cast<std::size_t>(frame.latent), 0.0);
    for (const std::size_t row : rows) {
        const auto mu = frame.muOf(row);
        for (std::size_t k = 0; k < mean.size(); ++k)
            mean[k] += static_cast<double>(mu[k]);
    }
    for (double& value : mean)
        value /= static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    return mean;
}

/// Adds the products of two columns i, i + 1 with sixteen from j on, summed over a tile in single precision: the sixteen sums stay in
/// registers, so the tile is read at the speed of the arithmetic.
void addProducts(const std::vector<float>& tile, std::size_t width, std::size_t i, std::size_t j, Vector& covariance)
{
    std::array<float, kTileColumns> first{}, second{};
    const float* line = tile.data();
    for (std::size_t r = 0; r < kTileRows; ++r, line += width)
        for (std::size_t c = 0; c < kTileColumns; ++c) {
            first[c] += line[i] * line[j + c];
            second[c] += line[i + 1] * line[j + c];
        }
    for (std::size_t c = 0; c < kTileColumns; ++c) {
        covariance[i * width + j + c] += static_cast<double>(first[c]);
        covariance[(i + 1) * width + j + c] += static_cast<double>(second[c]);
    }
}

/// [L, L]; empty when stopped.
Vector covarianceOf(const LatentFrame& frame, const std::vector<std::size_t>& rows, const Vector& mean, const std::stop_token& stop)
{
    const std::size_t latent = mean.size(), width = (latent + kTileColumns - 1) / kTileColumns * kTileColumns;
    Vector padded(width * width, 0.0);
    std::vector<float> tile(kTileRows * width, 0.0f);
    for (std::size_t begin = 0; begin < rows.size(); begin += kTileRows) {
        if (stop.stop_requested())
            return {};
        const std::size_t here = std::min(kTileRows, rows.size() - begin);
        for (std::size_t r = 0; r < here; ++r) {
            const auto mu = frame.muOf(rows[begin + r]);
            for (std::size_t k = 0; k < latent; ++k)
                tile[r * width + k] = static_cast<float>(static_cast<double>(mu[k]) - mean[k]);
        }
        std::fill(tile.begin() + static_cast<std::ptrdiff_t>(here * width), tile.end(), 0.0f);
        for (std::size_t j = 0; j < width; j += kTileColumns)
            for (std::size_t i = 0; i < std::min(latent, j + kTileColumns); i += 2)
                addProducts(tile, width, i, j, padded);
    }
    const double scale = 1.0 / static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    Vector covariance(latent * latent);
    for (std::size_t i = 0; i < latent; ++i)
        for (std::size_t j = i; j < latent; ++j)
            covariance[j * latent + i] = covariance[i * latent + j] = padded[i * width + j] * scale;
    return covariance;
}

double dot(const double* a, const double* b, std::size_t n) noexcept
{
    return std::inner_product(a, a + n, b, 0.0);
}

/// Makes the component of the largest size positive: a sign that does not depend on how the eigenvectors were found.
void makeLargestPositive(double* direction, std::size_t n) noexcept
{
    const double* largest = std::max_element(direction, direction + n, [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (*largest < 0.0)
        std::transform(direction, direction + n, direction, std::negate<>());
}

/// Keeps the picture steady between epochs: the order in which the directions turn least in all, and their signs.
void pinTo(const PrincipalBasis& previous, PrincipalBasis& basis, double orderSlack)
{
    const auto n = static_cast<std::size_t>(basis.latent());
    const auto rank = static_cast<std::size_t>(basis.rank());
    std::vector<std::size_t> order(rank), best;
    std::iota(order.begin(), order.end(), std::size_t{0});
    double bestSum = -1.0;
    do {
        double sum = 0.0;
        for (std::size_t r = 0; r < rank; ++r)
            sum += std::abs(dot(basis.directions.data() + order[r] * n, previous.directions.data() + r * n, n));
        if (sum > bestSum + 1e-12) {
            bestSum = sum;
            best = order;
        }
    } while (std::next_permutation(order.begin(), order.end()));
    for (std::size_t r = 0; r + 1 < rank; ++r)
        if (basis.explained[best[r + 1]] > orderSlack * basis.explained[best[r]]) {
            std::iota(best.begin(), best.end(), std::size_t{0}); // as they came: by variance
            break;
        }
    PrincipalBasis pinned = basis;
    for (std::size_t r = 0; r < rank; ++r) {
        const double* from = basis.directions.data() + best[r] * n;
        const double sign = dot(from, previous.directions.data() + r * n, n) < 0.0 ? -1.0 : 1.0;
        for (std::size_t k = 0; k < n; ++k)
            pinned.directions[r * n + k] = sign * from[k];
        pinned.explained[r] = basis.explained[best[r]];
    }
    basis = std::move(pinned);
}

} // namespace

PrincipalBasis principalBasis(const LatentFrame& frame, int rank, const PrincipalBasis* previous, std::stop_token stop, double orderSlack)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    const auto wanted = static_cast<std::size_t>(std::clamp(rank, 1, frame.latent));
    const std::vector<std::size_t> rows = finiteRows(frame);
    PrincipalBasis basis;
    basis.origin = meanOf(frame, rows);
    Vector covariance = covarianceOf(frame, rows, basis.origin, stop);
    if (covariance.empty())
        return {};
    double total = 0.0;
    for (std::size_t k = 0; k < latent; ++k)
        total += covariance[k * latent + k];
    if (!(total > kNoSpread * dot(basis.origin.data(), basis.origin.data(), latent))) { // no direction leads: the axes, in their order
        total = 0.0;
        std::fill(covariance.begin(), covariance.end(), 0.0);
    }
    const bool few = latent >= kIterativeFrom && wanted <= kMostPinned && total > 0.0;
    const SymmetricEigen eigen = few ? leadingEigen(covariance, latent, wanted, stop) : decomposeSymmetric(covariance, latent);
    if (eigen.values.empty())
        return {};
    basis.directions.assign(eigen.vectors.begin(), eigen.vectors.begin() + static_cast<std::ptrdiff_t>(wanted * latent));
    for (std::size_t r = 0; r < wanted; ++r) {
        basis.explained.push_back(total > 0.0 ? std::clamp(eigen.values[r] / total, 0.0, 1.0) : 0.0);
        makeLargestPositive(basis.directions.data() + r * latent, latent);
    }
    if (previous != nullptr && previous->latent() == basis.latent() && previous->rank() == basis.rank() && wanted <= kMostPinned)
        pinTo(*previous, basis, orderSlack);
    return basis;
}

} // namespace latentscape
