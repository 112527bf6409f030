// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/store/picture.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape::app {

/// What a command may write. Folder: one PNG a sample, into a folder that is there or whose parent is.
enum class OutputKind { Safetensors, Csv, Npz, Png, Gif, Webp, Folder };

struct Output {
    std::filesystem::path path;
    OutputKind kind = OutputKind::Png;

    [[nodiscard]] bool isPicture() const noexcept
    {
        return kind == OutputKind::Png || kind == OutputKind::Gif || kind == OutputKind::Webp || kind == OutputKind::Folder;
    }
};

/// Whether a file of that name could be written or a folder made, or files into the folder that is there, as far as it can be known without
/// touching anything. option: what named it. Errors:
/// NotFound (its folder), InvalidArgument (that is a file), Unreadable (a name or path that is too long, no right to write there).
[[nodiscard]] Result<void> checkPlace(const std::filesystem::path& path, const std::string& option);

/// Decides by the ending what the file given to an option means and whether it can be written, before any work starts. Errors: InvalidArgument (ending, a folder
/// in the way), those of checkPlace(), Unsupported (pictures in a build without Qt).
[[nodiscard]] Result<Output> planOutput(const Context& context, std::string_view option, const std::string& out, std::initializer_list<OutputKind> allowed);
/// The same once the samples' shape is known: refuses pictures of what cannot be drawn, grids of more than 32 000 pixels a side, and animations
/// of more than 268 million pixels (cells: frames).
struct GridSize {
    std::size_t cells = 1;
    int columns = 1;
    int scale = 1;
};
[[nodiscard]] Result<void> checkPicture(const Output& output, const ItemShape& shape, const GridSize& grid);

/// Samples and what they were decoded from, ready to be written in any of the forms.
struct DecodedItems {
    ItemShape shape;
    int latent = 0;
    std::span<const float> z;     ///< [N, L]
    std::span<const float> means; ///< [N, C, H, W]
    std::span<const ColumnScale> scales{}; ///< of standardised columns: numbers are written in the units of the table

    [[nodiscard]] bool standardized() const noexcept { return !scales.empty(); }
};

/// .npz: arrays "images" f4 [N, C, H, W] in [0, 1] (standardised columns in their own units) and "z" f4 [N, L]; .csv: the same as a table
/// (core/store/item_table.h); .png: a grid with so many columns; folder: sample_0000.png …
[[nodiscard]] Result<void> writeItems(const Context& context, const Output& output, const DecodedItems& items, int columns, int scale);
/// One .png an item, named by its index, into a folder that is made if need be; files of the same names are replaced. All
/// or, on an error, none. Errors: WriteFailed, Cancelled.
using FileName = std::string (*)(std::size_t index);
[[nodiscard]] Result<void> writeFolder(const Context& context, const std::filesystem::path& folder, const DecodedItems& items, int scale, FileName nameOf);
/// "sample_0000.png".
[[nodiscard]] std::string sampleFileName(std::size_t index);
/// Refuses a folder that holds the file after the last one already, as a longer set from before would mix with the new one. Error: InvalidArgument.
[[nodiscard]] Result<void> refuseLongerSet(const Output& output, std::size_t count, FileName nameOf);
[[nodiscard]] Result<void> writePicture(const Context& context, const std::filesystem::path& path, const Picture& picture);

} // namespace latentscape::app
