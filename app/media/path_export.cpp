// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/media/path_export.h"

#include "core/store/file_set.h"
#include "core/store/montage.h"
#include "app/media/animation_writer.h"

#include <string>
#include <system_error>

namespace latentscape::app {

namespace {

std::vector<Picture> picturesOf(const ItemShape& shape, std::span<const std::uint8_t> frames, std::size_t count, int scale, bool standardized)
{
    std::vector<Picture> pictures;
    pictures.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        pictures.push_back(itemPicture(shape, frames.subspan(i * shape.size(), shape.size()), scale, standardized));
    return pictures;
}

} // namespace

std::string frameFileName(std::size_t index)
{
    std::string digits = std::to_string(index);
    digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
    return "frame-" + digits + ".png";
}

Result<std::vector<std::byte>> encodePathAnimation(AnimationFormat format, const ItemShape& shape, std::span<const std::uint8_t> frames, std::size_t count,
                                                   const AnimationStyle& style, const std::stop_token& stop)
{
    if (const Result<void> drawable = checkDrawable(shape); !drawable)
        return drawable.error();
    std::vector<Picture> pictures = picturesOf(shape, frames, count, style.scale, style.standardized);
    if (style.backAndForth)
        for (std::size_t i = count - 1; i-- > 1;)
            pictures.push_back(pictures[i]);
    return format == AnimationFormat::Gif ? encodeGif(pictures, style.millisecondsPerFrame, stop)
                                          : encodeWebp(pictures, style.millisecondsPerFrame, stop);
}

Result<void> writePngSequence(const std::filesystem::path& folder, const ItemShape& shape, std::span<const std::uint8_t> frames, std::size_t count, int scale,
                              const ImageCodec& codec, bool standardized)
{
    if (const Result<void> drawable = checkDrawable(shape); !drawable)
        return drawable.error();
    std::error_code ignored;
    for (std::size_t i = 0; i < count; ++i)
        if (std::filesystem::exists(folder / frameFileName(i), ignored))
            return Error{ErrorCode::Mismatch, "The folder already holds images of a path", "no " + frameFileName(i), "one from before", "Choose an empty folder."};
    return writeFileSet(folder, {count, frameFileName, [&](std::size_t i) {
                                     return codec.encodePng(itemPicture(shape, frames.subspan(i * shape.size(), shape.size()), scale, standardized));
                                 }});
}

} // namespace latentscape::app
