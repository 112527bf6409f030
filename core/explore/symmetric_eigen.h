// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
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

} // namespace latentscape
