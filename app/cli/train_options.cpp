// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_options.h"

#include "app/cli/common_options.h"
#include "core/base/read_file.h"

#include <CLI/Option.hpp>

#include <limits>

namespace latentscape::app {

namespace {

constexpr std::int64_t kAnyInt = std::numeric_limits<int>::max();
constexpr double kUsualGamma = 30.0;
constexpr double kUsualValidation = 0.1;

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

/// A flag with its opposite, which stays empty when neither is given: CLI11 makes false of an optional flag then, and a file's setting
/// would be lost.
CLI::Option* addSwitch(CLI::App& command, const std::string& names, std::optional<bool>& value, const std::string& description)
{
    return command.add_flag_function(names, [&value](std::int64_t count) { value = count > 0; }, description);
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
    const auto whole = [&command](const char* name, std::optional<int>& target, int low, int high, const char* help, const char* type) {
        command.add_option(name, target, help)->check(wholeNumber(low, high))->type_name(type)->group("Model and objective");
    };
    text("--config", o.configFile, "A JSON file as \"info --json\" prints it under config; single options override it", "FILE.json");
    text("--preset", o.preset, "A network known by name; single options override it. A wrong name lists them all", "NAME");
    text("--arch", o.architecture, "Architecture: mlp, conv (images) or gru (sequences)", "NAME");
    text("--hidden", o.hidden, "Hidden layers of the encoder, such as 512,256 (conv: channels, gru: state); none for a linear model (default 400)", "N,N");
    text("--decoder-hidden", o.decoderHidden, "Hidden layers of the decoder (default: the encoder's, mirrored)", "N,N");
    whole("--dense", o.dense, 1, 16384, "Width of conv's fully connected layer (default 256)", "N");
    whole("--latent", o.latent, 1, 512, "Latent dimensions (default 2)", "L");
    text("--activation", o.activation, "Activation: relu, silu or tanh", "NAME");
    addSwitch(command, "--layer-norm,!--no-layer-norm", o.layerNorm, "Layer norm before each activation")->group("Model and objective");
    number("--dropout", o.dropout, "Share of hidden values that a step leaves out (default 0)");
    text("--objective", o.objective, "Objective: vae, ae (z = μ, no KL), infovae, tcvae, dipvae or cvae (with the label)", "NAME");
    number("--beta", o.beta, "Weight of the KL term; of the total correlation for tcvae (default 1)");
    number("--warmup", o.warmup, "Epochs over which beta, or the capacity, grows from 0 (default 0)");
    text("--warmup-shape", o.warmupShape, "linear, or cyclic: again and again, each time half of --warmup", "NAME");
    number("--capacity", o.capacity, "Nats of KL to aim at, with the weight --gamma");
    number("--gamma", o.gamma, "Weight of |KL − capacity| (default 30 with --capacity)");
    number("--free-bits", o.freeBits, "Nats of KL that each dimension may have for nothing (default 0)");
    number("--lambda", o.lambda, "Weight of infovae's and dipvae's own term (default 10)");
    text("--likelihood", o.likelihood, "Likelihood: bernoulli, continuous-bernoulli, gaussian, gaussian-learned or poisson (counts)", "NAME");
    number("--sigma", o.sigma, "Sigma of the fixed Gaussian, in units of the scaled data (default 0.1)");
    text("--binarize", o.binarization, "Values of the Bernoulli likelihood: none, dynamic (drawn anew each epoch) or threshold", "NAME");
    text("--optimizer", o.optimizer, "Optimiser: adam, adamw, rmsprop or sgd", "NAME");
    number("--lr", o.learningRate, "Learning rate (default 0.001)");
    number("--momentum", o.momentum, "Momentum of sgd (default 0.9)");
    number("--weight-decay", o.weightDecay, "Weight decay of adamw (default 0.01)");
    number("--clip", o.clipNorm, "Norm that gradients are cut down to (default 0: never)");
    whole("--batch", o.batchSize, 1, 1000000, "Images a step (default 128)", "N");
}

void addScheduleOptions(CLI::App& command, TrainOptions& o)
{
    command.add_option("--epochs", o.epochs, "Epochs in all (default 10)")->check(wholeNumber(1, 100000))->type_name("N");
    command.add_option("--stop-after", o.stopAfter, "Stop after so many epochs of the same run (default 0: do not)")->check(wholeNumber(0, kAnyInt))->type_name("N");
    command.add_option("--schedule", o.schedule, "Learning rate over the epochs: constant, cosine, step or onecycle")->type_name("NAME");
    command.add_option("--val-fraction", o.validationFraction,
                       "Share of the training part held out as validation (default 0; 0.1 with --patience). Then each epoch is evaluated on it "
                       "instead of on the test part, which is evaluated once, at the end")
        ->check(finiteNumber())->type_name("F");
    command.add_option("--patience", o.patience, "Stop after so many epochs without a better validation NELBO, and keep the best weights (default 0: never)")
        ->check(wholeNumber(0, 100000))->type_name("N");
    addSwitch(command, "--balance,!--no-balance", o.balance, "Draw every class equally often");
}

Result<RunConfig> baseConfig(const TrainOptions& options)
{
    if (!options.preset.empty() && !options.configFile.empty())
        return Error{ErrorCode::InvalidArgument, "--config and --preset exclude each other", "one of them", "both", "Leave one of them out."};
    if (!options.preset.empty())
        return presetFromName(options.preset);
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
    ObjectiveConfig& objective = config.objective;
    TrainConfig& training = config.training;
    replace(model.denseWidth, o.dense);
    replace(model.latent, o.latent);
    replace(model.layerNorm, o.layerNorm);
    replace(model.dropout, o.dropout);
    replace(objective.beta, o.beta);
    replace(objective.warmupEpochs, o.warmup);
    replace(objective.capacity, o.capacity);
    if (o.capacity && *o.capacity > 0.0 && !(objective.gamma > 0.0))
        objective.gamma = kUsualGamma;
    replace(objective.gamma, o.gamma);
    replace(objective.freeBits, o.freeBits);
    replace(objective.lambda, o.lambda);
    replace(objective.sigma, o.sigma);
    replace(training.learningRate, o.learningRate);
    replace(training.momentum, o.momentum);
    replace(training.weightDecay, o.weightDecay);
    replace(training.clipNorm, o.clipNorm);
    replace(training.batchSize, o.batchSize);
    replace(training.epochs, o.epochs);
    replace(training.stopAfter, o.stopAfter);
    replace(training.patience, o.patience);
    replace(training.balance, o.balance);
    if (o.patience && *o.patience > 0 && !(training.validationFraction > 0.0))
        training.validationFraction = kUsualValidation;
    replace(training.validationFraction, o.validationFraction);
    replace(training.seed, seed);
    if (auto problem = replaceWidths(model.encoderHidden, "--hidden", o.hidden))
        return *problem;
    if (auto problem = replaceWidths(model.decoderHidden, "--decoder-hidden", o.decoderHidden))
        return *problem;
    for (const std::optional<Error>& problem :
         {replaceByName(model.architecture, o.architecture, architectureFromName), replaceByName(model.activation, o.activation, activationFromName),
          replaceByName(objective.kind, o.objective, objectiveFromName), replaceByName(objective.warmup, o.warmupShape, warmupFromName),
          replaceByName(objective.likelihood, o.likelihood, likelihoodFromName),
          replaceByName(objective.binarization, o.binarization, binarizationFromName),
          replaceByName(training.optimizer, o.optimizer, optimizerFromName), replaceByName(training.schedule, o.schedule, scheduleFromName)})
        if (problem)
            return *problem;
    return config;
}

} // namespace latentscape::app
