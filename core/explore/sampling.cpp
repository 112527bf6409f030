// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/sampling.h"

#include <cassert>
#include <cmath>

namespace latentscape {

std::vector<float> samplePrior(int latent, std::size_t count, RandomStream& stream)
{
    std::vector<float> z(count * static_cast<std::size_t>(latent));
    stream.fillNormal(z);
    return z;
}

std::vector<float> sampleAggregate(const LatentFrame& frame, std::size_t count, RandomStream& stream)
{
    assert(frame.count() > 0);
    std::vector<float> z;
    z.reserve(count * static_cast<std::size_t>(frame.latent));
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = static_cast<std::size_t>(stream.below(frame.count()));
        const auto mu = frame.muOf(row);
        const auto logvar = frame.logvarOf(row);
        for (std::size_t k = 0; k < mu.size(); ++k)
            z.push_back(static_cast<float>(static_cast<double>(mu[k]) + std::exp(0.5 * static_cast<double>(logvar[k])) * stream.normal()));
    }
    return z;
}

} // namespace latentscape
