// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/json/name_table.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace latentscape {

namespace {

/// Levenshtein's distance, two rows at a time.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> above(b.size() + 1), row(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
        above.swap(row);
    }
    return above[b.size()];
}

} // namespace

std::string_view nearestName(std::span<const std::string_view> names, std::string_view text)
{
    if (text.size() > 64) // not a slip of the finger, and the distance costs the product of the lengths
        return {};
    std::string_view best;
    std::size_t bestDistance = 3;
    for (const std::string_view candidate : names) {
        const std::size_t distance = editDistance(text, candidate);
        const std::size_t allowed = std::min<std::size_t>(2, std::max(candidate.size(), text.size()) / 3);
        if (distance <= allowed && distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

std::string listOfNames(std::span<const std::string_view> names)
{
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            list += i + 1 == names.size() ? " or " : ", ";
        list += names[i];
    }
    return list;
}

Error unknownNameError(std::string_view what, std::span<const std::string_view> names, std::string_view found)
{
    Error error;
    error.code = ErrorCode::InvalidArgument;
    error.what = "There is no such " + std::string(what);
    error.expected = listOfNames(names);
    error.found = '"' + std::string(found.substr(0, 80)) + '"';
    const std::string_view meant = nearestName(names, found);
    error.remedy = meant.empty() ? "Choose one of these names." : "Did you mean \"" + std::string(meant) + "\"?";
    return error;
}

} // namespace latentscape
