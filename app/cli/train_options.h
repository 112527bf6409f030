// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/run_config.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace latentscape::app {

/// The options of train that make a RunConfig, as they were given. What is not given keeps the value of --config, of the file that is
/// resumed, or the default.
struct TrainOptions {
    std::string configFile;
    std::optional<std::string> architecture, hidden, decoderHidden, activation;
    std::optional<std::string> objective, likelihood, optimizer;
    std::optional<int> latent, batchSize, epochs, stopAfter;
    std::optional<double> beta, warmup, sigma, learningRate, momentum, validationFraction;
};

/// --config and the model's and objective's options, the optimiser, --lr, --momentum, --batch (train and bench).
void addModelOptions(CLI::App& command, TrainOptions& options);
/// --epochs, --stop-after, --val-fraction (train alone).
void addScheduleOptions(CLI::App& command, TrainOptions& options);

/// The configuration that --config holds, or the default one.
[[nodiscard]] Result<RunConfig> baseConfig(const TrainOptions& options);
/// base with every given option in place of its value. Error InvalidArgument: names that do not exist in this version (the message lists
/// those that do), lists that cannot be read. Numbers are left to validate().
[[nodiscard]] Result<RunConfig> withOptions(RunConfig base, const TrainOptions& options, std::optional<std::uint64_t> seed);

} // namespace latentscape::app
