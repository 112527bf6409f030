// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/model/latent_frame.h"

#include <cstddef>
#include <vector>

namespace latentscape {

/// count draws from the prior N(0, I): [count, L].
[[nodiscard]] std::vector<float> samplePrior(int latent, std::size_t count, RandomStream& stream);

/// count draws from the aggregate posterior: a random sample's N(μ, σ²) each. Frame must not be empty: [count, L].
[[nodiscard]] std::vector<float> sampleAggregate(const LatentFrame& frame, std::size_t count, RandomStream& stream);

} // namespace latentscape
