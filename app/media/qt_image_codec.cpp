// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/media/qt_image_codec.h"

#include <QBuffer>
#include <QByteArray>
#include <QImage>

#include <cstring>
#include <new>
#include <string>

namespace latentscape::app {

Result<std::vector<std::byte>> QtImageCodec::encodePng(const Picture& picture) const
{
    const std::string found = std::to_string(picture.width) + " × " + std::to_string(picture.height) + " with " + std::to_string(picture.channels)
        + " channels in " + std::to_string(picture.pixels.size()) + " bytes";
    if (picture.width < 1 || picture.height < 1 || (picture.channels != 1 && picture.channels != 3)
        || picture.pixels.size() != picture.rowBytes() * static_cast<std::size_t>(picture.height))
        return Error{ErrorCode::InvalidArgument, "This is no picture", "at least one pixel, 1 or 3 channels, and as many bytes as pixels × channels",
                     found, {}};
    try {
        QImage image(picture.width, picture.height, picture.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
        if (image.isNull())
            return Error{ErrorCode::Unsupported, "The picture is too large for this system", {}, found, "Ask for fewer or smaller images."};
        // Line by line: QImage pads each line to four bytes.
        for (int y = 0; y < picture.height; ++y)
            std::memcpy(image.scanLine(y), picture.pixels.data() + static_cast<std::size_t>(y) * picture.rowBytes(), picture.rowBytes());
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        if (!image.save(&buffer, "PNG"))
            return Error{ErrorCode::Internal, "Qt could not write the picture as PNG", {}, found, "Check the installation of Qt."};
        const auto* begin = reinterpret_cast<const std::byte*>(bytes.constData());
        return std::vector<std::byte>(begin, begin + bytes.size());
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There is not enough memory for the picture", {}, found, "Ask for fewer or smaller images."};
    }
}

} // namespace latentscape::app
