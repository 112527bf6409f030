// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/model/latent_frame.h"

#include <cstddef>
#include <vector>

namespace latentscape {

/// count draws from the prior N(0, temperature²·I): [count, L]. temperature ≥ 0; 1 is the prior itself.
[[nodiscard]] std::vector<float> samplePrior(int latent, std::size_t count, RandomStream& stream, double temperature = 1.0);

/// count draws from the aggregate posterior: a random sample's N(μ, temperature²·σ²) each. Frame must not be empty: [count, L].
[[nodiscard]] std::vector<float> sampleAggregate(const LatentFrame& frame, std::size_t count, RandomStream& stream, double temperature = 1.0);

/// count draws from the posterior N(μ, temperature²·σ²) of one row: [count, L].
[[nodiscard]] std::vector<float> samplePosterior(const LatentFrame& frame, std::size_t row, std::size_t count, RandomStream& stream,
                                                 double temperature = 1.0);

} // namespace latentscape
