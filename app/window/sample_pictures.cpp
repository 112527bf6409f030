// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/sample_pictures.h"

#include "ui/panels/sample_image.h"

#include <algorithm>
#include <cmath>
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

QImage meanPicture(const Dataset& data, std::span<const double> sum, std::size_t count)
{
    std::vector<std::uint8_t> pixels(sum.size());
    for (std::size_t k = 0; k < sum.size(); ++k)
        pixels[k] = static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(sum[k] / static_cast<double>(count), 0.0, 1.0)));
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
