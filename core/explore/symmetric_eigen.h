// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// Eigenvalues of a symmetric matrix, largest first, and their orthonormal eigenvectors: vectors[r·n … r·n + n) belongs to values[r].
struct SymmetricEigen {
    std::vector<double> values;
    std::vector<double> vectors;
};

/// Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5). matrix: [n, n] row-major, symmetric, finite. Equal
/// eigenvalues keep the order of their columns, so that a multiple of the identity gives the axes themselves.
[[nodiscard]] SymmetricEigen decomposeSymmetric(std::span<const double> matrix, std::size_t n);

/// The count largest eigenvalues alone (of a positive semidefinite matrix; 1 ≤ count ≤ n), by a block Krylov method with restarts (Golub and
/// Underwood, The block Lanczos method, 1977): n² a step where the above takes n³. Residuals below 1e-11 of the largest one; deterministic.
/// Empty when stopped.
[[nodiscard]] SymmetricEigen leadingEigen(std::span<const double> matrix, std::size_t n, std::size_t count, std::stop_token stop = {});

} // namespace latentscape
