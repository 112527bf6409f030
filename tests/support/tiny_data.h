// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/dataset.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

namespace latentscape::tests {

inline constexpr int kTinyClasses = 4;

/// One part of the tiny set: sample i belongs to class i % 4 and depends on (firstIndex + i) and side alone.
/// The outer margin rows and columns are zero.
inline DataPart tinyPart(std::size_t count, int side, std::uint64_t firstIndex, int margin = 0)
{
    const auto edge = static_cast<std::size_t>(side);
    std::vector<std::uint8_t> pixels(count * edge * edge);
    std::vector<std::int32_t> labels(count);
    std::vector<float> strengths(count);
    for (std::size_t i = 0; i < count; ++i) {
        RandomStream random(/*seed=*/7, StreamPurpose::DataSet, firstIndex + i);
        const int label = static_cast<int>(i % kTinyClasses);
        const int line = static_cast<int>(random.below(static_cast<std::uint64_t>(std::max(1, side / 2)))) + side / 4;
        const double strength = random.uniform(0.6, 1.0);
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x) {
                bool ink = false;
                switch (label) {
                case 0: ink = y == line; break;                                 // a lying bar
                case 1: ink = x == line; break;                                 // a standing bar
                case 2: ink = x - y == line - side / 2; break;                  // a diagonal
                default: ink = std::max(std::abs(x - line), std::abs(y - line)) <= std::max(1, side / 6); break; // a square
                }
                if (std::min(x, y) < margin || std::max(x, y) >= side - margin)
                    continue;
                const double value = (ink ? 255.0 * strength : 0.0) + random.uniform(0.0, 12.0);
                pixels[(i * edge + static_cast<std::size_t>(y)) * edge + static_cast<std::size_t>(x)] =
                    static_cast<std::uint8_t>(std::min(value, 255.0));
            }
        labels[i] = label;
        strengths[i] = static_cast<float>(strength);
    }
    DataPart part;
    part.count = count;
    part.values = std::move(pixels);
    part.labels = std::move(labels);
    part.factors.push_back(FactorColumn{"strength", "", std::move(strengths)});
    return part;
}

/// A tiny deterministic labelled set: four classes (lying bar, standing bar, diagonal, square), grey side × side bytes,
/// one factor column "strength". Train and test samples are different.
inline std::shared_ptr<const Dataset> tinyDataset(std::size_t train = 64, std::size_t test = 16, int side = 8, int margin = 0)
{
    Dataset::Parts parts;
    parts.name = "tiny";
    parts.source = "made for tests";
    parts.scale = "0 … 255 → 0 … 1";
    parts.shape = ItemShape{1, side, side};
    parts.classNames = {"lying", "standing", "diagonal", "square"};
    parts.train = tinyPart(train, side, /*firstIndex=*/0, margin);
    parts.test = tinyPart(test, side, /*firstIndex=*/1'000'000, margin);
    return Dataset::create(std::move(parts));
}

} // namespace latentscape::tests
