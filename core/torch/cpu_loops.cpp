// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_loops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

// One source, several instruction sets, chosen when the program loads. Not under sanitizers: their runtime is not up yet when the
// choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define LATENTSCAPE_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LATENTSCAPE_VECTORISED
#endif
#if defined(__GNUC__)
#define LATENTSCAPE_INLINE inline __attribute__((always_inline))
#else
#define LATENTSCAPE_INLINE inline
#endif

namespace latentscape::loops {

namespace {

constexpr std::size_t kLanes = 16;

/// Sixteen floats as one value of the compiler's (GCC and Clang), in one, two or four registers; at any address. Where sums must stay in
/// registers the loop says so with it: from plain arrays GCC 12 makes code that takes twice as long.
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

LATENTSCAPE_INLINE const Lanes& lanesAt(const float* from) noexcept
{
    return *reinterpret_cast<const Lanes*>(from);
}

/// exp(x) for x in [−87, 88], relative error below 2e-7: 2ⁿ·exp(r), |r| ≤ ln 2 / 2, r in two pieces (Cody and Waite), Taylor to r⁷.
LATENTSCAPE_INLINE float exponential(float x) noexcept
{
    x = std::min(std::max(x, -87.0f), 88.0f);
    constexpr float kRound = 12582912.0f; // 1.5·2²³: adding it rounds to an integer held in the low bits
    const float shifted = x * 1.44269504f + kRound;
    const float n = shifted - kRound;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.0f / 5040.0f;
    p = p * r + 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) + 127u) << 23;
    return p * std::bit_cast<float>(exponent);
}

/// log(1 + e) for e in [0, 1] from s = e / (2 + e): 2·artanh(s), the odd series to s¹³; relative error below 2e-7.
LATENTSCAPE_INLINE float log1pFrom(float s) noexcept
{
    const float q = s * s;
    float p = 2.0f / 13.0f;
    p = p * q + 2.0f / 11.0f;
    p = p * q + 2.0f / 9.0f;
    p = p * q + 2.0f / 7.0f;
    p = p * q + 2.0f / 5.0f;
    p = p * q + 2.0f / 3.0f;
    p = p * q + 2.0f;
    return s * p;
}

LATENTSCAPE_INLINE float sigmoid(float x) noexcept
{
    const float e = exponential(-std::abs(x));
    const float larger = 1.0f / (1.0f + e); // of |x|; the other side is e·larger, which keeps its relative accuracy
    return x >= 0.0f ? larger : e * larger;
}

LATENTSCAPE_INLINE float hyperbolicTangent(float x) noexcept
{
    const float a = std::abs(x);
    const float q = x * x;
    // Near 0 the quotient below would cancel: Cephes' polynomial (tanhf.c) for |x| < 0.625.
    float p = -5.70498872745e-3f;
    p = p * q + 2.06390887954e-2f;
    p = p * q - 5.37397155531e-2f;
    p = p * q + 1.33314422036e-1f;
    p = p * q - 3.33332819422e-1f;
    const float small = p * q * x + x;
    const float large = 1.0f - 2.0f / (exponential(std::min(2.0f * a, 40.0f)) + 1.0f);
    return a < 0.625f ? small : (x < 0.0f ? -large : large);
}

/// Σ of 16 partial sums, pairwise.
LATENTSCAPE_INLINE float laneSum(const float* lanes) noexcept
{
    float eight[8], four[4];
    for (std::size_t i = 0; i < 8; ++i)
        eight[i] = lanes[i] + lanes[i + 8];
    for (std::size_t i = 0; i < 4; ++i)
        four[i] = eight[i] + eight[i + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/// One element of the Bernoulli pass: returns the loss, replaces the logit by the scaled residual.
LATENTSCAPE_INLINE float bernoulliElement(float& o, float bias, float x, float scale) noexcept
{
    const float logit = o + bias;
    const float e = exponential(-std::abs(logit));
    const float one = 1.0f + e, two = 2.0f + e;
    const float both = 1.0f / (one * two); // one division serves 1 / (1 + e) and e / (2 + e)
    const float larger = two * both;
    const float mean = logit >= 0.0f ? larger : e * larger;
    o = (mean - x) * scale;
    return std::max(logit, 0.0f) - x * logit + log1pFrom(e * one * both);
}

LATENTSCAPE_INLINE float squaredElement(float& m, float bias, float x, float scale) noexcept
{
    const float residual = m + bias - x;
    m = residual * scale;
    return residual * residual;
}

} // namespace

LATENTSCAPE_VECTORISED void bytesToFloats(const std::uint8_t* in, float* out, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(in[i]) * (1.0f / 255.0f);
}

LATENTSCAPE_VECTORISED void joinBytes(const std::uint8_t* __restrict in, std::uint8_t* __restrict mask, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        mask[i] |= in[i];
}

LATENTSCAPE_VECTORISED void toBfloat16(const float* in, std::uint16_t* out, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(in[i]);
        const std::uint32_t nearest = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16; // ties to even
        const std::uint32_t quiet = (bits >> 16) | 0x40u;                           // rounding could make infinity of a NaN
        out[i] = static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? quiet : nearest);
    }
}

