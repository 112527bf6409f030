// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/frame_diagnostics.h"

#include <algorithm>
#include <cmath>

namespace latentscape {

LatentDiagnostics diagnose(const LatentFrame& frame, std::size_t mostRows)
{
    const auto latent = static_cast<std::size_t>(frame.latent);
    LatentDiagnostics out;
    out.klPerDimension.assign(latent, 0.0);
    out.meanVariance.assign(latent, 0.0);
    out.aggregateVariance.assign(latent, 0.0);
    const std::size_t count = frame.count();
    if (count == 0 || latent == 0)
        return out;

    const std::size_t most = std::max<std::size_t>(mostRows, 1);
    const std::size_t stride = (count - 1) / most + 1; // not (count + most − 1) / most, which overflows for "all of them"
    std::vector<double> shiftedSum(latent, 0.0), shiftedSquares(latent, 0.0);
    const auto shift = frame.muOf(0); // near the mean: the difference of the two sums keeps its digits
    std::size_t rows = 0;
    for (std::size_t row = 0; row < count; row += stride, ++rows) {
        const auto mu = frame.muOf(row);
        const auto logvar = frame.logvarOf(row);
        for (std::size_t k = 0; k < latent; ++k) {
            const double mean = static_cast<double>(mu[k]);
            const double log = static_cast<double>(logvar[k]);
            const double variance = std::exp(log);
            const double shifted = mean - static_cast<double>(shift[k]);
            out.klPerDimension[k] -= 0.5 * (1.0 + log - mean * mean - variance);
            out.aggregateVariance[k] += variance;
            shiftedSum[k] += shifted;
            shiftedSquares[k] += shifted * shifted;
        }
    }
    const auto n = static_cast<double>(rows);
    for (std::size_t k = 0; k < latent; ++k) {
        const double meanShift = shiftedSum[k] / n;
        out.klPerDimension[k] /= n;
        out.meanVariance[k] = std::max(0.0, shiftedSquares[k] / n - meanShift * meanShift);
        out.aggregateVariance[k] = out.aggregateVariance[k] / n + out.meanVariance[k];
    }
    return out;
}

} // namespace latentscape
