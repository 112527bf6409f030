// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/run_config.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace latentscape::app {

/// The options of train that make a RunConfig, as they were given. What is not given keeps the value of --config or --preset, of the file
/// that is resumed, or the default.
struct TrainOptions {
    std::string configFile, preset;
    std::optional<std::string> architecture, hidden, decoderHidden, activation;
    std::optional<std::string> objective, warmupShape, likelihood, binarization, optimizer, schedule;
    std::optional<int> dense, latent, batchSize, epochs, stopAfter, patience;
    std::optional<double> dropout, beta, warmup, capacity, gamma, freeBits, lambda, sigma;
    std::optional<double> learningRate, momentum, weightDecay, clipNorm, validationFraction;
    std::optional<bool> layerNorm, balance;
};

/// --config, --preset and the model's and objective's options, the optimiser, --lr, --clip, --batch (train and bench).
void addModelOptions(CLI::App& command, TrainOptions& options);
/// --epochs, --stop-after, --schedule, --val-fraction, --patience, --balance (train alone).
void addScheduleOptions(CLI::App& command, TrainOptions& options);

/// The configuration that --config or --preset holds, or the default one. Both at once are refused.
[[nodiscard]] Result<RunConfig> baseConfig(const TrainOptions& options);
/// base with every given option in place of its value. A capacity without --gamma gets the weight 30, a patience without --val-fraction the
/// validation fraction 0.1. Error InvalidArgument: names that do not exist in this version (the message lists those that do), lists that
/// cannot be read. Numbers are left to validate().
[[nodiscard]] Result<RunConfig> withOptions(RunConfig base, const TrainOptions& options, std::optional<std::uint64_t> seed);

} // namespace latentscape::app
