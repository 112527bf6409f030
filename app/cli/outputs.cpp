// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/outputs.h"

#include "core/store/atomic_file.h"
#include "core/store/file_set.h"
#include "core/store/item_table.h"
#include "core/store/montage.h"
#include "core/store/npz_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace latentscape::app {

namespace {

namespace fs = std::filesystem;

/// As long as those of files that wait beside their target for being whole.
constexpr const char* kLongestTemporaryName = ".latentscape-0123456789-0123456789abcdef-01234567.tmp";

struct Ending {
    OutputKind kind;
    const char* suffix;
};
constexpr std::array kEndings{Ending{OutputKind::Safetensors, ".safetensors"}, Ending{OutputKind::Csv, ".csv"}, Ending{OutputKind::Npz, ".npz"},
                              Ending{OutputKind::Png, ".png"},                 Ending{OutputKind::Gif, ".gif"}, Ending{OutputKind::Webp, ".webp"}};

std::optional<OutputKind> kindOf(const fs::path& path)
{
    std::string suffix = path.extension().string();
    std::ranges::transform(suffix, suffix.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const Ending& ending : kEndings)
        if (suffix == ending.suffix)
            return ending.kind;
    return std::nullopt;
}

std::string listOf(std::initializer_list<OutputKind> allowed)
{
    std::string text = "a file that ends in ";
    bool first = true, folder = false;
    for (const OutputKind kind : allowed) {
        if (kind == OutputKind::Folder) {
            folder = true;
            continue;
        }
        const auto* ending = std::ranges::find(kEndings, kind, &Ending::kind);
        text += (first ? "" : " or ") + std::string(ending->suffix);
        first = false;
    }
    return text + (folder ? ", or a folder" : "");
}

/// Whether a new entry can be made in the folder.
Result<void> checkFolder(const fs::path& folder, const std::string& option)
{
    std::error_code problem;
    const fs::path shown = folder.empty() ? fs::path(".") : folder;
    const fs::file_status status = fs::status(shown, problem);
    if (!fs::exists(status))
        return Error{ErrorCode::NotFound, option + " lies in a folder that does not exist", "a folder that is there", shown.string(),
                     "Make the folder first, or choose another."};
    if (!fs::is_directory(status))
        return Error{ErrorCode::InvalidArgument, option + " lies in something that is not a folder", "a folder", shown.string(), "Choose another place."};
    if (::access(shown.c_str(), W_OK | X_OK) != 0)
        return Error{ErrorCode::Unreadable, option + " lies in a folder that cannot be written to", "a folder with the right to write",
                     shown.string() + " (" + std::strerror(errno) + ")", "Choose another folder."};
    return {};
}

/// What the system says of a name; 0 where it could be used.
int nameProblem(const fs::path& path)
{
    struct stat about = {};
    return ::lstat(path.c_str(), &about) == 0 || errno == ENOENT ? 0 : errno;
}

Picture drawn(const DecodedItems& items, int columns, int scale)
{
    return gridMontage(items.shape, toBytes(items.means, items.standardized()), columns,
                       {.scale = scale, .standardized = items.standardized()});
}

} // namespace

std::string sampleFileName(std::size_t index)
{
    std::array<char, 40> name{};
    std::snprintf(name.data(), name.size(), "sample_%04zu.png", index);
    return name.data();
}

Result<void> refuseLongerSet(const Output& output, std::size_t count, FileName nameOf)
{
    std::error_code problem;
    const fs::path next = output.path / nameOf(count);
    if (output.kind != OutputKind::Folder || !fs::exists(next, problem))
        return {};
    return Error{ErrorCode::InvalidArgument, "--out holds more images of this kind already", "no " + nameOf(count), next.string(),
                 "Choose an empty folder: the old images would follow the new ones."};
}

Result<void> checkPlace(const fs::path& path, const std::string& option)
{
    const auto refused = [&](const char* expected, std::string found) {
        return Error{ErrorCode::Unreadable, option + " names a place that cannot be used", expected, std::move(found),
                     "Choose another name or folder."};
    };
    fs::path target = path.has_filename() ? path : path.parent_path();
    std::error_code problem;
    if (fs::is_symlink(fs::symlink_status(target, problem))) { // it is followed when the file is written
        const fs::path real = fs::canonical(target, problem);
        if (problem)
            return refused("a file, a folder, or a link to one", "a link that leads nowhere (" + problem.message() + ")");
        target = real;
    }
    if (fs::is_directory(target, problem))
        return checkFolder(target, option); // new entries go into it, and it stays
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (const int found = nameProblem(target); found != 0 && found != ENOTDIR && found != EACCES) // the folder's own refusal says more
        return refused("a name that the file system takes", std::generic_category().message(found));
    if (const Result<void> writable = checkFolder(folder, option); !writable)
        return writable;
    if (const int found = nameProblem(folder / kLongestTemporaryName))
        return refused("a path with room for the name of a temporary file", std::generic_category().message(found));
    struct stat around = {}, old = {};
    const bool replaces = ::stat(folder.c_str(), &around) == 0 && ::lstat(target.c_str(), &old) == 0;
    if (replaces && ::access(target.c_str(), W_OK) != 0)
        return refused("a new name, or a file that may be written to", "a file that is protected against writing");
    if (const uid_t self = ::geteuid(); replaces && (around.st_mode & S_ISVTX) && self != 0 && self != old.st_uid && self != around.st_uid)
        return refused("a new name, or a file of your own", "a file of somebody else in a folder that protects it");
    return {};
}

