// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

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
constexpr std::int64_t kMaxClasses = 1000;
constexpr int kLeastSide = 8, kMostSide = 128; // of images for conv
constexpr std::size_t kMaxStates = 4;          // stacked layers of a gru
// Weights and Adam's two moments are 12 bytes a parameter; a checkpoint must stay below the 4 GiB that are read back.
constexpr std::int64_t kMaxParameters = std::int64_t{1} << 28;
// Numbers in the comparison of every sample of a batch with every other; a step holds about six of these tensors, 0.8 GB together.
constexpr int kMaxPairs = 1 << 25;

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
constexpr RealRange kDropout{"a number from 0 to 0.9", 0.0, 0.9, 0.0, 0.9, 0.1};
constexpr RealRange kCapacity{"a number of nats from 0 to 10000", 0.0, 1e4, 0.0, 1e4, 25.0};
constexpr RealRange kGamma{"a number from 0 to 1000000", 0.0, 1e6, 0.0, 1e6, 30.0};
constexpr RealRange kFreeBits{"a number of nats from 0 to 100", 0.0, 100.0, 0.0, 100.0, 0.5};
constexpr RealRange kLambda{"a number from 0 to 1000000", 0.0, 1e6, 0.0, 1e6, 10.0};
constexpr RealRange kWeightDecay{"a number from 0 to 1", 0.0, 1.0, 0.0, 1.0, 0.01};
constexpr RealRange kClipNorm{"a number from 0 to 1000000", 0.0, 1e6, 0.0, 1e6, 5.0};

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

Problem checkShape(const ItemShape& shape)
{
    if (auto problem = wholeOutside("The number of channels", shape.channels, 1, kMaxChannels))
        return problem;
    if (auto problem = wholeOutside("The height of a sample", shape.height, 1, kMaxSide))
        return problem;
    if (auto problem = wholeOutside("The width of a sample", shape.width, 1, kMaxSide))
        return problem;
    if (std::int64_t{shape.channels} * shape.height * shape.width > kMaxItem)
        return refusal("A sample is too large", "at most " + text(kMaxItem) + " numbers",
                       text(std::int64_t{shape.channels} * shape.height * shape.width), "Scale the samples down, for example to 64 × 64.");
    return {};
}

std::string shapeText(const ItemShape& shape)
{
    return text(std::int64_t{shape.channels}) + " × " + text(std::int64_t{shape.height}) + " × " + text(std::int64_t{shape.width});
}

/// How often the shorter side can be halved while it is longer than 1.
std::size_t mostHalvings(const ItemShape& shape)
{
    std::size_t count = 0;
    for (int side = std::min(shape.height, shape.width); side > 1; side = (side + 1) / 2)
        ++count;
    return count;
}

Problem checkConv(const ModelConfig& model)
{
    const ItemShape& shape = model.inputShape;
    if (!shape.isImage())
        return refusal("A convolutional network needs images", "samples of two or more rows", shapeText(shape),
                       "Choose gru for sequences, or mlp for any data.");
    if (shape.channels != 1 && shape.channels != 3)
        return refusal("A convolutional network takes grey or colour images", "1 or 3 channels", text(std::int64_t{shape.channels}), "Choose mlp.");
    if (std::min(shape.height, shape.width) < kLeastSide || std::max(shape.height, shape.width) > kMostSide)
        return refusal("The images do not fit a convolutional network", "sides of 8 to 128 pixels", shapeText(shape), "Choose mlp, or scale the images.");
    if (model.encoderHidden.empty())
        return refusal("A convolutional network needs a convolution", "the channels of 1 or more convolutions", "none", "Choose 32, 64.");
    if (const std::size_t most = mostHalvings(shape); model.encoderHidden.size() > most)
        return refusal("There are more convolutions than the images can be halved", "at most " + std::to_string(most),
                       std::to_string(model.encoderHidden.size()), "Remove convolutions until " + std::to_string(most) + " are left.");
    if (model.decoderWidths().size() != model.encoderHidden.size())
        return refusal("The decoder has to undo each halving of the encoder", std::to_string(model.encoderHidden.size()) + " numbers of channels",
                       std::to_string(model.decoderWidths().size()), "Give as many for the decoder, or none to mirror the encoder.");
    return wholeOutside("The width of the dense layer", model.denseWidth, 1, kMaxWidth);
}

