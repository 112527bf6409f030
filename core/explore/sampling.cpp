// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/sampling.h"

#include <cassert>
#include <cmath>

namespace latentscape {

namespace {

/// Appends one draw from N(μ, temperature²·σ²) of a row.
void appendDraw(const LatentFrame& frame, std::size_t row, double temperature, RandomStream& stream, std::vector<float>& z)
{
    const auto mu = frame.muOf(row);
    const auto logvar = frame.logvarOf(row);
    for (std::size_t k = 0; k < mu.size(); ++k)
        z.push_back(static_cast<float>(static_cast<double>(mu[k]) + temperature * std::exp(0.5 * static_cast<double>(logvar[k])) * stream.normal()));
}

} // namespace

std::vector<float> samplePrior(int latent, std::size_t count, RandomStream& stream, double temperature)
{
    assert(temperature >= 0.0);
    std::vector<float> z(count * static_cast<std::size_t>(latent));
    stream.fillNormal(z);
    for (float& value : z)
        value = static_cast<float>(temperature * static_cast<double>(value) + 0.0); // exact at 1; at 0 no zero is negative
    return z;
}

std::vector<float> sampleAggregate(const LatentFrame& frame, std::size_t count, RandomStream& stream, double temperature)
{
    assert(frame.count() > 0 && temperature >= 0.0);
    std::vector<float> z;
    z.reserve(count * static_cast<std::size_t>(frame.latent));
    for (std::size_t i = 0; i < count; ++i)
        appendDraw(frame, static_cast<std::size_t>(stream.below(frame.count())), temperature, stream, z);
    return z;
}

std::vector<float> samplePosterior(const LatentFrame& frame, std::size_t row, std::size_t count, RandomStream& stream, double temperature)
{
    assert(row < frame.count() && temperature >= 0.0);
    std::vector<float> z;
    z.reserve(count * static_cast<std::size_t>(frame.latent));
    for (std::size_t i = 0; i < count; ++i)
        appendDraw(frame, row, temperature, stream, z);
    return z;
}

} // namespace latentscape
