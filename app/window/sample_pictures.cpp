// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/sample_pictures.h"

#include "ui/panels/sample_image.h"

#include <cstdint>
#include <span>
#include <vector>

namespace latentscape::app {

QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index)
{
    std::vector<std::uint8_t> pixels(data.shape().size());
    data.copyBytes(part, index, pixels);
    return ui::sampleImage(data.shape(), pixels);
}

QVector<QImage> decodedPictures(const DecodeResult& result)
{
    QVector<QImage> images;
    images.reserve(static_cast<qsizetype>(result.count));
    const std::size_t size = result.shape.size();
    for (std::size_t i = 0; i < result.count; ++i)
        images.append(ui::sampleImage(result.shape, std::span(result.pixels).subspan(i * size, size)));
    return images;
}

} // namespace latentscape::app
