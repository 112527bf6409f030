// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/item_shape.h"
#include "core/store/image_codec.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape::app {

enum class AnimationFormat { Gif, WebP };

struct AnimationStyle {
    int scale = 8;              ///< pixels of the animation a pixel of a frame
    int millisecondsPerFrame = 100;
    bool standardized = false;  ///< of vectors: see VectorStyle
    bool backAndForth = false;  ///< the frames are appended in reverse, without the two ends, so that repeating shows no jump
};

/// The frames [count, C·H·W] of a path as an animation's file. count ≥ 2. Errors: as checkDrawable(), encodeGif() and encodeWebp().
[[nodiscard]] Result<std::vector<std::byte>> encodePathAnimation(AnimationFormat format, const ItemShape& shape, std::span<const std::uint8_t> frames,
                                                                 std::size_t count, const AnimationStyle& style, const std::stop_token& stop = {});

/// "frame-000.png": the name of a frame of a sequence.
[[nodiscard]] std::string frameFileName(std::size_t index);

/// Each frame as frame-000.png … into an existing folder, all or none.
/// Refused when the folder already holds one of the names. Errors: as checkDrawable(), Mismatch, WriteFailed.
[[nodiscard]] Result<void> writePngSequence(const std::filesystem::path& folder, const ItemShape& shape, std::span<const std::uint8_t> frames,
                                            std::size_t count, int scale, const ImageCodec& codec, bool standardized = false);

} // namespace latentscape::app