LATENTSCAPE_VECTORISED void fromBfloat16(const std::uint16_t* in, float* out, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = std::bit_cast<float>(static_cast<std::uint32_t>(in[i]) << 16);
}

LATENTSCAPE_VECTORISED void biasOnly(const Tile& y, const float* bias) noexcept
{
    for (std::size_t r = 0; r < y.rows; ++r) {
        float* row = y.data + r * y.stride;
        for (std::size_t c = 0; c < y.columns; ++c)
            row[c] += bias[c];
    }
}

LATENTSCAPE_VECTORISED void biasActivation(Activation activation, const Tile& y, const float* bias, float* pre) noexcept
{
    for (std::size_t r = 0; r < y.rows; ++r) {
        float* row = y.data + r * y.stride;
        switch (activation) {
        case Activation::Relu:
            for (std::size_t c = 0; c < y.columns; ++c)
                row[c] = std::max(row[c] + bias[c], 0.0f);
            break;
        case Activation::Tanh:
            for (std::size_t c = 0; c < y.columns; ++c)
                row[c] = hyperbolicTangent(row[c] + bias[c]);
            break;
        case Activation::Silu:
            if (pre) {
                float* kept = pre + r * y.stride;
                for (std::size_t c = 0; c < y.columns; ++c)
                    kept[c] = row[c] + bias[c];
            }
            for (std::size_t c = 0; c < y.columns; ++c) {
                const float a = row[c] + bias[c];
                row[c] = a * sigmoid(a);
            }
            break;
        }
    }
}

LATENTSCAPE_VECTORISED void activationBackward(Activation activation, const Tile& dy, const float* y, const float* pre) noexcept
{
    for (std::size_t r = 0; r < dy.rows; ++r) {
        float* row = dy.data + r * dy.stride;
        const float* out = y + r * dy.stride;
        switch (activation) {
        case Activation::Relu:
            for (std::size_t c = 0; c < dy.columns; ++c)
                row[c] = out[c] > 0.0f ? row[c] : 0.0f;
            break;
        case Activation::Tanh:
            for (std::size_t c = 0; c < dy.columns; ++c)
                row[c] *= 1.0f - out[c] * out[c];
            break;
        case Activation::Silu: {
            const float* in = pre + r * dy.stride;
            for (std::size_t c = 0; c < dy.columns; ++c) {
                const float s = sigmoid(in[c]);
                row[c] *= s * (1.0f + in[c] * (1.0f - s));
            }
            break;
        }
        }
    }
}

LATENTSCAPE_VECTORISED void bernoulliLoss(const Tile& o, const float* bias, const float* x, float scale, float* rowLoss) noexcept
{
    for (std::size_t r = 0; r < o.rows; ++r) {
        float* row = o.data + r * o.stride;
        const float* target = x + r * o.stride;
        float lanes[kLanes] = {};
        std::size_t c = 0;
        for (; c + kLanes <= o.columns; c += kLanes)
            for (std::size_t i = 0; i < kLanes; ++i)
                lanes[i] += bernoulliElement(row[c + i], bias[c + i], target[c + i], scale);
        for (std::size_t i = 0; c < o.columns; ++c, ++i)
            lanes[i] += bernoulliElement(row[c], bias[c], target[c], scale);
        rowLoss[r] = laneSum(lanes);
    }
}

LATENTSCAPE_VECTORISED void squaredErrorLoss(const Tile& m, const float* bias, const float* x, float scale, float* rowLoss) noexcept
{
    for (std::size_t r = 0; r < m.rows; ++r) {
        float* row = m.data + r * m.stride;
        const float* target = x + r * m.stride;
        float lanes[kLanes] = {};
        std::size_t c = 0;
        for (; c + kLanes <= m.columns; c += kLanes)
            for (std::size_t i = 0; i < kLanes; ++i)
                lanes[i] += squaredElement(row[c + i], bias[c + i], target[c + i], scale);
        for (std::size_t i = 0; c < m.columns; ++c, ++i)
            lanes[i] += squaredElement(row[c], bias[c], target[c], scale);
        rowLoss[r] = laneSum(lanes);
    }
}

LATENTSCAPE_VECTORISED void columnSums(const float* a, std::size_t rows, std::size_t columns, std::size_t stride, float* sums) noexcept
{
    std::fill_n(sums, columns, 0.0f);
    for (std::size_t r = 0; r < rows; ++r) {
        const float* row = a + r * stride;
        for (std::size_t c = 0; c < columns; ++c)
            sums[c] += row[c];
    }
}

