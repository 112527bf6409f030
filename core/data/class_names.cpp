// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/class_names.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace latentscape {

namespace {

constexpr std::array<std::string_view, 10> kFashion = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
constexpr std::array<std::string_view, 10> kKuzushiji = {"お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"};
// EMNIST: digits, capital letters, then small letters; the merged sets leave out small letters that look like capital ones.
constexpr std::string_view kByClass = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kByMerge = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt";
constexpr std::string_view kLetters = "?ABCDEFGHIJKLMNOPQRSTUVWXYZ"; ///< labels start at 1

/// "FashionMNIST" and "fashion-mnist" are one set.
std::string plainLetters(const std::string& name)
{
    std::string plain;
    for (const char c : name)
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += c;
        else if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
    return plain;
}

std::string nameOf(const std::string& set, std::int64_t label)
{
    const auto index = static_cast<std::size_t>(label);
    const auto letter = [index](std::string_view letters) { return index < letters.size() ? std::string(1, letters[index]) : std::string(); };
    if (set == "fashionmnist" && index < kFashion.size())
        return std::string(kFashion[index]);
    if (set == "kmnist" && index < kKuzushiji.size())
        return std::string(kKuzushiji[index]);
    if (set == "emnistletters" && index >= 1)
        return letter(kLetters);
    if (set == "emnistbyclass")
        return letter(kByClass);
    if (set == "emnistbalanced" || set == "emnistbymerge")
        return letter(kByMerge);
    return {};
}

} // namespace

std::vector<std::string> nameClasses(const std::string& setName, std::span<const std::int64_t> labels)
{
    const std::string set = plainLetters(setName);
    std::vector<std::string> names;
    for (const std::int64_t label : labels) {
        std::string name = nameOf(set, label);
        names.push_back(name.empty() ? std::to_string(label) : std::move(name));
    }
    return names;
}

} // namespace latentscape
