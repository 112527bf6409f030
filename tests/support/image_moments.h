// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

namespace latentscape::tests {

/// How far the ink of a grey image [height, width] leans to the right, in degrees: the shear that its second moments tell. A shear of the
/// image by some angle adds its tangent to this one's; what an upright shape has of its own stays.
inline double slantOf(std::span<const float> image, std::size_t height, std::size_t width)
{
    double ink = 0.0, meanX = 0.0, meanY = 0.0;
    const auto visit = [&](const auto& each) {
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < width; ++x)
                each(static_cast<double>(x), static_cast<double>(y), static_cast<double>(image[y * width + x]));
    };
    visit([&](double x, double y, double value) {
        ink += value;
        meanX += value * x;
        meanY += value * y;
    });
    if (!(ink > 0.0))
        return 0.0;
    meanX /= ink;
    meanY /= ink;
    double across = 0.0, down = 0.0;
    visit([&](double x, double y, double value) {
        across += value * (x - meanX) * (y - meanY);
        down += value * (y - meanY) * (y - meanY);
    });
    return down > 0.0 ? std::atan(-across / down) * 180.0 / std::numbers::pi : 0.0; // rows grow downwards
}

/// Ranks from 0; equal values share the mean of theirs.
inline std::vector<double> ranksOf(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]])
            ++end;
        for (std::size_t i = begin; i < end; ++i)
            ranks[order[i]] = 0.5 * static_cast<double>(begin + end - 1);
        begin = end;
    }
    return ranks;
}

inline double pearson(const std::vector<double>& a, const std::vector<double>& b)
{
    const auto n = static_cast<double>(a.size());
    const double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n, meanB = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - meanA) * (b[i] - meanB);
        aa += (a[i] - meanA) * (a[i] - meanA);
        bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa > 0.0 && bb > 0.0 ? ab / std::sqrt(aa * bb) : 0.0;
}

/// Spearman's rank correlation.
inline double spearman(const std::vector<double>& a, const std::vector<double>& b)
{
    return pearson(ranksOf(a), ranksOf(b));
}

} // namespace latentscape::tests
