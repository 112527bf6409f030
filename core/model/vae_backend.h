// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/model/decoder.h"
#include "core/model/latent_frame.h"
#include "core/model/metrics.h"
#include "core/model/precision.h"
#include "core/model/process_group.h"
#include "core/model/run_config.h"
#include "core/model/tensor_blob.h"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace latentscape {

/// One finished optimiser step as the backend measured it: sums over the batch's images, in nats.
struct StepLoss {
    int images = 0;
    double reconstruction = 0.0;
    double kl = 0.0;
    double objective = 0.0;     ///< what was minimised
    double gradientNorm = -1.0; ///< L2 norm of the mean gradient before clipping; −1 where it was not measured (every 16th step is, and each when clipping)
};

/// The controls of one step, schedules already applied.
struct StepControls {
    double beta = 1.0;
    double learningRate = 1e-3;
    double capacity = 0.0; ///< C(t) in nats, where ObjectiveConfig::gamma > 0
};

/// How a backend's steps reach its device.
struct StepMode {
    bool graph = false; ///< recorded once and replayed by one launch each
    std::string reason; ///< a sentence: why not
    /// Columns that the first layer's products of a step have in the mean, as pixels that are zero in all its images may be left out; 0: all.
    double inputColumns = 0.0;
};

/// The networks, their optimiser and the resident data of one run. Created, used and destroyed on one thread (the trainer's, or the
/// command line's main thread). No function throws; none keeps a reference to its arguments.
/// Every random number derives from config().training.seed and a counter: the initial weights from StreamPurpose::Initialisation, the
/// noise of epoch e from (Reparameterisation, e) by position in the epoch, evaluation from (Evaluation, 0) by sample.
class VaeBackend {
public:
    virtual ~VaeBackend() = default;

    [[nodiscard]] virtual const RunConfig& config() const noexcept = 0;
    [[nodiscard]] virtual std::string deviceName() const = 0; ///< "CPU", "CUDA 0: NVIDIA H200"
    [[nodiscard]] virtual int threads() const noexcept = 0;
    /// May turn to graph = false in the first steps, when recording them fails: the run goes on without.
    [[nodiscard]] virtual StepMode stepMode() const { return {}; }

    // --- training -----------------------------------------------------------------------------------------------------------
    /// Starts epoch (from 0): order holds training indices (into Dataset::train()); a permutation of them, or, where classes are balanced, with
    /// repeats. Copied.
    virtual Result<void> beginEpoch(int epoch, std::span<const std::int32_t> order) = 0;
    /// One optimiser step on order[begin, begin + count) of the current epoch, in all processes of the group together where there is one. Alone
    /// nothing is read back from the device. Error PeerLost when another process is gone: the step counts as not made.
    virtual Result<void> step(std::size_t begin, std::size_t count, const StepControls& controls) = 0;
    /// The losses of all steps since the last call, in order. On a GPU this is where the host waits.
    [[nodiscard]] virtual std::vector<StepLoss> drainSteps() = 0;

    // --- looking ------------------------------------------------------------------------------------------------------------
    /// Codes harvested from the training batches so far, rows in the order of the training indices given to create().
    /// Before every sample was seen once, rows come from the last encodeTraining(); so do those that other processes of the group train on.
    [[nodiscard]] virtual std::shared_ptr<LatentFrame> harvestedCodes() const = 0;
    /// Encodes the training indices afresh (exact = true) and replaces the harvested codes. Error: Cancelled.
    [[nodiscard]] virtual Result<std::shared_ptr<LatentFrame>> encodeTraining(std::stop_token stop) = 0;
    /// Posterior parameters of any samples of the set; indices into the part chosen by test. Rows in the order of indices.
    [[nodiscard]] virtual Result<LatentFrame> encode(bool test, std::span<const std::int32_t> indices, std::stop_token stop) = 0;
    /// Mean losses with samples draws of z an image (noise and binarisation fixed by seed and sample index), and diagnostics of μ and σ.
    /// loss.objective: what is minimised, without dropout, with the full β and capacity; the batch terms of infovae, tcvae and dipvae are taken
    /// over groups of the batch size in the order of indices.
    [[nodiscard]] virtual Result<Evaluation> evaluate(bool test, std::span<const std::int32_t> indices, int samples, std::stop_token stop) = 0;
    /// The same per sample: [indices.size()] rows in order.
    [[nodiscard]] virtual Result<std::vector<LossTerms>> evaluatePerSample(bool test, std::span<const std::int32_t> indices,
                                                                           std::stop_token stop) = 0;
    /// IWAE bound L_K in nats per image (positive NELBO convention is NOT used: this is the log-likelihood bound) and its standard error.
    struct IwaeBound {
        int k = 0;
        double bound = 0.0;
        double standardError = 0.0;
    };
    [[nodiscard]] virtual Result<IwaeBound> iwae(bool test, std::span<const std::int32_t> indices, int k, std::stop_token stop) = 0;
    /// Deep copy of the decoder on the CPU. Does not touch any random stream.
    [[nodiscard]] virtual std::shared_ptr<const Decoder> copyDecoder() const = 0;

