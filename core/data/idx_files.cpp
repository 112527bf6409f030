// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_files.h"

#include <map>
#include <string_view>
#include <system_error>
#include <utility>

namespace latentscape {

namespace {

/// Takes a tail off the text; false when it has another one.
bool dropTail(std::string_view& text, std::string_view tail)
{
    if (!text.ends_with(tail))
        return false;
    text.remove_suffix(tail.size());
    return true;
}

bool dropSeparator(std::string_view& text)
{
    return dropTail(text, "-") || dropTail(text, ".");
}

} // namespace

std::optional<IdxFileName> parseIdxFileName(const std::string& name)
{
    std::string_view rest = name;
    dropTail(rest, ".gz");
    if (!dropTail(rest, "ubyte") || !dropSeparator(rest) || rest.empty())
        return std::nullopt;
    rest.remove_suffix(1); // the number of dimensions; the header has the last word
    if (!dropTail(rest, "idx") || !dropSeparator(rest))
        return std::nullopt;
    const bool images = dropTail(rest, "images");
    if (!images && !dropTail(rest, "labels"))
        return std::nullopt;
    if (!dropSeparator(rest))
        return std::nullopt;
    const bool train = dropTail(rest, "train");
    if (!train && !dropTail(rest, "t10k") && !dropTail(rest, "test"))
        return std::nullopt;
    const IdxRole role = train ? (images ? IdxRole::TrainImages : IdxRole::TrainLabels) : (images ? IdxRole::TestImages : IdxRole::TestLabels);
    return IdxFileName{std::string(rest), role};
}

std::vector<IdxFiles> findIdxFiles(const std::filesystem::path& folder)
{
    std::map<std::string, IdxFiles> sets;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        const auto parsed = parseIdxFileName(entry->path().filename().string());
        std::error_code unknown;
        if (!parsed || entry->is_directory(unknown))
            continue;
        IdxFiles& files = sets[parsed->prefix];
        files.prefix = parsed->prefix;
        std::filesystem::path& place = files.paths[static_cast<std::size_t>(parsed->role)];
        const auto rank = [](const std::filesystem::path& path) { return std::pair(path.extension() == ".gz", path); };
        if (place.empty() || rank(entry->path()) < rank(place)) // whatever order the folder lists them in
            place = entry->path();
    }
    std::vector<IdxFiles> found;
    for (auto& [prefix, files] : sets)
        found.push_back(std::move(files));
    return found;
}

std::string idxFileName(const std::string& prefix, IdxRole role)
{
    switch (role) {
    case IdxRole::TrainImages: return prefix + "train-images-idx3-ubyte";
    case IdxRole::TrainLabels: return prefix + "train-labels-idx1-ubyte";
    case IdxRole::TestImages: return prefix + "t10k-images-idx3-ubyte";
    case IdxRole::TestLabels: return prefix + "t10k-labels-idx1-ubyte";
    }
    return prefix;
}

} // namespace latentscape
