// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/media/animation_writer.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <string>

#ifdef LATENTSCAPE_HAS_GIF
#include <gif_lib.h>
#endif
#ifdef LATENTSCAPE_HAS_WEBP
#include <webp/encode.h>
#include <webp/mux.h>
#endif

namespace latentscape::app {

namespace {

std::optional<Error> checkFrames(std::span<const Picture> frames, int millisecondsPerFrame)
{
    constexpr int kLongestSide = 16383;
    const auto wrong = [](std::string expected, std::string found) {
        return Error{ErrorCode::InvalidArgument, "These frames make no animation", std::move(expected), std::move(found), {}};
    };
    if (frames.empty())
        return wrong("at least one frame", "none");
    if (millisecondsPerFrame < 10 || millisecondsPerFrame > 60000)
        return wrong("10 to 60000 ms a frame", std::to_string(millisecondsPerFrame));
    const Picture& first = frames.front();
    if (first.width < 1 || first.height < 1 || first.width > kLongestSide || first.height > kLongestSide)
        return wrong("1 to 16383 pixels a side", std::to_string(first.width) + " × " + std::to_string(first.height));
    if (first.channels != 1 && first.channels != 3)
        return wrong("1 or 3 channels", std::to_string(first.channels));
    for (const Picture& frame : frames)
        if (frame.width != first.width || frame.height != first.height || frame.channels != first.channels
            || frame.pixels.size() != frame.rowBytes() * static_cast<std::size_t>(frame.height))
            return wrong("frames of one size", "different ones");
    return std::nullopt;
}

[[maybe_unused]] Error withoutLibrary(const char* format, const char* package)
{
    return {ErrorCode::Unsupported, std::string("This build writes no ") + format + " animations", {}, {},
            std::string("Build it where ") + package + " is installed, or write a picture that ends in .png."};
}

[[maybe_unused]] Error interrupted()
{
    return {ErrorCode::Cancelled, "Making the animation was interrupted", {}, {}, "Nothing was written."};
}

[[maybe_unused]] Error failedInside(const char* library)
{
    return {ErrorCode::Internal, std::string(library) + " could not write the animation", {}, {}, "Try fewer or smaller frames."};
}

} // namespace

#ifdef LATENTSCAPE_HAS_GIF

namespace {

constexpr int kReds = 6, kGreens = 7, kBlues = 6;

int level(std::uint8_t value, int levels) { return (value * (levels - 1) + 127) / 255; }

/// Index of a pixel in the palette: its grey level, or its cell of the colour cube.
GifPixelType paletteIndex(const Picture& frame, std::size_t pixel)
{
    if (frame.channels == 1)
        return frame.pixels[pixel];
    const std::uint8_t* rgb = frame.pixels.data() + pixel * 3;
    return static_cast<GifPixelType>((level(rgb[0], kReds) * kGreens + level(rgb[1], kGreens)) * kBlues + level(rgb[2], kBlues));
}

std::array<GifColorType, 256> palette(int channels)
{
    std::array<GifColorType, 256> colours{};
    const auto share = [](int index, int levels) { return static_cast<GifByteType>(index * 255 / (levels - 1)); };
    for (int i = 0; i < 256; ++i) {
        auto& colour = colours[static_cast<std::size_t>(i)];
        if (channels == 1)
            colour.Red = colour.Green = colour.Blue = static_cast<GifByteType>(i);
        else if (i < kReds * kGreens * kBlues)
            colour = {share(i / (kGreens * kBlues), kReds), share(i / kBlues % kGreens, kGreens), share(i % kBlues, kBlues)};
    }
    return colours;
}

int appendBytes(GifFileType* file, const GifByteType* bytes, int count)
{
    auto& out = *static_cast<std::vector<std::byte>*>(file->UserData);
    const auto* begin = reinterpret_cast<const std::byte*>(bytes);
    try {
        out.insert(out.end(), begin, begin + count);
    } catch (const std::bad_alloc&) {
        return 0; // no exception may pass through giflib, which is C
    }
    return count;
}

bool writeFrame(GifFileType* gif, const Picture& frame, int delay, std::vector<GifPixelType>& line)
{
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = delay;
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    std::array<GifByteType, 4> extension{};
    EGifGCBToExtension(&control, extension.data());
    if (EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, extension.data()) == GIF_ERROR
        || EGifPutImageDesc(gif, 0, 0, frame.width, frame.height, /*interlace=*/false, nullptr) == GIF_ERROR)
        return false;
    const auto width = static_cast<std::size_t>(frame.width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(frame.height); ++y) {
        for (std::size_t x = 0; x < width; ++x)
            line[x] = paletteIndex(frame, y * width + x);
        if (EGifPutLine(gif, line.data(), frame.width) == GIF_ERROR)
            return false;
    }
    return true;
}

bool writeAll(GifFileType* gif, std::span<const Picture> frames, int delay, const std::stop_token& stop)
{
    const Picture& first = frames.front();
    const auto colours = palette(first.channels);
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(GifMakeMapObject(256, colours.data()), GifFreeMapObject);
    EGifSetGifVersion(gif, /*gif89=*/true);
    if (!map || EGifPutScreenDesc(gif, first.width, first.height, /*colour resolution=*/8, 0, map.get()) == GIF_ERROR)
        return false;
    constexpr std::array<GifByteType, 3> kRepeatForEver{1, 0, 0};
    if (EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_ERROR || EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_ERROR
        || EGifPutExtensionBlock(gif, 3, kRepeatForEver.data()) == GIF_ERROR || EGifPutExtensionTrailer(gif) == GIF_ERROR)
        return false;
    std::vector<GifPixelType> line(static_cast<std::size_t>(first.width));
    return std::ranges::all_of(frames, [&](const Picture& frame) { return !stop.stop_requested() && writeFrame(gif, frame, delay, line); });
}

} // namespace

