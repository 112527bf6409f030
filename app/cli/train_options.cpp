// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_options.h"

#include "app/cli/common_options.h"
#include "core/base/read_file.h"

#include <CLI/Option.hpp>

#include <limits>

namespace latentscape::app {

namespace {

constexpr std::int64_t kAnyInt = std::numeric_limits<int>::max();

/// Puts the value behind a name in place, when the option was given.
template <typename T>
std::optional<Error> replaceByName(T& target, const std::optional<std::string>& given, Result<T> (*fromName)(std::string_view))
{
    if (!given)
        return std::nullopt;
    const Result<T> value = fromName(*given);
    if (!value)
        return value.error();
    target = value.value();
    return std::nullopt;
}

template <typename T>
void replace(T& target, const std::optional<T>& given)
{
    if (given)
        target = *given;
}

std::optional<Error> replaceWidths(std::vector<int>& target, std::string_view option, const std::optional<std::string>& given)
{
    if (!given)
        return std::nullopt;
    Result<std::vector<int>> widths = parseWholeList(option, *given, 1, 16384, /*emptyAllowed=*/true);
    if (!widths)
        return widths.error();
    target = std::move(widths).value();
    return std::nullopt;
}

} // namespace

void addModelOptions(CLI::App& command, TrainOptions& o)
{
    const auto text = [&command](const char* name, auto& target, const char* help, const char* type) {
        command.add_option(name, target, help)->type_name(type)->group("Model and objective");
    };
    const auto number = [&command](const char* name, std::optional<double>& target, const char* help) {
        command.add_option(name, target, help)->check(finiteNumber())->type_name("X")->group("Model and objective");
    };
    command.add_option("--config", o.configFile, "A JSON file as \"info --json\" prints it under config; single options override it")
        ->type_name("FILE.json")->group("Model and objective");
    text("--arch", o.architecture, "Architecture: mlp", "NAME");
    text("--hidden", o.hidden, "Hidden layers of the encoder, such as 512,256; none for a linear model (default 400)", "N,N");
    text("--decoder-hidden", o.decoderHidden, "Hidden layers of the decoder (default: the encoder's, mirrored)", "N,N");
    command.add_option("--latent", o.latent, "Latent dimensions (default 2)")->check(wholeNumber(1, 512))->type_name("L")->group("Model and objective");
    text("--activation", o.activation, "Activation: relu, silu or tanh", "NAME");
    text("--objective", o.objective, "Objective: vae, or ae (z = μ, no KL)", "NAME");
    number("--beta", o.beta, "Weight of the KL term (default 1)");
    number("--warmup", o.warmup, "Epochs over which beta grows from 0 (default 0)");
    text("--likelihood", o.likelihood, "Likelihood: bernoulli, gaussian or gaussian-learned", "NAME");
    number("--sigma", o.sigma, "Sigma of the fixed Gaussian, in units of the scaled data (default 0.1)");
    text("--optimizer", o.optimizer, "Optimiser: adam, rmsprop or sgd", "NAME");
    number("--lr", o.learningRate, "Learning rate (default 0.001)");
    number("--momentum", o.momentum, "Momentum of sgd (default 0.9)");
    command.add_option("--batch", o.batchSize, "Images a step (default 128)")->check(wholeNumber(1, 1000000))->type_name("N")->group("Model and objective");
}

void addScheduleOptions(CLI::App& command, TrainOptions& o)
{
    command.add_option("--epochs", o.epochs, "Epochs in all (default 10)")->check(wholeNumber(1, 100000))->type_name("N");
    command.add_option("--stop-after", o.stopAfter, "Stop after so many epochs of the same run (default 0: do not)")->check(wholeNumber(0, kAnyInt))->type_name("N");
    command.add_option("--val-fraction", o.validationFraction,
                       "Share of the training part held out as validation (default 0). Then each epoch is evaluated on it instead of on the "
                       "test part, which is evaluated once, at the end")
        ->check(finiteNumber())->type_name("F");
}

Result<RunConfig> baseConfig(const TrainOptions& options)
{
    if (options.configFile.empty())
        return RunConfig{};
    constexpr std::uint64_t kLongest = 1 << 20;
    const Result<std::vector<std::byte>> bytes = readFile(options.configFile, kLongest);
    if (!bytes)
        return bytes.error();
    const std::string_view text(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
    Result<RunConfig> config = runConfigFromJson(text);
    if (!config) {
        Error error = config.error();
        error.what = options.configFile + ": " + error.what;
        return error;
    }
    return config;
}

Result<RunConfig> withOptions(RunConfig config, const TrainOptions& o, std::optional<std::uint64_t> seed)
{
    ModelConfig& model = config.model;
    if (o.hidden && !o.decoderHidden)
        model.decoderHidden.clear(); // mirrored again, whatever --config said of another encoder
    replace(model.architecture, o.architecture);
    replace(model.latent, o.latent);
    replace(config.objective.beta, o.beta);
    replace(config.objective.warmupEpochs, o.warmup);
    replace(config.objective.sigma, o.sigma);
    replace(config.training.learningRate, o.learningRate);
    replace(config.training.momentum, o.momentum);
    replace(config.training.batchSize, o.batchSize);
    replace(config.training.epochs, o.epochs);
    replace(config.training.stopAfter, o.stopAfter);
    replace(config.training.validationFraction, o.validationFraction);
    replace(config.training.seed, seed);
    if (auto problem = replaceWidths(model.encoderHidden, "--hidden", o.hidden))
        return *problem;
    if (auto problem = replaceWidths(model.decoderHidden, "--decoder-hidden", o.decoderHidden))
        return *problem;
    if (auto problem = replaceByName(model.activation, o.activation, activationFromName))
        return *problem;
    if (auto problem = replaceByName(config.objective.kind, o.objective, objectiveFromName))
        return *problem;
    if (auto problem = replaceByName(config.objective.likelihood, o.likelihood, likelihoodFromName))
        return *problem;
    if (auto problem = replaceByName(config.training.optimizer, o.optimizer, optimizerFromName))
        return *problem;
    return config;
}

} // namespace latentscape::app
