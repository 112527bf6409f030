// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"

#include <memory>

namespace latentscape {

/// The real networks. Nothing of Torch shows in this header.
[[nodiscard]] std::shared_ptr<const VaeBackendFactory> makeTorchBackendFactory();

} // namespace latentscape
