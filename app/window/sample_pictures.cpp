// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/sample_pictures.h"

#include "ui/panels/sample_image.h"

#include <cstdint>
#include <vector>

namespace latentscape::app {

QImage samplePicture(const Dataset& data, const DataPart& part, std::size_t index)
{
    std::vector<std::uint8_t> pixels(data.shape().size());
    data.copyBytes(part, index, pixels);
    return ui::sampleImage(data.shape(), pixels);
}

} // namespace latentscape::app
