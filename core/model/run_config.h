// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/data_traits.h"
#include "core/data/item_shape.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape {

enum class Architecture { Mlp, Conv, Gru };
enum class Activation { Relu, Silu, Tanh };
/// The family of objectives; ObjectiveConfig says what each one minimises.
enum class ObjectiveKind { Vae, Autoencoder, InfoVae, BetaTcVae, DipVae, ConditionalVae };
enum class Warmup { Linear, Cyclic };
enum class Likelihood { Bernoulli, ContinuousBernoulli, Gaussian, GaussianLearned, Poisson };
/// What a Bernoulli likelihood is trained on: grey values as they are, values drawn anew each epoch (x ~ Bernoulli(value)), or value ≥ 0.5.
enum class Binarization { None, Dynamic, Threshold };
enum class OptimizerKind { Adam, AdamW, RmsProp, Sgd };
enum class LearningRateSchedule { Constant, Cosine, Step, OneCycle };

/// The network: x → hidden layers → (μ, log σ²) and z → hidden layers → logits or means (outputs of the likelihood).
///  mlp:  encoderHidden and decoderHidden are widths of fully connected layers.
///  conv: images of 1 or 3 channels and 8 to 128 pixels a side. encoderHidden are output channels of convolutions (3 × 3, stride 2), each of
///        which halves the sides (rounding up); then one fully connected layer of denseWidth. decoderHidden are output channels of the
///        transposed convolutions, which lead back through the same sizes; one more of stride 1 gives the outputs.
///  gru:  sequences C × 1 × W: W steps of C numbers. encoderHidden is one state width, repeated for each stacked layer; decoderHidden
///        likewise; the decoder sees z at each step.
struct ModelConfig {
    Architecture architecture = Architecture::Mlp;
    ItemShape inputShape{1, 28, 28};
    std::vector<int> encoderHidden{400};
    std::vector<int> decoderHidden; ///< empty: the encoder's, mirrored
    int denseWidth = 256;           ///< conv only
    int latent = 2;                 ///< L
    Activation activation = Activation::Relu;
    bool layerNorm = false;         ///< before each hidden activation; mlp and conv (there over channels and places of one sample)
    double dropout = 0.0;           ///< probability after each hidden activation while training; 0 ≤ p < 1
    int classes = 0;                ///< K of a conditional VAE: one-hot labels join x and z; 0 for every other objective
    bool standardized = false;      ///< the data's columns have mean 0 and variance 1 instead of lying in [0, 1]: decoded means are not cut

    /// decoderHidden, or the mirrored encoder when that is empty.
    [[nodiscard]] std::vector<int> decoderWidths() const;
    /// Number of weights and biases (without log_sigma).
    [[nodiscard]] std::int64_t parameterCount() const;
    friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// What is minimised, in nats per image, averaged over the batch. R = −log p(x | z), KL = KL(q(z|x) ‖ p(z)):
///  vae:     R + β·KL;  capacity γ > 0: R + γ·|KL − C(t)| (Burgess et al., arXiv:1804.03599); freeBits λ > 0:
///           R + β·Σ_j max(λ, batch mean of KL_j) (Kingma et al., arXiv:1606.04934)
///  ae:      R with z = μ
///  infovae: R + β·KL + λ·MMD(q(z), p(z)) (Zhao et al., arXiv:1706.02262; β = 1 − α, λ = α + λ' − 1)
///  tcvae:   R + MI + β·TC + Σ_j KL(q(z_j) ‖ p(z_j)) (Chen et al., arXiv:1802.04942)
///  dipvae:  R + β·KL + λ·(Σ_{i≠j} Cov_ij² + Σ_i (Cov_ii − 1)²), Cov of z under q(z) (DIP-VAE-II, Kumar et al., arXiv:1711.00848)
///  cvae:    as vae, with the label as input of encoder and decoder (Sohn et al., NeurIPS 2015)
struct ObjectiveConfig {
    ObjectiveKind kind = ObjectiveKind::Vae;
    double beta = 1.0;
    double warmupEpochs = 0.0;       ///< T: β(t) = β·min(1, t/T), t in epochs; of capacity C(t) likewise (0 there: the whole run)
    Warmup warmup = Warmup::Linear;  ///< Cyclic: period T, growing over its first half, then full (Fu et al., arXiv:1903.10145)
    double capacity = 0.0;           ///< C in nats
    double gamma = 0.0;              ///< 0: no capacity term
    double freeBits = 0.0;           ///< λ in nats a dimension; 0: off
    double lambda = 10.0;            ///< of infovae and dipvae
    Likelihood likelihood = Likelihood::Bernoulli;
    double sigma = 0.1;              ///< of the fixed Gaussian, in units of the data as the network sees them
    Binarization binarization = Binarization::None;

