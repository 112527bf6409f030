// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sample_image.h"

#include "core/data/vector_picture.h"

#include <algorithm>
#include <cstring>

namespace latentscape::ui {

namespace {

QImage greyImage(const QSize& size, const std::uint8_t* pixels)
{
    QImage image(size, QImage::Format_Grayscale8);
    const auto width = static_cast<std::size_t>(size.width());
    for (int y = 0; y < size.height(); ++y)
        std::memcpy(image.scanLine(y), pixels + static_cast<std::size_t>(y) * width, width);
    return image;
}

} // namespace

VectorLook largeVector(bool standardized)
{
    return {standardized, QSize(kLargeVectorWidth, kLargeVectorHeight)};
}

QImage sampleImage(const ItemShape& shape, std::span<const std::uint8_t> pixels, const VectorLook& look)
{
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || pixels.size() != shape.size())
        return {};
    const std::size_t width = static_cast<std::size_t>(shape.width);
    const std::size_t plane = width * static_cast<std::size_t>(shape.height);
    if (!shape.isImage()) {
        const QSize size(std::clamp(look.size.width(), 16, 4096), std::clamp(look.size.height(), 16, 4096));
        return greyImage(size, drawVector(shape, pixels, {look.standardized, size.width(), size.height()}).data());
    }
    if (shape.channels != 3)
        return greyImage(QSize(shape.width, shape.height), pixels.data());
    QImage image(shape.width, shape.height, QImage::Format_RGB32);
    for (int y = 0; y < shape.height; ++y) {
        const std::uint8_t* red = pixels.data() + static_cast<std::size_t>(y) * width;
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (std::size_t x = 0; x < width; ++x)
            line[x] = qRgb(red[x], red[plane + x], red[2 * plane + x]);
    }
    return image;
}

} // namespace latentscape::ui
