// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/matrix_product.h"

namespace latentscape {

/// Whether the processor multiplies bfloat16 itself (AVX-512 BF16). Elsewhere such a product would be emulated and slower than one in float32.
[[nodiscard]] bool hasBfloat16Products() noexcept;

/// matrixProduct() with both operands and the result rounded to bfloat16 and sums in float32, on the calling thread's compute threads. Of
/// LibTorch's products: MKL's own gemm_bf16bf16f32 is no faster than sgemm on processors of other makers. Falls back to matrixProduct() when
/// memory for the rounded operands runs out.
void bfloat16Product(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) noexcept;

} // namespace latentscape