    [[nodiscard]] bool isVariational() const noexcept { return kind != ObjectiveKind::Autoencoder; }
    /// Whether a step compares every sample of its batch with every other, [n, n, L] numbers at a time.
    [[nodiscard]] bool comparesPairs() const noexcept { return kind == ObjectiveKind::BetaTcVae || kind == ObjectiveKind::InfoVae; }
    friend bool operator==(const ObjectiveConfig&, const ObjectiveConfig&) = default;
};

/// How it is minimised.
struct TrainConfig {
    OptimizerKind optimizer = OptimizerKind::Adam;
    double learningRate = 1e-3; ///< the schedule's base (one-cycle: its peak)
    double momentum = 0.9;      ///< SGD only
    double weightDecay = 0.01;  ///< AdamW only, decoupled
    LearningRateSchedule schedule = LearningRateSchedule::Constant;
    double clipNorm = 0.0;      ///< gradients are scaled down to this L2 norm; 0: never
    int batchSize = 128;
    int epochs = 10;    ///< the total, and the schedule's horizon
    int stopAfter = 0;  ///< 0: run to epochs
    int patience = 0;   ///< stops after so many epochs without a better validation NELBO and keeps the best weights; 0: never
    bool balance = false; ///< every class is drawn equally often
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

/// The same configuration for this data: input shape, standardized, and the classes of a conditional VAE are the data's.
[[nodiscard]] RunConfig fittedTo(RunConfig config, const DataTraits& traits);

/// validate(config, traits.trainCount), and whether configuration and data go together (config fitted before). Errors: InvalidArgument with
/// the reason and the nearest setting that works: Bernoulli on values outside [0, 1], Poisson on what is not counts, conv on vectors, gru on
/// images, cvae or balance without labels, a latent space with as many dimensions as there are samples, ...
[[nodiscard]] Result<void> validateFor(const RunConfig& config, const DataTraits& traits);

/// A ready-made configuration with the name of where it is known from.
struct Preset {
    std::string_view id;    ///< "reference-20": what --preset takes
    std::string_view title; ///< "784-400-20, the usual reference"
    std::string_view description; ///< one sentence
    RunConfig config;       ///< shape and classes still to be fitted
};
[[nodiscard]] std::span<const Preset> presets();
[[nodiscard]] Result<RunConfig> presetFromName(std::string_view id); ///< InvalidArgument lists the names that exist

/// The largest batch that an objective which comparesPairs() may have with this many latent dimensions.
[[nodiscard]] int largestPairedBatch(int latent) noexcept;
/// Checks every number and combination. trainCount: samples that will be trained on (after validation was split off), 0 = unknown.
/// Errors: InvalidArgument, naming the field, what it may be, what it is, and the nearest setting that works.
[[nodiscard]] Result<void> validate(const RunConfig& config, std::size_t trainCount);
[[nodiscard]] Result<void> validate(const LiveControls& controls);

/// JSON object with the groups "model", "objective", "training"; keys in snake_case; stable order; no path, clock or device.
[[nodiscard]] std::string toJson(const RunConfig& config, int indent = -1);
/// Strict: unknown keys, wrong types and out-of-range numbers are refused by name. Missing keys keep their default.
[[nodiscard]] Result<RunConfig> runConfigFromJson(std::string_view text);

/// Names used in JSON and on the command line ("relu", "tcvae", "gaussian-learned", "adamw").
[[nodiscard]] std::string_view name(Architecture value) noexcept;
[[nodiscard]] std::string_view name(Activation value) noexcept;
[[nodiscard]] std::string_view name(ObjectiveKind value) noexcept;
[[nodiscard]] std::string_view name(Warmup value) noexcept;
[[nodiscard]] std::string_view name(Likelihood value) noexcept;
[[nodiscard]] std::string_view name(Binarization value) noexcept;
[[nodiscard]] std::string_view name(OptimizerKind value) noexcept;
[[nodiscard]] std::string_view name(LearningRateSchedule value) noexcept;
/// The reverse; InvalidArgument lists the names that exist.
[[nodiscard]] Result<Architecture> architectureFromName(std::string_view text);
[[nodiscard]] Result<Activation> activationFromName(std::string_view text);
[[nodiscard]] Result<ObjectiveKind> objectiveFromName(std::string_view text);
[[nodiscard]] Result<Warmup> warmupFromName(std::string_view text);
[[nodiscard]] Result<Likelihood> likelihoodFromName(std::string_view text);
[[nodiscard]] Result<Binarization> binarizationFromName(std::string_view text);
[[nodiscard]] Result<OptimizerKind> optimizerFromName(std::string_view text);
[[nodiscard]] Result<LearningRateSchedule> scheduleFromName(std::string_view text);

} // namespace latentscape
