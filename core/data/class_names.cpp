// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/class_names.h"

#include "core/base/read_file.h"
#include "core/data/path_text.h"

#include <algorithm>
#include <array>
#include <optional>
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

/// What is wrong with the names of a class-names file, said of its line.
std::optional<Error> fault(std::span<const std::string> names)
{
    const auto said = [](std::size_t line, const char* what, const std::string& found) {
        return Error{ErrorCode::Malformed, "Line " + std::to_string(line + 1) + " of the class names " + what, "one name a line, each once, in UTF-8",
                     '"' + cleanText(found.substr(0, 80)) + '"', "Correct that line."};
    };
    if (names.empty() || names.size() > kMostClasses)
        return Error{ErrorCode::Malformed, "The list of class names is of no use", "1 to " + std::to_string(kMostClasses) + " names", std::to_string(names.size()), "Name each class on its line."};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty())
            return said(i, "is empty", names[i]);
        if (cleanText(names[i]) != names[i])
            return said(i, "holds control characters or bytes that are not UTF-8", names[i]);
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) != names.begin() + static_cast<std::ptrdiff_t>(i))
            return said(i, "repeats a name", names[i]);
    }
    return std::nullopt;
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

Result<std::vector<std::string>> readClassNames(const std::filesystem::path& path)
{
    constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;
    const auto bytes = readFile(path, kLargest);
    if (!bytes)
        return bytes.error();
    std::string_view text(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
    if (constexpr std::string_view kMark = "\xEF\xBB\xBF"; text.starts_with(kMark)) // some editors put it there
        text.remove_prefix(kMark.size());
    std::vector<std::string> names;
    while (!text.empty() && names.size() <= kMostClasses) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        names.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (auto error = fault(names)) {
        error->what = shownName(path) + " cannot be used: " + error->what;
        return *error;
    }
    return names;
}

Result<std::string> classNamesText(std::span<const std::string> names)
{
    if (auto error = fault(names)) {
        error->code = ErrorCode::InvalidArgument;
        return *error;
    }
    std::string text;
    for (const std::string& name : names)
        text += name + '\n';
    return text;
}

} // namespace latentscape
