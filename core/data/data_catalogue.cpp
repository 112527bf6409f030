// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_catalogue.h"

#include "core/base/read_file.h"
#include "core/data/built_in_sets.h"
#include "core/data/data_roots.h"
#include "core/data/file_kind.h"
#include "core/data/idx_dataset.h"
#include "core/data/path_text.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

namespace latentscape {

namespace {

namespace fs = std::filesystem;

constexpr const char* kConvert = "Convert it to IDX files: the user guide shows how under \"Your own data\".";
constexpr const char* kReadable = "a built-in set, or IDX files (the format of MNIST), plain or gzip-compressed";
constexpr int kFilesToLookAt = 16; ///< of a folder without IDX files, to say what it holds

std::vector<std::string> knownNames()
{
    std::vector<std::string> names;
    for (const BuiltInSet& set : builtInSets())
        names.emplace_back(set.name);
    for (const RegisteredSet& set : registeredSets())
        names.emplace_back(set.name);
    return names;
}

std::string normalised(const std::string& spec)
{
    std::string name;
    for (const char c : spec)
        name += c == '_' || c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// Levenshtein distance.
std::size_t editDistance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

Error unknownName(const std::string& spec)
{
    const std::string name = normalised(spec);
    std::string list;
    std::string nearest;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& known : knownNames()) {
        list += (list.empty() ? "" : ", ") + known;
        const std::size_t distance = name.size() > 64 ? name.size() : editDistance(name, known);
        if (distance < least) {
            least = distance;
            nearest = known;
        }
    }
    return {ErrorCode::NotFound, "There is no data set called \"" + cleanText(spec) + '"', list + ", or the path of a folder or file", "",
            nearest.empty() ? "Choose one of these." : "Did you mean \"" + nearest + "\"?"};
}

fs::path expandHome(const std::string& spec)
{
    const char* const home = std::getenv("HOME");
    if (home && (spec == "~" || spec.starts_with("~/")))
        return fs::path(home) / fs::path(spec.substr(std::min<std::size_t>(2, spec.size())));
    return spec;
}

std::string setName(const IdxFiles& files, const fs::path& folder)
{
    std::string name = files.prefix;
    while (!name.empty() && (name.back() == '-' || name.back() == '.' || name.back() == '_'))
        name.pop_back();
    return name.empty() ? ownName(folder) : cleanText(name);
}

Result<std::shared_ptr<const Dataset>> loadIdx(IdxFiles files, std::string name, const DataRequest& request, std::stop_token stop)
{
    return loadIdxSet(IdxRequest{std::move(files), std::move(name), request.seed, request.progress}, std::move(stop));
}

/// First recognisable thing in a folder or its first sub-folders, for the message that it cannot be read.
FileKind glance(const fs::path& folder, int& looks, bool deeper)
{
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end && looks > 0; entry.increment(failure)) {
        --looks;
        std::error_code unknown;
        FileKind kind = FileKind::Unknown;
        if (entry->is_directory(unknown) && deeper)
            kind = glance(entry->path(), looks, /*deeper=*/false);
        else if (const auto head = readFileHead(entry->path(), kSniffBytes))
            kind = sniffFileKind(head.value());
        if (isPicture(kind) || kind == FileKind::Npy || kind == FileKind::Zip || kind == FileKind::Safetensors || kind == FileKind::Hdf5)
            return kind;
    }
    return FileKind::Unknown;
}

Result<std::shared_ptr<const Dataset>> loadFolder(const fs::path& folder, const DataRequest& request, const std::stop_token& stop)
{
    const std::string shown = '"' + ownName(folder) + '"';
    std::error_code failure;
    const fs::directory_iterator readable(folder, failure);
    if (failure)
        return Error{ErrorCode::Unreadable, "The folder " + shown + " cannot be read: " + failure.message(), "", "", "Check its permissions."};
    std::vector<IdxFiles> sets = findIdxFiles(folder);
    if (sets.empty())
        sets = findIdxFiles(folder / "raw"); // torchvision keeps the files there
    if (sets.size() == 1)
        return loadIdx(sets.front(), setName(sets.front(), folder), request, stop);
    if (sets.size() > 1) {
        std::string list;
        for (const IdxFiles& files : sets)
            list += (list.empty() ? "" : ", ") + setName(files, folder);
        return Error{ErrorCode::InvalidArgument, "The folder " + shown + " holds " + std::to_string(sets.size()) + " sets", "one set", list,
                     "Choose the training images file of one of them."};
    }
    int looks = kFilesToLookAt;
    const FileKind kind = glance(folder, looks, /*deeper=*/true);
    if (kind != FileKind::Unknown)
        return Error{ErrorCode::Unsupported, "The folder " + shown + " holds a kind of data that is not read", kReadable, fileKindText(kind), kConvert};
    return Error{ErrorCode::NotFound, "The folder " + shown + " holds no data set",
                 idxFileName("", IdxRole::TrainImages) + " and " + idxFileName("", IdxRole::TrainLabels) + ", or the same with .gz", "", "Choose another folder."};
}

Result<std::shared_ptr<const Dataset>> loadFile(const fs::path& file, const DataRequest& request, const std::stop_token& stop)
{
    const auto head = readFileHead(file, kSniffBytes);
    if (!head)
        return head.error();
    const FileKind kind = sniffFileKind(head.value());
    if (kind == FileKind::Empty)
        return Error{ErrorCode::Malformed, shownName(file) + " is empty", kReadable, "0 bytes", "Choose another file."};
    if (kind != FileKind::Idx && kind != FileKind::Gzip)
        return Error{ErrorCode::Unsupported, shownName(file) + " is of a kind that is not read", kReadable, fileKindText(kind), kConvert};
    auto files = filesBesideImages(file);
    if (!files)
        return files.error();
    const bool named = parseIdxFileName(file.filename().string()).has_value();
    const std::string name = named ? setName(files.value(), file.has_parent_path() ? file.parent_path() : fs::path(".")) : cleanText(file.stem().string());
    return loadIdx(std::move(files).value(), name, request, stop);
}

Result<std::shared_ptr<const Dataset>> loadPath(const fs::path& path, const DataRequest& request, const std::stop_token& stop)
{
    std::error_code failure;
    return fs::is_directory(path, failure) ? loadFolder(path, request, stop) : loadFile(path, request, stop);
}

Result<std::shared_ptr<const Dataset>> load(const DataRequest& request, const std::stop_token& stop)
{
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "Loading the data was stopped", "", "", ""};
    const std::string name = normalised(request.spec);
    for (const BuiltInSet& set : builtInSets())
        if (name == set.name)
            return set.make(GeneratorRequest{request.seed, request.trainCount ? request.trainCount : set.trainCount,
                                             request.testCount ? request.testCount : set.testCount, request.progress},
                            stop);
    for (const RegisteredSet& set : registeredSets()) {
        if (name != set.name)
            continue;
        if (auto files = findRegisteredSet(set))
            return loadIdx(std::move(*files), set.name, request, stop);
        return Error{ErrorCode::NotFound, std::string(set.title) + " was not found on this computer", "", "", howToGet(set)};
    }
    const fs::path path = expandHome(request.spec);
    std::error_code failure;
    if (!request.spec.empty() && fs::exists(path, failure))
        return loadPath(path, request, stop);
    const bool looksLikePath = request.spec.find('/') != std::string::npos || request.spec.starts_with('.') || request.spec.starts_with('~');
    if (looksLikePath && failure)
        return Error{ErrorCode::Unreadable, '"' + cleanText(request.spec) + "\" cannot be read: " + failure.message(), "", "", "Check the path and its permissions."};
    if (looksLikePath)
        return Error{ErrorCode::NotFound, "There is no file or folder \"" + cleanText(request.spec) + '"', "", "", "Check the path."};
    return unknownName(request.spec);
}

} // namespace

std::vector<DataListing> listDatasets()
{
    std::vector<DataListing> listings;
    for (const BuiltInSet& set : builtInSets())
        listings.push_back({set.name, set.title, set.description, true, ""});
    for (const RegisteredSet& set : registeredSets()) {
        const bool found = findRegisteredSet(set).has_value();
        listings.push_back({set.name, set.title, set.description, found, found ? std::string() : howToGet(set)});
    }
    return listings;
}

Result<std::shared_ptr<const Dataset>> loadDataset(const DataRequest& request, std::stop_token stop)
{
    try {
        return load(request, stop);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There is not enough memory for this data set", "", "", "Close other programs or choose a smaller set."};
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Internal, std::string("Loading the data failed: ") + failure.what(), "", "", "Please report this."};
    }
}

} // namespace latentscape
