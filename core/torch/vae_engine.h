// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/run_config.h"
#include "core/model/vae_backend.h"
#include "core/model/parameter_layout.h"
#include "core/torch/torch_process_group.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// What an engine computes on. Checked by the backend; an engine trusts it.
struct EngineSetup {
    RunConfig config;
    std::shared_ptr<const Dataset> data;       ///< null: no samples will be asked for
    std::vector<std::int32_t> trainingIndices; ///< into data->train()
    int threads = 1;
    Precision precision = Precision::Float32;
    std::shared_ptr<TorchProcessGroup> group;  ///< null: alone
};

/// The flat buffers of a run, all in the order of ParameterLayout.
enum class StateBuffer {
    Parameters,
    Gradients,   ///< of the last step: mean over the batch of the objective's, after clipping
    FirstMoment, ///< Adam's exp_avg, SGD's momentum_buffer
    SecondMoment ///< Adam's exp_avg_sq, RMSprop's square_avg
};

/// The one seam under the backend: forward and backward pass, optimiser and resident data of a run. CpuEngine has own loops and threads for
/// what cpuEngineServes(); TensorEngine differentiates tensor operations and serves every run on any device. Where both can, they compute
/// the same numbers within rounding. Used on one thread. Functions may throw (out of memory, device errors); the backend catches.
/// x of a Bernoulli likelihood is binarised as ObjectiveConfig::binarization says, the same on both: binariseTraining() in a step,
/// binariseEvaluation() everywhere else.
class VaeEngine {
public:
    virtual ~VaeEngine() = default;

    [[nodiscard]] virtual const ParameterLayout& layout() const noexcept = 0;
    [[nodiscard]] virtual std::string deviceName() const = 0;
    [[nodiscard]] virtual int threads() const noexcept = 0;
    [[nodiscard]] virtual StepMode stepMode() const { return {}; }

    /// order: indices into the train part, copied; repeats only where classes are balanced. Noise of position p is trainingNoise(seed, epoch, p).
    virtual void beginEpoch(int epoch, std::span<const std::int32_t> order) = 0;
    /// One optimiser step on order[begin, begin + count); count ≤ batchSize. Of a group each engine computes sliceOf(count) of it, with the noise of
    /// those positions, and all add up their gradients; PeerLostError where that fails, before anything but the harvest changed. Harvests μ and
    /// log σ² of the own slice. Alone no host waits for the device. The norm of
    /// the gradients is measured where measuresNorm(); they are scaled by min(1, clipNorm / (norm + 1e-6)), as PyTorch's clip_grad_norm_.
    virtual void step(std::size_t begin, std::size_t count, const StepControls& controls) = 0;
    [[nodiscard]] virtual std::vector<StepLoss> drainSteps() = 0;

    /// At most this many samples in one call of posterior() or reconstruction().
    [[nodiscard]] virtual std::size_t chunkRows() const noexcept = 0;
    /// μ and log σ² (cut) of the samples, [n, L] each.
    virtual void posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar) = 0;
    /// −log p(x | z) in nats of each sample under its own z [n, L].
    virtual void reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats) = 0;

    /// Rows in the order of trainingIndices, [N, L] each.
    virtual void readHarvest(std::span<float> mu, std::span<float> logvar) const = 0;
    virtual void writeHarvest(std::span<const float> mu, std::span<const float> logvar) = 0;

    /// layout().size() floats.
    virtual void read(StateBuffer buffer, std::span<float> out) const = 0;
    virtual void write(StateBuffer buffer, std::span<const float> in) = 0;
    [[nodiscard]] virtual std::int64_t stepCount() const noexcept = 0; ///< optimiser steps, of Adam's bias correction
    virtual void setStepCount(std::int64_t steps) = 0;
    /// One slot in the engine's own memory: parameters, moments, step count.
    virtual void keep() = 0;
    virtual void rollBack() = 0;
};

/// Row of each sample of the train part in trainingIndices; −1 for samples outside it.
[[nodiscard]] std::vector<std::int32_t> rowOfSample(const EngineSetup& setup);
/// Row in which the codes of each position of order are harvested; −1 where a later position of the same batch holds the same sample (classes
/// are balanced by repeats): one writer a row.
[[nodiscard]] std::vector<std::int32_t> harvestRows(const EngineSetup& setup, std::span<const std::int32_t> rowOfSample,
                                                    std::span<const std::int32_t> order);

/// How x is made 0 or 1: what the configuration says, for a Bernoulli likelihood; None for every other.
[[nodiscard]] Binarization binarizationOf(const ObjectiveConfig& objective) noexcept;
/// Whether the step after steps others measures the gradient's norm: every 16th does, and each when clipping.
[[nodiscard]] bool measuresNorm(const TrainConfig& training, std::int64_t steps) noexcept;
/// What gradients of this norm are multiplied by.
[[nodiscard]] double clipFactor(double clipNorm, double norm) noexcept;
inline constexpr double kClipEpsilon = 1e-6;

/// Whether CpuEngine can compute this: a plain MLP, R + β·KL or R alone, and a Bernoulli or Gaussian likelihood.
[[nodiscard]] bool cpuEngineServes(const RunConfig& config);

/// Only for what cpuEngineServes().
[[nodiscard]] std::unique_ptr<VaeEngine> makeCpuEngine(EngineSetup setup);
/// device: "cpu" or "cuda:N". graphs: as BackendRequest::graphs.
[[nodiscard]] std::unique_ptr<VaeEngine> makeTensorEngine(EngineSetup setup, const std::string& device, bool graphs = true);

} // namespace latentscape
