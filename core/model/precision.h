// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace latentscape {

/// In what the large matrix products of a training step are computed. Everything else – weights, moments, losses, evaluation – is float32.
enum class Precision {
    Float32,
    BFloat16, ///< operands and results rounded to 8 significant bits, sums in float32; about twice as fast where the processor has it
};

} // namespace latentscape
