// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/latent_frame.h"
#include "core/model/metrics.h"

#include <cstddef>

namespace latentscape {

/// KL and variances per latent dimension from a frame's posterior parameters: KL_j = mean of −½(1 + log σ² − μ² − σ²) (Kingma & Welling,
/// arXiv:1312.6114, App. B). A frame of more than mostRows rows is sampled at a fixed stride.
[[nodiscard]] LatentDiagnostics diagnose(const LatentFrame& frame, std::size_t mostRows);

} // namespace latentscape
