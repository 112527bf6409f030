// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"

#include <memory>
#include <string>

namespace latentscape {

/// The real networks. Nothing of Torch shows in this header.
[[nodiscard]] std::shared_ptr<const VaeBackendFactory> makeTorchBackendFactory();

/// "2.13.0+cpu, MKL, 2 threads": for doctor and about boxes.
[[nodiscard]] std::string torchDescription();

} // namespace latentscape
