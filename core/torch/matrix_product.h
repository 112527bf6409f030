// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace latentscape {

/// A read-only row-major matrix as stored; transposed says how the product sees it.
struct MatrixView {
    const float* data = nullptr;
    std::size_t stride = 0; ///< floats from stored row to stored row
    bool transposed = false;
};

/// c[m, n] = a[m, k] · b[k, n] by the sgemm of LibTorch's own BLAS, on the calling thread's compute threads (1 in the pool and on
/// decoding threads). c is row-major with strideC floats a row and does not overlap a or b. Does not allocate on our side.
/// Straight to the BLAS: an at::mm_out on a part of a matrix builds three tensors first, 2 µs and three allocations.
void matrixProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) noexcept;
/// c += a · b, all else alike.
void addMatrixProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) noexcept;

/// Sets how many compute threads LibTorch's own operations use when this thread calls them, turns its gradient mode off and lets it take
/// denormal numbers for zero; to be called once at a thread's start. The moments of weights that have no gradient any more shrink to denormals
/// and would stay there (0.9 of the smallest rounds to itself): on some processors each costs more than a hundred cycles.
void useComputeThreads(int threads);
/// For threads that are themselves the parallelism: the trainer, its pool, decoding threads.
inline void useOneComputeThread() { useComputeThreads(1); }

} // namespace latentscape
