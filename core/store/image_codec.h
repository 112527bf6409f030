// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/picture.h"

#include <cstddef>
#include <vector>

namespace latentscape {

/// The way for pixels out of the core: core knows no picture library, app implements this with QImage. Stateless; any thread.
class ImageCodec {
public:
    virtual ~ImageCodec() = default;

    /// The bytes of a PNG file; the same picture gives the same bytes (no clock, no text chunks).
    /// Errors: InvalidArgument (empty picture, other than 1 or 3 channels, sizes that do not match), Unsupported, Internal.
    [[nodiscard]] virtual Result<std::vector<std::byte>> encodePng(const Picture& picture) const = 0;
};

} // namespace latentscape
