// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/part_selection.h"

#include "core/data/split.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr double kTestFraction = 0.1;

template <typename T>
std::vector<T> picked(std::span<const T> values, std::span<const std::int32_t> indices, std::size_t each)
{
    std::vector<T> chosen;
    chosen.reserve(indices.size() * each);
    for (const std::int32_t index : indices) {
        const auto sample = values.subspan(static_cast<std::size_t>(index) * each, each);
        chosen.insert(chosen.end(), sample.begin(), sample.end());
    }
    return chosen;
}

} // namespace

DataPart pickSamples(const DataPart& part, std::span<const std::int32_t> indices, std::size_t sampleSize)
{
    DataPart out;
    out.count = indices.size();
    if (part.isBytes())
        out.values = picked(part.bytes(), indices, sampleSize);
    else
        out.values = picked(part.floats(), indices, sampleSize);
    if (!part.labels.empty())
        out.labels = picked(std::span(part.labels), indices, 1);
    for (const FactorColumn& column : part.factors)
        out.factors.push_back({column.name, column.unit, picked(std::span(column.values), indices, 1)});
    return out;
}

void splitOffTest(Dataset::Parts& parts, std::uint64_t seed)
{
    assert(parts.train.count >= 2);
    const auto count = static_cast<double>(parts.train.count);
    const Split split = stratifiedSplit(parts.train.count, parts.train.labels, std::max(kTestFraction, 1.0 / count), seed);
    parts.test = pickSamples(parts.train, split.held, parts.shape.size());
    parts.train = pickSamples(parts.train, split.kept, parts.shape.size());
    parts.source += ", 10 % held out for testing by seed " + std::to_string(seed);
}

} // namespace latentscape
