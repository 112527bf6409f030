// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/standardize.h"

#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

ColumnScale scaleOf(std::span<const float> table, std::size_t column, std::size_t columns, const std::string& name)
{
    const std::size_t rows = table.size() / columns;
    double sum = 0.0;
    for (std::size_t row = 0; row < rows; ++row)
        sum += static_cast<double>(table[row * columns + column]);
    const double mean = sum / static_cast<double>(rows);
    double squares = 0.0; // a second pass: the mean may be far larger than the spread
    for (std::size_t row = 0; row < rows; ++row) {
        const double off = static_cast<double>(table[row * columns + column]) - mean;
        squares += off * off;
    }
    const double deviation = std::sqrt(squares / static_cast<double>(rows));
    const bool varies = deviation > 1e-6 * std::abs(mean) && static_cast<float>(deviation) > 0.0f;
    return {name, static_cast<float>(mean), varies ? static_cast<float>(deviation) : 1.0f};
}

} // namespace

void standardizeColumns(Dataset::Parts& parts, std::span<const std::string> names)
{
    const std::size_t columns = parts.shape.size();
    assert(names.size() == columns && parts.train.count > 0 && !parts.train.isBytes() && !parts.test.isBytes());
    parts.columns.clear();
    for (std::size_t k = 0; k < columns; ++k)
        parts.columns.push_back(scaleOf(parts.train.floats(), k, columns, names[k]));
    for (DataPart* part : {&parts.train, &parts.test}) {
        std::vector<float> values(part->floats().begin(), part->floats().end());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const ColumnScale& column = parts.columns[i % columns];
            values[i] = (values[i] - column.mean) / column.scale;
        }
        part->values = std::move(values);
    }
    parts.scale = "(column − mean) / standard deviation";
}

} // namespace latentscape
