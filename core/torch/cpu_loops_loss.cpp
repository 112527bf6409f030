// SPDX-License-Identifier: GPL-3.0-or-later
// The passes over the output: loss, its gradient and what the gradient's columns sum up to, while a value is in a register.
#include "core/torch/cpu_loops.h"

#include "core/torch/lane_math.h"

#include <algorithm>

namespace latentscape::loops {

namespace {

/// One value of the Bernoulli pass: returns the loss, replaces the logit by the scaled residual.
struct BernoulliValue {
    template <typename F>
    LATENTSCAPE_INLINE F operator()(F& o, F bias, F x, float scale) const noexcept
    {
        const F logit = o + bias;
        const F e = exponential(-absolute(logit));
        const F one = 1.0f + e, two = 2.0f + e;
        const F both = 1.0f / (one * two); // one division serves 1 / (1 + e) and e / (2 + e)
        const F larger = two * both, smaller = e * larger;
        const F mean = logit >= F{} ? larger : smaller;
        o = (mean - x) * scale;
        return atLeast(logit, 0.0f) - x * logit + log1pFrom(e * one * both);
    }
};

struct SquaredErrorValue {
    template <typename F>
    LATENTSCAPE_INLINE F operator()(F& m, F bias, F x, float scale) const noexcept
    {
        const F residual = m + bias - x;
        m = residual * scale;
        return residual * residual;
    }
};

template <typename Value>
LATENTSCAPE_INLINE void lossPass(const Value& value, const Tile& o, const float* bias, const float* x, float scale, float* rowLoss,
                                 float* columnSums) noexcept
{
    if (columnSums)
        std::fill_n(columnSums, o.columns, 0.0f);
    for (std::size_t r = 0; r < o.rows; ++r) {
        float* row = o.data + r * o.stride;
        const float* target = x + r * o.stride;
        Lanes lanes{};
        std::size_t c = 0;
        for (; c + kLanes <= o.columns; c += kLanes) {
            Lanes out = lanesAt(row + c);
            lanes += value(out, lanesAt(bias + c), lanesAt(target + c), scale);
            lanesAt(row + c) = out;
            if (columnSums)
                lanesAt(columnSums + c) += out;
        }
        for (std::size_t i = 0; c < o.columns; ++c, ++i) {
            lanes[i] += value(row[c], bias[c], target[c], scale);
            if (columnSums)
                columnSums[c] += row[c];
        }
        rowLoss[r] = laneSum(lanes);
    }
}

} // namespace

LATENTSCAPE_VECTORISED void bernoulliLoss(const Tile& o, const float* bias, const float* x, float scale, float* rowLoss, float* columnSums) noexcept
{
    lossPass(BernoulliValue(), o, bias, x, scale, rowLoss, columnSums);
}

LATENTSCAPE_VECTORISED void squaredErrorLoss(const Tile& m, const float* bias, const float* x, float scale, float* rowLoss,
                                             float* columnSums) noexcept
{
    lossPass(SquaredErrorValue(), m, bias, x, scale, rowLoss, columnSums);
}

} // namespace latentscape::loops
