// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_loops.h"

#include "core/torch/lane_math.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace latentscape::loops {

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

LATENTSCAPE_VECTORISED void addColumnSums(const float* a, std::size_t rows, std::size_t columns, std::size_t stride, float* sums) noexcept
{
    for (std::size_t r = 0; r < rows; ++r) {
        const float* row = a + r * stride;
        for (std::size_t c = 0; c < columns; ++c)
            sums[c] += row[c];
    }
}

LATENTSCAPE_VECTORISED void sumParts(const float* parts, std::size_t apart, int count, const Tile& sum) noexcept
{
    for (std::size_t r = 0; r < sum.rows; ++r) {
        float* __restrict row = sum.data + r * sum.stride;
        const float* part = parts + r * sum.stride;
        std::copy_n(part, sum.columns, row);
        for (int i = 1; i < count; ++i) {
            part += apart;
            for (std::size_t c = 0; c < sum.columns; ++c)
                row[c] += part[c];
        }
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
        float sum = laneSum(lanes);
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
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        lanesAt(values + i) = sigmoid(lanesAt(values + i));
    for (; i < count; ++i)
        values[i] = sigmoid(values[i]);
}

LATENTSCAPE_VECTORISED void biasSigmoid(const Tile& y, const float* bias) noexcept
{
    for (std::size_t r = 0; r < y.rows; ++r) {
        float* row = y.data + r * y.stride;
        std::size_t c = 0;
        for (; c + kLanes <= y.columns; c += kLanes)
            lanesAt(row + c) = sigmoid(lanesAt(row + c) + lanesAt(bias + c));
        for (; c < y.columns; ++c)
            row[c] = sigmoid(row[c] + bias[c]);
    }
}

LATENTSCAPE_VECTORISED void clampUnit(float* values, std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::min(std::max(values[i], 0.0f), 1.0f);
}

} // namespace latentscape::loops
