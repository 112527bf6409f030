// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/bfloat16_product.h"

#include "core/torch/cpu_loops.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <exception>
#include <vector>

namespace latentscape {

namespace {

using Bits = std::vector<std::uint16_t>;

/// Rows side by side, as stored.
at::Tensor rounded(const MatrixView& matrix, std::size_t rows, std::size_t columns, Bits& bits)
{
    const std::size_t stored = matrix.transposed ? columns : rows, width = matrix.transposed ? rows : columns;
    bits.resize(stored * width);
    for (std::size_t row = 0; row < stored; ++row)
        loops::toBfloat16(matrix.data + row * matrix.stride, bits.data() + row * width, width);
    const at::Tensor view = at::from_blob(bits.data(), {static_cast<std::int64_t>(stored), static_cast<std::int64_t>(width)}, at::kBFloat16);
    return matrix.transposed ? view.t() : view;
}

} // namespace

bool hasBfloat16Products() noexcept
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

void bfloat16Product(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) noexcept
{
    try {
        thread_local Bits left, right, result; // grow to the largest product of the thread and stay
        const c10::InferenceMode inference;
        const at::Tensor first = rounded(a, m, k, left), second = rounded(b, k, n, right);
        result.resize(m * n);
        at::Tensor product = at::from_blob(result.data(), {static_cast<std::int64_t>(m), static_cast<std::int64_t>(n)}, at::kBFloat16);
        at::mm_out(product, first, second);
        for (std::size_t row = 0; row < m; ++row)
            loops::fromBfloat16(result.data() + row * n, c + row * strideC, n);
    } catch (const std::exception&) {
        matrixProduct(m, n, k, a, b, c, strideC);
    }
}

} // namespace latentscape
