// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/matrix_product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <mutex>

extern "C" void sgemm_(const char* transA, const char* transB, const int* m, const int* n, const int* k, const float* alpha, const float* a,
                       const int* lda, const float* b, const int* ldb, const float* beta, float* c, const int* ldc);

namespace latentscape {

namespace {

/// Results narrower than this are computed lying down: the BLAS spends 55 µs on [400, 2] and 9 µs on [2, 400].
constexpr std::size_t kNarrow = 16;
constexpr std::size_t kStrip = 512;

/// c = a·b + keep·c
void product(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float keep, float* c,
             std::size_t strideC) noexcept
{
    // The BLAS counts columns first, so it is asked for cᵀ = bᵀ·aᵀ.
    const char transA = a.transposed ? 'T' : 'N', transB = b.transposed ? 'T' : 'N';
    const int rows = static_cast<int>(m), columns = static_cast<int>(n), depth = static_cast<int>(k);
    const int lda = static_cast<int>(a.stride), ldb = static_cast<int>(b.stride), ldc = static_cast<int>(strideC);
    const float one = 1.0f;
    sgemm_(&transB, &transA, &columns, &rows, &depth, &one, b.data, &ldb, a.data, &lda, &keep, c, &ldc);
}

/// MKL looks for the processor's kernels at the first exp, log, tanh … of a process, and not safely: for some nanoseconds it shows other threads
/// the number of the processor where the number of its kernels belongs, and who computes just then gets the kernel of five right digits. Seen
/// with a debugger in LibTorch 2.13 (mkl_vml_serv_cpu_detect); two halves of a first batch meet there now and then. So one thread goes first.
void settleVectorMath()
{
    (void)at::exp(at::zeros({16}));
}

} // namespace

void matrixProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c,
                   std::size_t strideC) noexcept
{
    if (n > kNarrow || b.transposed || m <= n)
        return product(m, n, k, a, b, 0.0f, c, strideC);
    float lying[kNarrow * kStrip];
    for (std::size_t first = 0; first < m; first += kStrip) {
        const std::size_t rows = std::min(kStrip, m - first);
        const MatrixView part{a.data + (a.transposed ? first : first * a.stride), a.stride, !a.transposed};
        product(n, rows, k, {b.data, b.stride, true}, part, 0.0f, lying, rows);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < n; ++column)
                c[(first + row) * strideC + column] = lying[column * rows + row];
    }
}

void addMatrixProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c,
                      std::size_t strideC) noexcept
{
    product(m, n, k, a, b, 1.0f, c, strideC);
}

void useComputeThreads(int threads)
{
    // OpenMP's and MKL's thread counts belong to the calling thread, but ATen makes a thread adopt the last count that anybody set at
    // its first parallel operation. get_num_threads() is that first operation; the lock keeps another thread's count out of between.
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    [[maybe_unused]] static const bool settled = (settleVectorMath(), true);
    at::set_num_threads(threads);
    (void)at::get_num_threads();
    c10::GradMode::set_enabled(false);
    at::globalContext().setFlushDenormal(true); // of this thread alone, whatever the name says
}

} // namespace latentscape
