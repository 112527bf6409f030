// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sample_image.h"

#include <cstring>

namespace latentscape::ui {

QImage sampleImage(const ItemShape& shape, std::span<const std::uint8_t> pixels)
{
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || pixels.size() != shape.size())
        return {};
    const std::size_t width = static_cast<std::size_t>(shape.width);
    const std::size_t plane = width * static_cast<std::size_t>(shape.height);
    if (shape.channels != 3) {
        QImage image(shape.width, shape.height, QImage::Format_Grayscale8);
        for (int y = 0; y < shape.height; ++y)
            std::memcpy(image.scanLine(y), pixels.data() + static_cast<std::size_t>(y) * width, width);
        return image;
    }
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