Problem checkGru(const ModelConfig& model)
{
    if (model.inputShape.isImage())
        return refusal("A recurrent network needs sequences", "samples of one row", shapeText(model.inputShape), "Choose conv for images, or mlp for any data.");
    const std::vector<int> decoder = model.decoderWidths();
    for (const auto& [field, widths] : {std::pair{"hidden", &model.encoderHidden}, std::pair{"decoder", &decoder}}) {
        if (widths->empty() || widths->size() > kMaxStates)
            return refusal(std::string("A recurrent network needs ") + (widths->empty() ? "a state" : "fewer layers"), "1 to 4 equal state widths",
                           std::to_string(widths->size()) + std::string(" ") + field + " widths", "Choose 64.");
        if (std::adjacent_find(widths->begin(), widths->end(), std::not_equal_to<>()) != widths->end())
            return refusal("The stacked layers of a recurrent network share one state width", "equal widths", text(std::int64_t{widths->front()}) + " and others",
                           "Choose " + text(std::int64_t{widths->front()}) + " for all of them.");
    }
    if (model.layerNorm)
        return refusal("A recurrent network has no layer norm here", "mlp or conv with layer norm", "gru", "Turn layer norm off.");
    return {};
}

Problem checkModel(const ModelConfig& model)
{
    if (auto problem = checkShape(model.inputShape))
        return problem;
    if (auto problem = checkWidths("hidden", model.encoderHidden))
        return problem;
    if (auto problem = checkWidths("decoder", model.decoderHidden))
        return problem;
    if (auto problem = wholeOutside("The number of latent dimensions", model.latent, 1, kMaxLatent))
        return problem;
    if (auto problem = realOutside("The dropout", model.dropout, kDropout))
        return problem;
    if (auto problem = wholeOutside("The number of classes", model.classes, 0, kMaxClasses))
        return problem;
    if (model.architecture == Architecture::Conv)
        if (auto problem = checkConv(model))
            return problem;
    if (model.architecture == Architecture::Gru)
        if (auto problem = checkGru(model))
            return problem;
    if (model.parameterCount() > kMaxParameters)
        return refusal("The model is too large", "at most " + text(kMaxParameters) + " weights", text(model.parameterCount()),
                       "Choose hidden layers of at most " + text(std::int64_t{widestThatFits(model)}) + '.');
    return {};
}

/// What the terms beyond β may be combined with.
Problem checkTerms(const ObjectiveConfig& objective)
{
    const bool plain = objective.kind == ObjectiveKind::Vae || objective.kind == ObjectiveKind::ConditionalVae;
    const std::string kind(name(objective.kind));
    if (objective.gamma > 0.0 && !plain)
        return refusal("The capacity term belongs to another objective", "vae or cvae", kind, "Set gamma to 0, or choose vae.");
    if (objective.freeBits > 0.0 && !plain)
        return refusal("Free bits belong to another objective", "vae or cvae", kind, "Set free bits to 0, or choose vae.");
    if (objective.gamma > 0.0 && objective.freeBits > 0.0)
        return refusal("Capacity and free bits exclude each other: both say how much KL there should be", "one of them", "both",
                       "Set gamma or free bits to 0.");
    if (objective.capacity > 0.0 && !(objective.gamma > 0.0))
        return refusal("A capacity without a weight does nothing", "gamma above 0", "gamma 0", "Set gamma to 30, or the capacity to 0.");
    if (objective.warmup == Warmup::Cyclic && !(objective.warmupEpochs > 0.0))
        return refusal("A cyclic warm-up needs the length of a cycle", "a warm-up of more than 0 epochs", text(objective.warmupEpochs),
                       "Set the warm-up to the epochs of one cycle, for example 5, or choose linear.");
    if (objective.binarization != Binarization::None && objective.likelihood != Likelihood::Bernoulli)
        return refusal("Binarised values need the likelihood of binary values", "bernoulli", std::string(name(objective.likelihood)),
                       "Choose the Bernoulli likelihood, or no binarisation.");
    return {};
}

Problem checkObjective(const ObjectiveConfig& objective)
{
    if (auto problem = realOutside("Beta", objective.beta, kBeta))
        return problem;
    if (auto problem = realOutside("The warm-up", objective.warmupEpochs, kWarmup))
        return problem;
    if (auto problem = realOutside("Sigma", objective.sigma, kSigma))
        return problem;
    if (auto problem = realOutside("The capacity", objective.capacity, kCapacity))
        return problem;
    if (auto problem = realOutside("Gamma", objective.gamma, kGamma))
        return problem;
    if (auto problem = realOutside("Free bits", objective.freeBits, kFreeBits))
        return problem;
    if (auto problem = realOutside("Lambda", objective.lambda, kLambda))
        return problem;
    return checkTerms(objective);
}

