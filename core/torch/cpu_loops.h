// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstddef>
#include <cstdint>

namespace latentscape::loops {

// The elementwise passes of a training step on the CPU, each one pass over memory, vectorised for the processor it runs on.
// No state, no allocation, any thread. Sums run in a fixed order of 16 lanes, whatever the processor's vector width.

/// A rectangle of a row-major matrix: rows × columns floats, stride floats from row to row.
struct Tile {
    float* data = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0;
};

/// out[i] = in[i] / 255
void bytesToFloats(const std::uint8_t* in, float* out, std::size_t count) noexcept;
/// mask[i] |= in[i]; the two do not overlap.
void joinBytes(const std::uint8_t* in, std::uint8_t* mask, std::size_t count) noexcept;

/// Rounded to the nearest bfloat16, as its 16 bits; NaN stays NaN. And back.
void toBfloat16(const float* in, std::uint16_t* out, std::size_t count) noexcept;
void fromBfloat16(const std::uint16_t* in, float* out, std::size_t count) noexcept;

/// y = activation(y + bias); where pre is given it receives y + bias (SiLU's derivative needs it; same stride). bias: [columns].
void biasActivation(Activation activation, const Tile& y, const float* bias, float* pre) noexcept;
/// y = sigmoid(y + bias)
void biasSigmoid(const Tile& y, const float* bias) noexcept;
/// y += bias
void biasOnly(const Tile& y, const float* bias) noexcept;
/// dy *= activation'(…), from the layer's output y (ReLU, tanh) or from pre (SiLU), which lie like dy.
void activationBackward(Activation activation, const Tile& dy, const float* y, const float* pre) noexcept;

/// o holds logits without bias and is overwritten by (sigmoid(o + bias) − x) · scale; rowLoss[r] = Σ softplus(o) − x·o over the tile's
/// columns. columnSums [columns], where given, are those of what o becomes. softplus(o) = max(o, 0) + log1p(exp(−|o|)): finite with the right
/// gradient for every logit, unlike sigmoid + BCE.
void bernoulliLoss(const Tile& o, const float* bias, const float* x, float scale, float* rowLoss, float* columnSums) noexcept;
/// m holds means without bias and is overwritten by (m + bias − x) · scale; rowLoss[r] = Σ (m + bias − x)². x lies like m; columnSums as above.
void squaredErrorLoss(const Tile& m, const float* bias, const float* x, float scale, float* rowLoss, float* columnSums) noexcept;
/// sum = Σ of count ≥ 1 matrices that lie as it does, apart floats from one to the next.
void sumParts(const float* parts, std::size_t apart, int count, const Tile& sum) noexcept;
/// sums[c] += Σ_r a[r, c]; a as in Tile.
void addColumnSums(const float* a, std::size_t rows, std::size_t columns, std::size_t stride, float* sums) noexcept;

/// Σ a², in double over runs of 1024 floats.
[[nodiscard]] double squareSum(const float* a, std::size_t count) noexcept;
/// a *= factor
void scale(float* a, float factor, std::size_t count) noexcept;

/// PyTorch's Adam and AdamW (torch.optim): corrections 1 − β₁ᵗ and 1 − β₂ᵗ are the caller's; keep = 1 − lr·weight decay shrinks p first.
struct AdamStep {
    float learningRate = 1e-3f;
    float keep = 1.0f;
    float beta1 = 0.9f;
    float beta2 = 0.999f;
    float epsilon = 1e-8f;
    double correction1 = 1.0;
    double correction2 = 1.0;
};
void adam(const AdamStep& step, float* p, const float* g, float* m, float* v, std::size_t count) noexcept;
/// v = α·v + (1 − α)·g²; p −= lr·g / (√v + ε), α = 0.99, ε = 1e-8
void rmsProp(float learningRate, float* p, const float* g, float* v, std::size_t count) noexcept;
/// m = momentum·m + g; p −= lr·m
void sgd(float learningRate, float momentum, float* p, const float* g, float* m, std::size_t count) noexcept;

/// y[row] = Σ_c w[row, c]·x[c] + bias[row]; w contiguous [rows, columns].
void matrixVector(const float* w, const float* bias, const float* x, float* y, std::size_t rows, std::size_t columns) noexcept;
/// In place: the activation alone; sigmoid; a cut to [0, 1].
void activate(Activation activation, float* values, std::size_t count) noexcept;
void sigmoidInPlace(float* values, std::size_t count) noexcept;
void clampUnit(float* values, std::size_t count) noexcept;

} // namespace latentscape::loops