Result<Output> planOutput(const Context& context, std::string_view option, const std::string& out, std::initializer_list<OutputKind> allowed)
{
    const auto isAllowed = [&allowed](OutputKind kind) { return std::ranges::find(allowed, kind) != allowed.end(); };
    const auto refused = [&](const char* what, const char* remedy) {
        return Error{ErrorCode::InvalidArgument, std::string(option) + what, listOf(allowed), '"' + out + '"', remedy};
    };
    Output output{fs::path(out), OutputKind::Folder};
    std::error_code problem;
    const bool isFolder = fs::is_directory(output.path, problem), isFile = fs::is_regular_file(output.path, problem);
    const std::optional<OutputKind> byEnding = kindOf(output.path);
    if (isFolder && !isAllowed(OutputKind::Folder))
        return refused(" is the name of a folder", "Choose another name.");
    if (!isFolder && !isFile && fs::exists(output.path, problem))
        return refused(" is not a regular file", "Choose another name.");
    if (!isFolder) {
        if (std::ranges::find(kEndings, output.path.filename().string(), &Ending::suffix) != kEndings.end())
            return refused(" is an ending without a name", "Put a name before it.");
        if (byEnding && isAllowed(*byEnding))
            output.kind = *byEnding;
        else if (byEnding || output.path.has_extension() || !isAllowed(OutputKind::Folder))
            return refused(" has an ending that this command does not write", isAllowed(OutputKind::Folder) ? "Change the ending, or make the folder of that name first." : "Change the ending.");
        else if (isFile)
            return refused(" is the name of a file", "Choose another name.");
    }
    if (const Result<void> writable = checkPlace(output.path, std::string(option)); !writable)
        return writable.error();
    if ((output.kind == OutputKind::Png || output.kind == OutputKind::Folder) && !context.codec)
        return Error{ErrorCode::Unsupported, "This build writes no PNG pictures, because it was made without Qt", "a file that ends in .npz or .csv",
                     '"' + out + '"', "Choose such a file, or build with Qt."};
    return output;
}

Result<void> checkPicture(const Output& output, const ItemShape& shape, const GridSize& grid)
{
    if (!output.isPicture())
        return {};
    if (const Result<void> drawable = checkDrawable(shape); !drawable)
        return drawable;
    constexpr std::size_t kLongestSide = 32000, kMostPixels = std::size_t{1} << 28;
    constexpr std::size_t kGap = MontageStyle{}.gap;
    const bool moves = output.kind == OutputKind::Gif || output.kind == OutputKind::Webp, single = moves || output.kind == OutputKind::Folder;
    const auto sized = [](int value) { return static_cast<std::size_t>(value); };
    const std::size_t columns = single ? 1 : std::min(grid.cells, sized(grid.columns));
    const std::size_t rows = single ? 1 : (grid.cells + columns - 1) / columns;
    const ItemShape drawn = drawnShape(shape);
    const std::size_t width = columns * (sized(drawn.width) * sized(grid.scale) + kGap);
    const std::size_t height = rows * (sized(drawn.height) * sized(grid.scale) + kGap);
    if (width > kLongestSide || height > kLongestSide || width * height > kMostPixels)
        return Error{ErrorCode::InvalidArgument, "The picture would be too large", "at most 32000 pixels a side and 268 million in all",
                     std::to_string(width) + " × " + std::to_string(height), "Ask for fewer images or a smaller --scale, or write a file that ends in .npz."};
    if (moves && width * height > kMostPixels / grid.cells) // all frames are in memory until the file is whole
        return Error{ErrorCode::InvalidArgument, "The animation would be too large", "at most 268 million pixels in all frames",
                     std::to_string(grid.cells) + " frames of " + std::to_string(width) + " × " + std::to_string(height),
                     "Ask for fewer --steps or a smaller --scale, or write into a folder."};
    return {};
}

Result<void> writePicture(const Context& context, const fs::path& path, const Picture& picture)
{
    const Result<std::vector<std::byte>> png = context.codec->encodePng(picture);
    if (!png)
        return png.error();
    return writeFileAtomically(path, png.value());
}

Result<void> writeFolder(const Context& context, const fs::path& folder, const DecodedItems& items, int scale, FileName nameOf)
{
    const std::vector<std::uint8_t> pixels = toBytes(items.means, items.standardized());
    const std::size_t size = items.shape.size();
    return writeFileSet(folder, {pixels.size() / size, nameOf, [&](std::size_t i) {
                                     return context.codec->encodePng(
                                         itemPicture(items.shape, std::span(pixels).subspan(i * size, size), scale, items.standardized()));
                                 }, context.stop()});
}

Result<void> writeItems(const Context& context, const Output& output, const DecodedItems& items, int columns, int scale)
{
    if (output.kind == OutputKind::Folder)
        return writeFolder(context, output.path, items, scale, sampleFileName);
    if (output.kind != OutputKind::Npz && output.kind != OutputKind::Csv)
        return writePicture(context, output.path, drawn(items, columns, scale));
    const std::vector<float> values = inOriginalUnits(items.means, items.scales);
    if (output.kind == OutputKind::Csv)
        return writeFileAtomically(output.path, itemsToCsv(items.z, items.latent, values, static_cast<int>(items.shape.size()), items.scales));
    const auto unsignedOf = [](int value) { return static_cast<std::uint64_t>(value); };
    const std::uint64_t count = values.size() / items.shape.size();
    const std::array arrays{NpyArray::of("images", {count, unsignedOf(items.shape.channels), unsignedOf(items.shape.height), unsignedOf(items.shape.width)},
                                         std::span<const float>(values)),
                            NpyArray::of("z", {count, unsignedOf(items.latent)}, items.z)};
    const Result<std::vector<std::byte>> bytes = writeNpz(arrays);
    if (!bytes)
        return bytes.error();
    return writeFileAtomically(output.path, bytes.value());
}

} // namespace latentscape::app