    // --- state --------------------------------------------------------------------------------------------------------------
    /// All weights in PyTorch state_dict naming (cli.md): encoder.0.weight …, to_mu, to_logvar, decoder.0 …, log_sigma.
    [[nodiscard]] virtual std::vector<TensorBlob> weights() const = 0;
    /// Optimiser state under train_state.* (moments by parameter name, step counter as I64 [1]).
    [[nodiscard]] virtual std::vector<TensorBlob> trainState() const = 0;
    /// Replaces weights (all of them, exact names and shapes) and, when trainState is not empty, the optimiser's state.
    /// Error Mismatch names the first tensor that is missing, extra or of another shape; nothing is changed then.
    virtual Result<void> restore(std::span<const TensorBlob> weights, std::span<const TensorBlob> trainState) = 0;
    /// Remembers weights and optimiser in memory (cheap; one slot) / goes back to them.
    virtual void keep() = 0;
    virtual void rollBack() = 0;
};

/// What a backend is made from.
struct BackendRequest {
    RunConfig config;
    std::shared_ptr<const Dataset> data;       ///< may be null for decode-only use; then every function on samples answers InvalidArgument
    std::vector<std::int32_t> trainingIndices; ///< into data->train(); empty = all
    std::string device = "auto";               ///< auto | cpu | cuda | cuda:N
    int threads = 0;                           ///< 0: all cores
    Precision precision = Precision::Float32;  ///< BFloat16: only for runs that create() knows to be faster so
    std::shared_ptr<ProcessGroup> group = {};  ///< from join() of the same factory; null: alone
    bool graphs = true;                        ///< record steps where the device can; false: operation by operation, for comparisons
};

/// Where a run would compute, and why not elsewhere.
struct DeviceReport {
    std::string name;   ///< "CPU", "CUDA 0"
    std::string id;     ///< "cpu", "cuda:0": what --device takes
    bool usable = false;
    std::string reason; ///< in a sentence; for usable devices what they are
};

/// Makes backends; the only door to Torch for everything outside core/torch. Thread-safe, stateless.
class VaeBackendFactory {
public:
    virtual ~VaeBackendFactory() = default;

    /// Errors: InvalidArgument (validate()), DeviceUnavailable with the reason, Unsupported (precision), OutOfMemory. Call on the thread that will use it;
    /// sets that thread's compute-thread count and gradient mode.
    [[nodiscard]] virtual Result<std::unique_ptr<VaeBackend>> create(BackendRequest request) const = 0;
    /// Meets the other processes of a run. Errors: Unsupported with the reason where this build cannot; InvalidArgument for an address or port that
    /// cannot be used; NotFound naming address and processes that did not come in time; Mismatch for a rank taken twice or another size;
    /// Cancelled.
    [[nodiscard]] virtual Result<std::shared_ptr<ProcessGroup>> join(const ProcessSettings& settings) const
    {
        (void)settings;
        return Error{ErrorCode::Unsupported, "These networks train in one process only", "", "", "Start one process."};
    }
    /// A decoder from a checkpoint's weights alone.
    [[nodiscard]] virtual Result<std::shared_ptr<const Decoder>> createDecoder(const RunConfig& config,
                                                                                std::span<const TensorBlob> weights) const = 0;
    /// To be called once on each thread that decodes: so many compute threads, no gradients. More than one only where nothing else is computed.
    virtual void prepareDecodingThread(int threads = 1) const = 0;
    [[nodiscard]] virtual std::vector<DeviceReport> devices() const = 0;
    /// What computes, "2.13.0+cpu, MKL, CPU only, 2 threads": LibTorch for doctor and about boxes.
    [[nodiscard]] virtual std::string description() const = 0;
};

} // namespace latentscape