Result<std::vector<std::byte>> encodeGif(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token& stop)
{
    if (auto problem = checkFrames(frames, millisecondsPerFrame))
        return *problem;
    try {
        std::vector<std::byte> bytes;
        int code = 0;
        GifFileType* gif = EGifOpen(&bytes, appendBytes, &code);
        if (gif == nullptr)
            return failedInside("giflib");
        const bool written = writeAll(gif, frames, (millisecondsPerFrame + 5) / 10, stop);
        const bool closed = EGifCloseFile(gif, &code) != GIF_ERROR;
        if (stop.stop_requested())
            return interrupted();
        if (!written || !closed)
            return failedInside("giflib");
        return bytes;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There is not enough memory for the animation", {}, {}, "Ask for fewer or smaller frames."};
    }
}

#else

Result<std::vector<std::byte>> encodeGif(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token&)
{
    if (auto problem = checkFrames(frames, millisecondsPerFrame))
        return *problem;
    return withoutLibrary("GIF", "libgif");
}

#endif

#ifdef LATENTSCAPE_HAS_WEBP

namespace {

bool addFrame(WebPAnimEncoder* encoder, const Picture& frame, int timestamp, std::vector<std::uint8_t>& rgb)
{
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPConfigLosslessPreset(&config, /*level=*/6) || !WebPPictureInit(&picture))
        return false;
    picture.use_argb = 1;
    picture.width = frame.width;
    picture.height = frame.height;
    const std::uint8_t* pixels = frame.pixels.data();
    if (frame.channels == 1) {
        for (std::size_t i = 0; i < frame.pixels.size(); ++i)
            rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = frame.pixels[i];
        pixels = rgb.data();
    }
    const bool added = WebPPictureImportRGB(&picture, pixels, frame.width * 3) && WebPAnimEncoderAdd(encoder, &picture, timestamp, &config);
    WebPPictureFree(&picture);
    return added;
}

} // namespace

Result<std::vector<std::byte>> encodeWebp(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token& stop)
{
    if (auto problem = checkFrames(frames, millisecondsPerFrame))
        return *problem;
    try {
        const Picture& first = frames.front();
        WebPAnimEncoderOptions options;
        if (!WebPAnimEncoderOptionsInit(&options))
            return failedInside("libwebp");
        const std::unique_ptr<WebPAnimEncoder, void (*)(WebPAnimEncoder*)> encoder(WebPAnimEncoderNew(first.width, first.height, &options),
                                                                                    WebPAnimEncoderDelete);
        std::vector<std::uint8_t> rgb(first.channels == 1 ? first.pixels.size() * 3 : 0);
        int timestamp = 0;
        for (const Picture& frame : frames) {
            if (stop.stop_requested())
                return interrupted();
            if (!encoder || !addFrame(encoder.get(), frame, timestamp, rgb))
                return failedInside("libwebp");
            timestamp += millisecondsPerFrame;
        }
        WebPData data;
        WebPDataInit(&data);
        const std::unique_ptr<WebPData, void (*)(WebPData*)> guard(&data, WebPDataClear);
        // The null frame tells how long the last one stays.
        if (!WebPAnimEncoderAdd(encoder.get(), nullptr, timestamp, nullptr) || !WebPAnimEncoderAssemble(encoder.get(), &data))
            return failedInside("libwebp");
        const auto* begin = reinterpret_cast<const std::byte*>(data.bytes);
        return std::vector<std::byte>(begin, begin + data.size);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There is not enough memory for the animation", {}, {}, "Ask for fewer or smaller frames."};
    }
}

#else

Result<std::vector<std::byte>> encodeWebp(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token&)
{
    if (auto problem = checkFrames(frames, millisecondsPerFrame))
        return *problem;
    return withoutLibrary("WebP", "libwebp");
}

#endif

} // namespace latentscape::app
