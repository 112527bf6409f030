// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/image_codec.h"

namespace latentscape::app {

/// ImageCodec by QImage. Needs no display and no QGuiApplication. Stateless; any thread.
class QtImageCodec final : public ImageCodec {
public:
    [[nodiscard]] Result<std::vector<std::byte>> encodePng(const Picture& picture) const override;
};

} // namespace latentscape::app
