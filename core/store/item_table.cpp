// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/item_table.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>

namespace latentscape {

namespace {

void appendNumber(std::string& out, float value)
{
    std::array<char, 48> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

std::string quotedWhereNeeded(const std::string& name)
{
    if (name.find_first_of(",\"\r\n") == std::string::npos)
        return name;
    std::string out = "\"";
    for (const char letter : name)
        out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return out + '"';
}

} // namespace

std::vector<float> inOriginalUnits(std::span<const float> values, std::span<const ColumnScale> columns)
{
    std::vector<float> out(values.begin(), values.end());
    if (columns.empty())
        return out;
    assert(values.size() % columns.size() == 0);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const ColumnScale& column = columns[i % columns.size()];
        out[i] = static_cast<float>(static_cast<double>(values[i]) * static_cast<double>(column.scale) + static_cast<double>(column.mean));
    }
    return out;
}

std::string itemsToCsv(std::span<const float> z, int latent, std::span<const float> values, int width, std::span<const ColumnScale> columns)
{
    assert(latent >= 1 && width >= 1 && (columns.empty() || columns.size() == static_cast<std::size_t>(width)));
    const auto codeSize = static_cast<std::size_t>(latent), itemSize = static_cast<std::size_t>(width);
    assert(z.size() / codeSize == values.size() / itemSize);
    std::string out;
    for (std::size_t j = 0; j < codeSize; ++j)
        out += "z_" + std::to_string(j) + ',';
    for (std::size_t i = 0; i < itemSize; ++i) {
        out += columns.empty() || columns[i].name.empty() ? "value_" + std::to_string(i) : quotedWhereNeeded(columns[i].name);
        out += i + 1 < itemSize ? ',' : '\n';
    }
    for (std::size_t row = 0; row < z.size() / codeSize; ++row) {
        for (std::size_t j = 0; j < codeSize; ++j) {
            appendNumber(out, z[row * codeSize + j]);
            out += ',';
        }
        for (std::size_t i = 0; i < itemSize; ++i) {
            appendNumber(out, values[row * itemSize + i]);
            out += i + 1 < itemSize ? ',' : '\n';
        }
    }
    return out;
}

} // namespace latentscape
