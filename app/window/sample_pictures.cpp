// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/sample_pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape::app {

QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index, PictureSize size)
{
    std::vector<std::uint8_t> pixels(data.shape().size());
    data.copyBytes(part, index, pixels);
    const bool standardized = data.isStandardized();
    return ui::sampleImage(data.shape(), pixels, size == PictureSize::Large ? ui::largeVector(standardized) : ui::VectorLook{.standardized = standardized});
}

QImage meanPicture(const Dataset& data, std::span<const double> sum, std::size_t count)
{
    std::vector<std::uint8_t> pixels(sum.size());
    for (std::size_t k = 0; k < sum.size(); ++k) {
        const double mean = sum[k] / static_cast<double>(count);
        const double shown = data.isStandardized() ? mean / 6.0 + 0.5 : mean; // as Dataset::copyBytes()
        pixels[k] = static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(shown, 0.0, 1.0)));
    }
    return ui::sampleImage(data.shape(), pixels, {.standardized = data.isStandardized()});
}

QImage decodedPicture(const DecodeResult& result, std::size_t index, const ui::VectorLook& look)
{
    const std::size_t size = result.shape.size();
    return ui::sampleImage(result.shape, std::span(result.pixels).subspan(index * size, size), look);
}

QVector<QImage> decodedPictures(const DecodeResult& result)
{
    QVector<QImage> images;
    images.reserve(static_cast<qsizetype>(result.count));
    constexpr std::size_t kMany = 100; // shown small, as the manifold's are
    const QSize size = result.count > kMany ? QSize(60, 40) : ui::VectorLook().size;
    for (std::size_t i = 0; i < result.count; ++i)
        images.append(decodedPicture(result, i, {result.standardized, size}));
    return images;
}

} // namespace latentscape::app
