// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/montage.h"

#include "core/data/vector_picture.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <string>

namespace latentscape {

namespace {

std::size_t at(int value) { return static_cast<std::size_t>(value); }

/// Copies one [C, H, W] sample into the picture with its top left corner at (left, top): planes become interleaved pixels.
void paint(Picture& picture, const ItemShape& shape, std::span<const std::uint8_t> item, int left, int top, int scale)
{
    const std::size_t plane = at(shape.height) * at(shape.width);
    for (int y = 0; y < shape.height * scale; ++y) {
        std::uint8_t* out = picture.pixels.data() + at(top + y) * picture.rowBytes() + at(left) * at(picture.channels);
        const std::uint8_t* row = item.data() + at(y / scale) * at(shape.width);
        for (int x = 0; x < shape.width * scale; ++x)
            for (int c = 0; c < shape.channels; ++c)
                *out++ = row[at(c) * plane + at(x / scale)];
    }
}

/// Vectors as the images that show them, at their final size: what comes after knows images only.
struct Drawn {
    ItemShape shape;
    std::vector<std::uint8_t> items;
    MontageStyle style;

    /// Nothing for images.
    static std::optional<Drawn> of(const ItemShape& vectors, std::span<const std::uint8_t> items, const MontageStyle& style)
    {
        if (vectors.isImage())
            return std::nullopt;
        Drawn drawn{drawnShape(vectors), {}, style};
        drawn.shape.width *= style.scale;
        drawn.shape.height *= style.scale;
        drawn.style.scale = 1;
        for (std::size_t begin = 0; begin < items.size(); begin += vectors.size()) {
            const auto picture = drawVector(vectors, items.subspan(begin, vectors.size()), {style.standardized, drawn.shape.width, drawn.shape.height});
            drawn.items.insert(drawn.items.end(), picture.begin(), picture.end());
        }
        return drawn;
    }
};

} // namespace

Result<void> checkDrawable(const ItemShape& shape)
{
    const auto size = [](int n) { return std::to_string(n); };
    if (shape.isImage() && shape.channels != 1 && shape.channels != 3)
        return Error{ErrorCode::Unsupported, "These samples cannot be drawn as pictures", "1 (grey) or 3 (colour) channels",
                     size(shape.channels) + " channels", "Write a file that ends in .npz instead."};
    return {};
}

ItemShape drawnShape(const ItemShape& shape) noexcept
{
    return shape.isImage() ? shape : ItemShape{1, 32, 48};
}

std::vector<std::uint8_t> toBytes(std::span<const float> means, bool standardized)
{
    std::vector<std::uint8_t> bytes(means.size());
    const float factor = standardized ? 1.0F / 6.0F : 1.0F, shift = standardized ? 0.5F : 0.0F;
    std::ranges::transform(means, bytes.begin(), [factor, shift](float value) {
        const float mean = value * factor + shift;
        // NaN compares false with everything: it must not reach the cast.
        return mean >= 1.0F ? std::uint8_t{255} : mean > 0.0F ? static_cast<std::uint8_t>(std::lround(mean * 255.0F)) : std::uint8_t{0};
    });
    return bytes;
}

Picture itemPicture(const ItemShape& shape, std::span<const std::uint8_t> item, int scale, bool standardized)
{
    return gridMontage(shape, item, /*columns=*/1, {.gap = 0, .background = 0, .scale = scale, .standardized = standardized});
}

Picture pixelPicture(const ItemShape& shape, std::span<const std::uint8_t> item, int scale)
{
    assert((shape.channels == 1 || shape.channels == 3) && item.size() == shape.size() && scale >= 1);
    Picture picture;
    picture.channels = shape.channels;
    picture.width = shape.width * scale;
    picture.height = shape.height * scale;
    picture.pixels.resize(picture.rowBytes() * at(picture.height));
    paint(picture, shape, item, /*left=*/0, /*top=*/0, scale);
    return picture;
}

Picture gridMontage(const ItemShape& shape, std::span<const std::uint8_t> items, int columns, const MontageStyle& style)
{
    const std::size_t count = items.size() / shape.size();
    assert(count >= 1 && columns >= 1 && style.scale >= 1 && style.gap >= 0);
    assert(checkDrawable(shape).ok() && items.size() == count * shape.size());
    if (const auto drawn = Drawn::of(shape, items, style))
        return gridMontage(drawn->shape, drawn->items, columns, drawn->style);
    const int used = static_cast<int>(std::min(count, at(columns)));
    const int rows = static_cast<int>((count + at(used) - 1) / at(used));
    const int cellWidth = shape.width * style.scale + style.gap;
    const int cellHeight = shape.height * style.scale + style.gap;

    Picture picture;
    picture.channels = shape.channels;
    picture.width = used * cellWidth - style.gap;
    picture.height = rows * cellHeight - style.gap;
    picture.pixels.assign(picture.rowBytes() * at(picture.height), style.background);
    for (std::size_t i = 0; i < count; ++i) {
        const int column = static_cast<int>(i % at(used));
        const int row = static_cast<int>(i / at(used));
        paint(picture, shape, items.subspan(i * shape.size(), shape.size()), column * cellWidth, row * cellHeight, style.scale);
    }
    return picture;
}

Picture pairMontage(const ItemShape& shape, std::span<const std::uint8_t> originals, std::span<const std::uint8_t> reconstructions, int columns,
                    const MontageStyle& style)
{
    assert(originals.size() == reconstructions.size() && columns >= 1);
    if (const auto above = Drawn::of(shape, originals, style))
        return pairMontage(above->shape, above->items, Drawn::of(shape, reconstructions, style)->items, columns, above->style);
    const std::size_t count = originals.size() / shape.size();
    const std::size_t used = std::min(count, at(columns));
    std::vector<std::uint8_t> cells;
    for (std::size_t first = 0; first < count; first += used) {
        const std::size_t here = std::min(used, count - first);
        for (const auto& source : {originals, reconstructions}) {
            const auto part = source.subspan(first * shape.size(), here * shape.size());
            cells.insert(cells.end(), part.begin(), part.end());
            cells.insert(cells.end(), (used - here) * shape.size(), style.background);
        }
    }
    return gridMontage(shape, cells, static_cast<int>(used), style);
}

int squareColumns(std::size_t count)
{
    return std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count)))));
}

} // namespace latentscape
