// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace latentscape {

/// One value of an enumeration and its name in files and on the command line. Private to core/model.
template <typename T>
struct NameOf {
    T value;
    std::string_view text;
};
template <typename T>
NameOf(T, const char*) -> NameOf<T>;

/// The name nearest to text by edit distance, or an empty view when none is within two edits (a third of short names).
[[nodiscard]] std::string_view nearestName(std::span<const std::string_view> names, std::string_view text);

/// InvalidArgument: lists the names that exist, and the one that was probably meant.
[[nodiscard]] Error unknownNameError(std::string_view what, std::span<const std::string_view> names, std::string_view found);

/// "adam, rmsprop or sgd"
[[nodiscard]] std::string listOfNames(std::span<const std::string_view> names);

template <typename T, std::size_t N>
[[nodiscard]] constexpr std::string_view nameIn(const std::array<NameOf<T>, N>& table, T value) noexcept
{
    for (const NameOf<T>& entry : table)
        if (entry.value == value)
            return entry.text;
    return {};
}

template <typename T, std::size_t N>
[[nodiscard]] Result<T> valueIn(const std::array<NameOf<T>, N>& table, std::string_view what, std::string_view text)
{
    std::array<std::string_view, N> names;
    for (std::size_t i = 0; i < N; ++i) {
        if (table[i].text == text)
            return table[i].value;
        names[i] = table[i].text;
    }
    return unknownNameError(what, names, text);
}

} // namespace latentscape
