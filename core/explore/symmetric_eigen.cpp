// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace latentscape {

namespace {

constexpr int kMaxSweeps = 60; // convergence is quadratic: 6 to 12 sweeps in practice

/// Turns rows p and q of a row-major matrix against each other.
void rotateRows(std::vector<double>& a, std::size_t n, std::size_t p, std::size_t q, double cosine, double sine) noexcept
{
    double* const rowP = a.data() + p * n;
    double* const rowQ = a.data() + q * n;
    for (std::size_t k = 0; k < n; ++k) {
        const double x = rowP[k];
        const double y = rowQ[k];
        rowP[k] = cosine * x - sine * y;
        rowQ[k] = sine * x + cosine * y;
    }
}

void rotateColumns(std::vector<double>& a, std::size_t n, std::size_t p, std::size_t q, double cosine, double sine) noexcept
{
    for (std::size_t k = 0; k < n; ++k) {
        const double x = a[k * n + p];
        const double y = a[k * n + q];
        a[k * n + p] = cosine * x - sine * y;
        a[k * n + q] = sine * x + cosine * y;
    }
}

} // namespace

SymmetricEigen decomposeSymmetric(std::span<const double> matrix, std::size_t n)
{
    std::vector<double> a(matrix.begin(), matrix.end());
    std::vector<double> vectors(n * n, 0.0); // rows are the eigenvectors
    for (std::size_t k = 0; k < n; ++k)
        vectors[k * n + k] = 1.0;

    double norm = 0.0;
    for (const double value : a)
        norm += value * value;
    const double negligible = std::numeric_limits<double>::epsilon() * std::sqrt(norm) / static_cast<double>(std::max<std::size_t>(n, 1));

    bool rotated = true;
    for (int sweep = 0; sweep < kMaxSweeps && rotated; ++sweep) {
        rotated = false;
        for (std::size_t p = 0; p + 1 < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                const double offDiagonal = a[p * n + q];
                if (!(std::abs(offDiagonal) > negligible))
                    continue;
                rotated = true;
                const double tau = (a[q * n + q] - a[p * n + p]) / (2.0 * offDiagonal);
                const double tangent = std::copysign(1.0, tau) / (std::abs(tau) + std::sqrt(1.0 + tau * tau));
                const double cosine = 1.0 / std::sqrt(1.0 + tangent * tangent);
                const double sine = tangent * cosine;
                rotateRows(a, n, p, q, cosine, sine);
                rotateColumns(a, n, p, q, cosine, sine);
                rotateRows(vectors, n, p, q, cosine, sine);
                a[p * n + q] = a[q * n + p] = 0.0;
            }
        }
    }

    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a[i * n + i] > a[j * n + j]; });
    SymmetricEigen eigen;
    eigen.values.reserve(n);
    eigen.vectors.reserve(n * n);
    for (const std::size_t k : order) {
        eigen.values.push_back(a[k * n + k]);
        eigen.vectors.insert(eigen.vectors.end(), vectors.begin() + static_cast<std::ptrdiff_t>(k * n),
                             vectors.begin() + static_cast<std::ptrdiff_t>((k + 1) * n));
    }
    return eigen;
}

} // namespace latentscape
