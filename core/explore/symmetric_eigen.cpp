// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace latentscape {

namespace {

constexpr int kMaxSweeps = 60; // convergence is quadratic: 6 to 12 sweeps in practice

constexpr std::size_t kSpareVectors = 2; // beyond the wanted ones: a close follower does not slow the convergence down
constexpr std::size_t kKrylovBlocks = 10;
constexpr int kMaxRestarts = 80;
constexpr double kResidual = 1e-11; // of the largest eigenvalue
constexpr double kVanished = 1e-10; // of a vector's length: what is left of it is rounding

using Rows = std::vector<std::vector<double>>;

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

double dot(const std::vector<double>& a, const std::vector<double>& b) noexcept
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += a[k] * b[k];
    return sum;
}

void addTo(std::vector<double>& to, double weight, const double* from) noexcept
{
    for (std::size_t k = 0; k < to.size(); ++k)
        to[k] += weight * from[k];
}

/// Makes the row orthogonal to the others (twice, for the rounding of the first time) and appends it with length 1; false when nothing
/// of it is left.
bool appendOrthonormal(Rows& rows, std::vector<double> row)
{
    const double before = std::sqrt(dot(row, row));
    for (int pass = 0; pass < 2; ++pass)
        for (const std::vector<double>& other : rows)
            addTo(row, -dot(row, other), other.data());
    const double length = std::sqrt(dot(row, row));
    if (!(length > kVanished * before) || !(length > 0.0))
        return false;
    for (double& value : row)
        value /= length;
    rows.push_back(std::move(row));
    return true;
}

/// matrix · row for each row from first on, a line of the matrix at a time: it is read once for all of them.
void appendProducts(Rows& products, std::span<const double> matrix, const Rows& rows, std::size_t first)
{
    const std::size_t n = rows.front().size();
    products.resize(rows.size(), std::vector<double>(n, 0.0));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t r = first; r < rows.size(); ++r)
            addTo(products[r], rows[r][i], matrix.data() + i * n);
}

std::vector<double> combined(const Rows& rows, const double* weights)
{
    std::vector<double> sum(rows.front().size(), 0.0);
    for (std::size_t r = 0; r < rows.size(); ++r)
        addTo(sum, weights[r], rows[r].data());
    return sum;
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

SymmetricEigen leadingEigen(std::span<const double> matrix, std::size_t n, std::size_t count, std::stop_token stop)
{
    const std::size_t block = std::min(n, count + kSpareVectors);
    Rows starts;
    for (std::size_t r = 0; r < block; ++r) { // fixed, and orthogonal to nothing in particular
        std::vector<double> row(n);
        for (std::size_t k = 0; k < n; ++k)
            row[k] = std::cos(static_cast<double>((r + 1) * (k + 1))) + (r == k ? 1.0 : 0.0);
        (void)appendOrthonormal(starts, std::move(row));
    }
    SymmetricEigen result;
    for (int restart = 0; restart < kMaxRestarts; ++restart) {
        Rows rows = std::move(starts), products;
        appendProducts(products, matrix, rows, 0);
        for (std::size_t first = 0, b = 1; b < kKrylovBlocks && first < rows.size() && rows.size() < n; ++b) {
            if (stop.stop_requested())
                return {};
            const std::size_t last = rows.size();
            for (std::size_t r = first; r < last && rows.size() < n; ++r)
                (void)appendOrthonormal(rows, products[r]); // what adds nothing lies in the span already
            first = last;
            appendProducts(products, matrix, rows, first);
        }
        const std::size_t size = rows.size();
        std::vector<double> inside(size * size);
        for (std::size_t a = 0; a < size; ++a)
            for (std::size_t b = a; b < size; ++b)
                inside[a * size + b] = inside[b * size + a] = dot(rows[a], products[b]);
        const SymmetricEigen small = decomposeSymmetric(inside, size);
        result = {};
        starts.clear();
        double residual = 0.0;
        for (std::size_t r = 0; r < std::min(block, size); ++r) {
            std::vector<double> vector = combined(rows, small.vectors.data() + r * size);
            if (r < count) {
                std::vector<double> rest = combined(products, small.vectors.data() + r * size);
                addTo(rest, -small.values[r], vector.data());
                residual = std::max(residual, std::sqrt(dot(rest, rest)));
                result.values.push_back(small.values[r]);
                result.vectors.insert(result.vectors.end(), vector.begin(), vector.end());
            }
            (void)appendOrthonormal(starts, std::move(vector));
        }
        if (residual <= kResidual * std::abs(small.values.front()))
            break;
    }
    return result;
}

} // namespace latentscape