LATENTSCAPE_VECTORISED double squareSum(const float* a, std::size_t count) noexcept
{
    constexpr std::size_t kRun = 1024;
    double sum = 0.0;
    for (std::size_t first = 0; first < count; first += kRun) {
        const std::size_t end = std::min(count, first + kRun);
        float lanes[kLanes] = {};
        std::size_t i = first;
        for (; i + kLanes <= end; i += kLanes)
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                lanes[lane] += a[i + lane] * a[i + lane];
        for (std::size_t lane = 0; i < end; ++i, ++lane)
            lanes[lane] += a[i] * a[i];
        sum += static_cast<double>(laneSum(lanes));
    }
    return sum;
}

LATENTSCAPE_VECTORISED void scale(float* a, float factor, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        a[i] *= factor;
}

LATENTSCAPE_VECTORISED void adam(const AdamStep& step, float* __restrict p, const float* __restrict g, float* __restrict m,
                                 float* __restrict v, std::size_t count) noexcept
{
    const auto size = static_cast<float>(static_cast<double>(step.learningRate) / step.correction1);
    const auto root = static_cast<float>(1.0 / std::sqrt(step.correction2));
    const float beta2 = step.beta2, epsilon = step.epsilon, keep = step.keep, rest1 = 1.0f - step.beta1, rest2 = 1.0f - step.beta2;
    for (std::size_t i = 0; i < count; ++i) {
        m[i] += rest1 * (g[i] - m[i]);
        v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
        p[i] = keep * p[i] - size * m[i] / (std::sqrt(v[i]) * root + epsilon);
    }
}

LATENTSCAPE_VECTORISED void rmsProp(float learningRate, float* __restrict p, const float* __restrict g, float* __restrict v,
                                    std::size_t count) noexcept
{
    constexpr float kAlpha = 0.99f, kEpsilon = 1e-8f;
    for (std::size_t i = 0; i < count; ++i) {
        v[i] = kAlpha * v[i] + (1.0f - kAlpha) * g[i] * g[i];
        p[i] -= learningRate * g[i] / (std::sqrt(v[i]) + kEpsilon);
    }
}

LATENTSCAPE_VECTORISED void sgd(float learningRate, float momentum, float* __restrict p, const float* __restrict g, float* __restrict m,
                                std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i) {
        m[i] = momentum * m[i] + g[i];
        p[i] -= learningRate * m[i];
    }
}

LATENTSCAPE_VECTORISED void matrixVector(const float* w, const float* bias, const float* x, float* y, std::size_t rows,
                                         std::size_t columns) noexcept
{
    const std::size_t whole = columns / kLanes * kLanes;
    const auto finish = [&](std::size_t row, const Lanes& lanes) {
        float sums[kLanes];
        std::memcpy(sums, &lanes, sizeof(sums));
        float sum = laneSum(sums);
        for (std::size_t c = whole; c < columns; ++c)
            sum += w[row * columns + c] * x[c];
        y[row] = sum + bias[row];
    };
    // Four rows at once: the loads of x are shared and four chains of additions run beside each other.
    std::size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const float* row = w + r * columns;
        Lanes a{}, b{}, c{}, d{};
        for (std::size_t i = 0; i < whole; i += kLanes) {
            const Lanes in = lanesAt(x + i);
            a += lanesAt(row + i) * in;
            b += lanesAt(row + columns + i) * in;
            c += lanesAt(row + 2 * columns + i) * in;
            d += lanesAt(row + 3 * columns + i) * in;
        }
        finish(r, a);
        finish(r + 1, b);
        finish(r + 2, c);
        finish(r + 3, d);
    }
    for (; r < rows; ++r) {
        Lanes a{};
        for (std::size_t i = 0; i < whole; i += kLanes)
            a += lanesAt(w + r * columns + i) * lanesAt(x + i);
        finish(r, a);
    }
}

LATENTSCAPE_VECTORISED void activate(Activation activation, float* values, std::size_t count) noexcept
{
    switch (activation) {
    case Activation::Relu:
        for (std::size_t i = 0; i < count; ++i)
            values[i] = std::max(values[i], 0.0f);
        break;
    case Activation::Tanh:
        for (std::size_t i = 0; i < count; ++i)
            values[i] = hyperbolicTangent(values[i]);
        break;
    case Activation::Silu:
        for (std::size_t i = 0; i < count; ++i)
            values[i] *= sigmoid(values[i]);
        break;
    }
}

LATENTSCAPE_VECTORISED void sigmoidInPlace(float* values, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        values[i] = sigmoid(values[i]);
}

LATENTSCAPE_VECTORISED void clampUnit(float* values, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::min(std::max(values[i], 0.0f), 1.0f);
}

} // namespace latentscape::loops
