// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/item_shape.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

enum class Activation { Relu, Silu, Tanh };
enum class ObjectiveKind { Vae, Autoencoder };
enum class Likelihood { Bernoulli, Gaussian, GaussianLearned };
enum class OptimizerKind { Adam, RmsProp, Sgd };

/// The network. An MLP: x → encoderHidden → (μ, log σ²) and z → decoderHidden → logits or means.
struct ModelConfig {
    std::string architecture = "mlp";
    ItemShape inputShape{1, 28, 28};
    std::vector<int> encoderHidden{400};
    std::vector<int> decoderHidden; ///< empty: the encoder's, mirrored
    int latent = 2;                 ///< L
    Activation activation = Activation::Relu;

    /// decoderHidden, or the mirrored encoder when that is empty.
    [[nodiscard]] std::vector<int> decoderWidths() const;
    /// Number of weights and biases (without log_sigma).
    [[nodiscard]] std::int64_t parameterCount() const;
    friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// What is minimised: R + β·KL, in nats per image.
struct ObjectiveConfig {
    ObjectiveKind kind = ObjectiveKind::Vae; ///< Autoencoder: z = μ, no KL
    double beta = 1.0;
    double warmupEpochs = 0.0;               ///< β(t) = β·min(1, t/T), t in epochs
    Likelihood likelihood = Likelihood::Bernoulli;
    double sigma = 0.1;                      ///< of the fixed Gaussian, in units of the scaled data [0, 1]
    friend bool operator==(const ObjectiveConfig&, const ObjectiveConfig&) = default;
};

/// How it is minimised.
struct TrainConfig {
    OptimizerKind optimizer = OptimizerKind::Adam;
    double learningRate = 1e-3;
    double momentum = 0.9; ///< SGD only
    int batchSize = 128;
    int epochs = 10;    ///< the total
    int stopAfter = 0;  ///< 0: run to epochs
    double validationFraction = 0.0;
    std::uint64_t seed = 1;
    friend bool operator==(const TrainConfig&, const TrainConfig&) = default;
};

/// Everything that decides a run besides the data, the device and the thread count. A value; JSON both ways.
struct RunConfig {
    ModelConfig model;
    ObjectiveConfig objective;
    TrainConfig training;
    friend bool operator==(const RunConfig&, const RunConfig&) = default;
};

/// What may change while training runs; read at step boundaries.
struct LiveControls {
    double beta = 1.0;
    double learningRate = 1e-3;
    friend bool operator==(const LiveControls&, const LiveControls&) = default;
};

/// Checks every number and combination. trainCount: samples that will be trained on (after validation was split off), 0 = unknown.
/// Errors: InvalidArgument, naming the field, what it may be, what it is, and the nearest setting that works.
[[nodiscard]] Result<void> validate(const RunConfig& config, std::size_t trainCount);
[[nodiscard]] Result<void> validate(const LiveControls& controls);

/// JSON object with the groups "model", "objective", "training"; keys in snake_case; stable order; no path, clock or device.
[[nodiscard]] std::string toJson(const RunConfig& config, int indent = -1);
/// Strict: unknown keys, wrong types and out-of-range numbers are refused by name. Missing keys keep their default.
[[nodiscard]] Result<RunConfig> runConfigFromJson(std::string_view text);

/// Names used in JSON and on the command line ("relu", "vae", "gaussian-learned", "adam").
[[nodiscard]] std::string_view name(Activation value) noexcept;
[[nodiscard]] std::string_view name(ObjectiveKind value) noexcept;
[[nodiscard]] std::string_view name(Likelihood value) noexcept;
[[nodiscard]] std::string_view name(OptimizerKind value) noexcept;
/// The reverse; InvalidArgument lists the names that exist.
[[nodiscard]] Result<Activation> activationFromName(std::string_view text);
[[nodiscard]] Result<ObjectiveKind> objectiveFromName(std::string_view text);
[[nodiscard]] Result<Likelihood> likelihoodFromName(std::string_view text);
[[nodiscard]] Result<OptimizerKind> optimizerFromName(std::string_view text);

} // namespace latentscape
