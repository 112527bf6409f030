// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/precision.h"
#include "core/model/run_config.h"

#include <cstddef>

namespace latentscape {

/// Seconds for the matrix products of one epoch over images alone: the shapes of config's forward and backward pass at its batch size
/// (partial last batch included), on that many compute threads of LibTorch's own (at::mm_out into buffers made before). Everything else
/// of a step is overhead against it. Runs on a thread of its own; the caller's settings stay. Returns 0 when memory runs out. Only for
/// plain MLPs (ParameterLayout::isPlainMlp()). BFloat16: operands are bfloat16 already. inputColumns: of the first layer, as
/// StepMode::inputColumns; 0: all pixels.
[[nodiscard]] double productsAloneSeconds(const RunConfig& config, int threads, std::size_t images, Precision precision = Precision::Float32,
                                          double inputColumns = 0.0);

/// Floating-point operations of those products, 2·m·n·k each; 0 for a network that is not a plain MLP.
[[nodiscard]] double productFlops(const RunConfig& config, std::size_t images, double inputColumns = 0.0);

/// The best rate in GFLOP/s of several products 1024 × 1024 × 1024 in float; about 0.2 s. Returns 0 when memory runs out.
[[nodiscard]] double matrixProductGflops(int threads);

} // namespace latentscape
