// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/vae_engine.h"

#include <algorithm>
#include <cstddef>

namespace latentscape {

namespace {

constexpr std::int64_t kNormEvery = 16;

} // namespace

std::vector<std::int32_t> rowOfSample(const EngineSetup& setup)
{
    std::vector<std::int32_t> rows(setup.data ? setup.data->train().count : 0, -1);
    for (std::size_t i = 0; i < setup.trainingIndices.size(); ++i)
        rows[static_cast<std::size_t>(setup.trainingIndices[i])] = static_cast<std::int32_t>(i);
    return rows;
}

std::vector<std::int32_t> harvestRows(const EngineSetup& setup, std::span<const std::int32_t> rowOfSample, std::span<const std::int32_t> order)
{
    std::vector<std::int32_t> rows(order.size());
    std::transform(order.begin(), order.end(), rows.begin(), [&](std::int32_t sample) { return rowOfSample[static_cast<std::size_t>(sample)]; });
    if (!setup.config.training.balance)
        return rows;
    const auto batch = static_cast<std::size_t>(setup.config.training.batchSize);
    std::vector<std::size_t> lastBatch(setup.trainingIndices.size(), 0); // in which a row was last seen, counted from 1
    for (std::size_t position = rows.size(); position-- > 0;) {
        std::size_t& seen = lastBatch[static_cast<std::size_t>(rows[position])];
        if (seen == position / batch + 1)
            rows[position] = -1;
        else
            seen = position / batch + 1;
    }
    return rows;
}

Binarization binarizationOf(const ObjectiveConfig& objective) noexcept
{
    return objective.likelihood == Likelihood::Bernoulli ? objective.binarization : Binarization::None;
}

bool measuresNorm(const TrainConfig& training, std::int64_t steps) noexcept
{
    return training.clipNorm > 0.0 || steps % kNormEvery == 0;
}

double clipFactor(double clipNorm, double norm) noexcept
{
    return std::min(1.0, clipNorm / (norm + kClipEpsilon));
}

bool cpuEngineServes(const RunConfig& config)
{
    const ObjectiveConfig& objective = config.objective;
    const bool plainVae = objective.kind == ObjectiveKind::Vae && !(objective.gamma > 0.0) && !(objective.freeBits > 0.0);
    const bool knownLoss = objective.likelihood == Likelihood::Bernoulli || objective.likelihood == Likelihood::Gaussian ||
                           objective.likelihood == Likelihood::GaussianLearned;
    return (plainVae || objective.kind == ObjectiveKind::Autoencoder) && knownLoss && ParameterLayout(config).isPlainMlp();
}

} // namespace latentscape