/// What model and objective say about the same thing.
Problem checkTogether(const ModelConfig& model, const ObjectiveConfig& objective)
{
    const bool conditional = objective.kind == ObjectiveKind::ConditionalVae;
    if (conditional && model.classes < 2)
        return refusal("A conditional VAE needs labels", "2 or more classes", text(std::int64_t{model.classes}), "Choose a labelled data set, or the objective vae.");
    if (!conditional && model.classes != 0)
        return refusal("Only a conditional VAE takes labels", "0 classes", text(std::int64_t{model.classes}), "Choose the objective cvae, or 0 classes.");
    const bool gaussian = objective.likelihood == Likelihood::Gaussian || objective.likelihood == Likelihood::GaussianLearned;
    if (model.standardized && !gaussian)
        return refusal("Standardised values lie outside [0, 1], where this likelihood has no meaning", "gaussian or gaussian-learned",
                       std::string(name(objective.likelihood)), "Choose gaussian-learned.");
    return {};
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

/// Objectives that compare all samples of a batch in every latent dimension need memory by the square of the batch.
Problem checkPairs(const RunConfig& config)
{
    if (!config.objective.comparesPairs())
        return {};
    const std::int64_t most = largestPairedBatch(config.model.latent);
    if (config.training.batchSize <= most)
        return {};
    return refusal("The objective " + std::string(name(config.objective.kind)) + " compares every sample of a batch with every other: memory grows with the square of the batch",
                   "a batch of at most " + text(most) + " with " + text(std::int64_t{config.model.latent}) + " latent dimensions",
                   text(std::int64_t{config.training.batchSize}), "Choose a batch size of at most " + text(most) + '.');
}

Problem checkTraining(const TrainConfig& training, std::size_t trainCount)
{
    if (auto problem = realOutside("The learning rate", training.learningRate, kLearningRate))
        return problem;
    if (auto problem = realOutside("The momentum", training.momentum, kMomentum))
        return problem;
    if (auto problem = realOutside("The weight decay", training.weightDecay, kWeightDecay))
        return problem;
    if (auto problem = realOutside("The gradient norm to clip at", training.clipNorm, kClipNorm))
        return problem;
    if (auto problem = checkBatch(training.batchSize, trainCount))
        return problem;
    if (auto problem = wholeOutside("The number of epochs", training.epochs, 1, kMaxEpochs))
        return problem;
    if (auto problem = wholeOutside("The epoch to stop after", training.stopAfter, 0, training.epochs))
        return problem;
    if (auto problem = wholeOutside("The patience", training.patience, 0, kMaxEpochs))
        return problem;
    if (auto problem = realOutside("The validation fraction", training.validationFraction, kValidation))
        return problem;
    if (training.patience > 0 && !(training.validationFraction > 0.0))
        return refusal("Stopping early needs samples to validate on: the test part is never selected on", "a validation fraction above 0", "0",
                       "Set the validation fraction to 0.1, or the patience to 0.");
    return {};
}

Result<void> asResult(Problem problem)
{
    return problem ? Result<void>(std::move(*problem)) : Result<void>();
}

} // namespace

int largestPairedBatch(int latent) noexcept
{
    return static_cast<int>(std::sqrt(kMaxPairs / std::max(1, latent)));
}

Result<void> validate(const RunConfig& config, std::size_t trainCount)
{
    if (auto problem = checkModel(config.model))
        return asResult(std::move(problem));
    if (auto problem = checkObjective(config.objective))
        return asResult(std::move(problem));
    if (auto problem = checkTogether(config.model, config.objective))
        return asResult(std::move(problem));
    if (auto problem = checkTraining(config.training, trainCount))
        return asResult(std::move(problem));
    return asResult(checkPairs(config));
}

Result<void> validate(const LiveControls& controls)
{
    if (auto problem = realOutside("Beta", controls.beta, kBeta))
        return asResult(std::move(problem));
    return asResult(realOutside("The learning rate", controls.learningRate, kLearningRate));
}

} // namespace latentscape
