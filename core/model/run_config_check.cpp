// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace latentscape {

namespace {

constexpr std::int64_t kMaxLatent = 512;
constexpr std::int64_t kMaxWidth = 16384;
constexpr std::size_t kMaxLayers = 16;
constexpr std::int64_t kMaxChannels = 64;
constexpr std::int64_t kMaxSide = 65536;     // also the longest plain vector
constexpr std::int64_t kMaxItem = 1 << 20;   // numbers in one sample
constexpr std::int64_t kMaxBatch = 1000000;  // where the number of samples is not known yet
constexpr std::int64_t kMaxEpochs = 100000;
// Weights and Adam's two moments are 12 bytes a parameter; a checkpoint must stay below the 4 GiB that are read back.
constexpr std::int64_t kMaxParameters = std::int64_t{1} << 28;

std::string text(std::int64_t value) { return std::to_string(value); }

std::string text(double value)
{
    if (std::isnan(value))
        return "not a number";
    if (std::isinf(value))
        return value > 0 ? "infinity" : "minus infinity";
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

Error refusal(std::string what, std::string expected, std::string found, std::string remedy)
{
    return {ErrorCode::InvalidArgument, std::move(what), std::move(expected), std::move(found), std::move(remedy)};
}

using Problem = std::optional<Error>;

Problem wholeOutside(const std::string& field, std::int64_t value, std::int64_t low, std::int64_t high)
{
    if (value >= low && value <= high)
        return {};
    return refusal(field + " is out of range", "a whole number from " + text(low) + " to " + text(high), text(value),
                   "Choose " + text(std::clamp(value, low, high)) + '.');
}

/// What a real number may be. An excluded bound names the nearest setting inside it that makes sense.
struct RealRange {
    const char* expected;
    double low;
    double high;
    double nearestLow;
    double nearestHigh;
    double usual; ///< the setting to choose instead of one that is not finite
    bool lowExcluded = false;
    bool highExcluded = false;
};

constexpr double kHuge = 1e300;
constexpr RealRange kBeta{"a number from 0 to 10000", 0.0, 1e4, 0.0, 1e4, 1.0};
constexpr RealRange kLearningRate{"a number above 0 and at most 10", 0.0, 10.0, 1e-6, 10.0, 1e-3, true};
constexpr RealRange kMomentum{"a number from 0 to below 1", 0.0, 1.0, 0.0, 0.99, 0.9, false, true};
constexpr RealRange kSigma{"a number above 0 and at most 100", 0.0, 100.0, 0.001, 100.0, 0.1, true};
constexpr RealRange kWarmup{"a number of epochs, 0 or more", 0.0, kHuge, 0.0, kHuge, 0.0};
constexpr RealRange kValidation{"a fraction from 0 to 0.9", 0.0, 0.9, 0.0, 0.9, 0.1};

Problem realOutside(const std::string& field, double value, const RealRange& range)
{
    if (!std::isfinite(value))
        return refusal(field + " is not a finite number", range.expected, text(value), "Choose " + text(range.usual) + '.');
    const bool low = range.lowExcluded ? value <= range.low : value < range.low;
    const bool high = range.highExcluded ? value >= range.high : value > range.high;
    if (!low && !high)
        return {};
    return refusal(field + " is out of range", range.expected, text(value),
                   "Choose " + text(low ? range.nearestLow : range.nearestHigh) + '.');
}

Problem checkWidths(const std::string& field, const std::vector<int>& widths)
{
    if (widths.size() > kMaxLayers)
        return refusal("There are too many " + field + " layers", "at most " + text(std::int64_t{kMaxLayers}) + " layers",
                       text(static_cast<std::int64_t>(widths.size())), "Remove layers until 16 are left.");
    for (std::size_t i = 0; i < widths.size(); ++i)
        if (auto problem = wholeOutside("The width of " + field + " layer " + std::to_string(i + 1), widths[i], 1, kMaxWidth))
            return problem;
    return {};
}

/// The widest layers with which the model stays within kMaxParameters, others kept as they are.
int widestThatFits(ModelConfig model)
{
    const ModelConfig asked = model;
    int fits = 1;
    for (int low = 1, high = static_cast<int>(kMaxWidth); low <= high;) {
        const int cap = (low + high) / 2;
        const auto narrowed = [cap](int width) { return std::min(width, cap); };
        std::ranges::transform(asked.encoderHidden, model.encoderHidden.begin(), narrowed);
        std::ranges::transform(asked.decoderHidden, model.decoderHidden.begin(), narrowed);
        if (model.parameterCount() <= kMaxParameters) {
            fits = cap;
            low = cap + 1;
        } else {
            high = cap - 1;
        }
    }
    return fits;
}

Problem checkModel(const ModelConfig& model)
{
    if (model.architecture != "mlp")
        return refusal("There is no such architecture", "mlp", '"' + model.architecture.substr(0, 80) + '"', "Choose mlp, the fully connected network.");
    const ItemShape& shape = model.inputShape;
    if (auto problem = wholeOutside("The number of channels", shape.channels, 1, kMaxChannels))
        return problem;
    if (auto problem = wholeOutside("The height of a sample", shape.height, 1, kMaxSide))
        return problem;
    if (auto problem = wholeOutside("The width of a sample", shape.width, 1, kMaxSide))
        return problem;
    if (std::int64_t{shape.channels} * shape.height * shape.width > kMaxItem)
        return refusal("A sample is too large", "at most " + text(kMaxItem) + " numbers",
                       text(std::int64_t{shape.channels} * shape.height * shape.width), "Scale the samples down, for example to 64 × 64.");
    if (auto problem = checkWidths("hidden", model.encoderHidden))
        return problem;
    if (auto problem = checkWidths("decoder", model.decoderHidden))
        return problem;
    if (auto problem = wholeOutside("The number of latent dimensions", model.latent, 1, kMaxLatent))
        return problem;
    if (model.parameterCount() > kMaxParameters)
        return refusal("The model is too large", "at most " + text(kMaxParameters) + " weights", text(model.parameterCount()),
                       "Choose hidden layers of at most " + text(std::int64_t{widestThatFits(model)}) + '.');
    return {};
}

Problem checkObjective(const ObjectiveConfig& objective)
{
    if (auto problem = realOutside("Beta", objective.beta, kBeta))
        return problem;
    if (auto problem = realOutside("The warm-up", objective.warmupEpochs, kWarmup))
        return problem;
    return realOutside("Sigma", objective.sigma, kSigma);
}

Problem checkBatch(int batchSize, std::size_t trainCount)
{
    const auto count = static_cast<std::int64_t>(std::min<std::size_t>(trainCount, kMaxBatch));
    if (count > 0 && batchSize > count && batchSize <= kMaxBatch) {
        const std::string images = count == 1 ? "the 1 training image" : "the " + text(count) + " training images";
        return refusal("Batch size " + text(std::int64_t{batchSize}) + " is larger than " + images, "1 to " + text(count),
                       text(std::int64_t{batchSize}), "Choose at most " + text(count) + '.');
    }
    return wholeOutside("The batch size", batchSize, 1, count > 0 ? count : kMaxBatch);
}

Problem checkTraining(const TrainConfig& training, std::size_t trainCount)
{
    if (auto problem = realOutside("The learning rate", training.learningRate, kLearningRate))
        return problem;
    if (auto problem = realOutside("The momentum", training.momentum, kMomentum))
        return problem;
    if (auto problem = checkBatch(training.batchSize, trainCount))
        return problem;
    if (auto problem = wholeOutside("The number of epochs", training.epochs, 1, kMaxEpochs))
        return problem;
    if (auto problem = wholeOutside("The epoch to stop after", training.stopAfter, 0, training.epochs))
        return problem;
    return realOutside("The validation fraction", training.validationFraction, kValidation);
}

Result<void> asResult(Problem problem)
{
    return problem ? Result<void>(std::move(*problem)) : Result<void>();
}

} // namespace

Result<void> validate(const RunConfig& config, std::size_t trainCount)
{
    if (auto problem = checkModel(config.model))
        return asResult(std::move(problem));
    if (auto problem = checkObjective(config.objective))
        return asResult(std::move(problem));
    return asResult(checkTraining(config.training, trainCount));
}

Result<void> validate(const LiveControls& controls)
{
    if (auto problem = realOutside("Beta", controls.beta, kBeta))
        return asResult(std::move(problem));
    return asResult(realOutside("The learning rate", controls.learningRate, kLearningRate));
}

} // namespace latentscape
