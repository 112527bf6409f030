// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/picture.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape::app {

/// Animations that repeat for ever, as bytes of a file (Qt 6.4 writes neither format). Frames: at least one, all of one size and number of
/// channels (1 or 3), at most 16383 pixels a side. The same frames give the same bytes. Any thread.
/// stop is looked at before each frame. Errors: InvalidArgument (frames), Cancelled, Unsupported (built without the library), OutOfMemory, Internal.
///
/// GIF: grey frames keep all 256 levels; colour is reduced to a fixed cube of 6 × 7 × 6 colours. millisecondsPerFrame is rounded to 10 ms.
[[nodiscard]] Result<std::vector<std::byte>> encodeGif(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token& stop = {});

/// WebP: lossless.
[[nodiscard]] Result<std::vector<std::byte>> encodeWebp(std::span<const Picture> frames, int millisecondsPerFrame, const std::stop_token& stop = {});

} // namespace latentscape::app
