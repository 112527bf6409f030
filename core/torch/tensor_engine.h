// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/compute_pool.h"
#include "core/torch/group_step.h"
#include "core/torch/idle_team.h"
#include "core/torch/objective.h"
#include "core/torch/philox_rows.h"
#include "core/torch/step_graph.h"
#include "core/torch/vae_engine.h"
#include "core/torch/vae_network.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <compare>
#include <exception>
#include <map>
#include <optional>

namespace latentscape {

/// The engine for every network, objective and likelihood on any device of LibTorch: VaeNetwork, negativeLogLikelihood() and regulariser(),
/// differentiated by autograd. Order, noise and labels of an epoch go to the device once, losses and codes stay there until somebody asks. On
/// a CPU it computes with the setup's threads, and is CpuEngine's oracle for what both can do: each thread takes a shard of the batch through
/// the network and back, which meets four times a step instead of at every operation; only where the objective compares all pairs of codes of a
/// large batch, and is the work itself, the threads are left to LibTorch's operations.
/// A step is a body of tensor operations that finds everything that changes in tensors at fixed addresses and writes only into such: where the
/// device has graphs, it is recorded after some steps and from then on replayed. Whatever writes these tensors writes into them (copy_, fill_).
class TensorEngine final : public VaeEngine {
public:
    TensorEngine(EngineSetup setup, const std::string& device);
    TensorEngine(EngineSetup setup, const std::string& device, StepGraphs graphs);

    [[nodiscard]] const ParameterLayout& layout() const noexcept override { return m_layout; }
    [[nodiscard]] std::string deviceName() const override;
    [[nodiscard]] int threads() const noexcept override { return m_setup.threads; }
    [[nodiscard]] StepMode stepMode() const override { return {static_cast<bool>(m_graphs.make), m_graphs.reason}; }
    void beginEpoch(int epoch, std::span<const std::int32_t> order) override;
    void step(std::size_t begin, std::size_t count, const StepControls& controls) override;
    [[nodiscard]] std::vector<StepLoss> drainSteps() override;
    [[nodiscard]] std::size_t chunkRows() const noexcept override { return m_chunkRows; }
    void posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar) override;
    void reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats) override;
    void readHarvest(std::span<float> mu, std::span<float> logvar) const override;
    void writeHarvest(std::span<const float> mu, std::span<const float> logvar) override;
    void read(StateBuffer buffer, std::span<float> out) const override;
    void write(StateBuffer buffer, std::span<const float> in) override;
    [[nodiscard]] std::int64_t stepCount() const noexcept override { return m_steps; }
    void setStepCount(std::int64_t steps) override;
    void keep() override;
    void rollBack() override;

private:
    /// A part of the data on the device.
    struct Resident {
        at::Tensor values; ///< [N, D], bytes or floats
        at::Tensor labels; ///< [N] where the objective takes them
    };
    /// A part of some rows that one thread computes.
    struct Shard {
        std::size_t index = 0, first = 0, count = 0;
        [[nodiscard]] at::Tensor of(const at::Tensor& whole) const; ///< its rows of [rows, …]; undefined of what is undefined
    };
    /// What the network makes of some rows of the batch, with autograd's graph.
    struct Pass {
        at::Tensor nats; ///< −log p(x | z) of each row
        Codes codes;
    };
    /// The step's loss; everything but objective is free of autograd's graph.
    struct Loss {
        at::Tensor objective;      ///< mean over the batch; in a group this process's share
        at::Tensor reconstruction; ///< sums over the rows (double)
        at::Tensor kl;
        at::Tensor codes;          ///< [n, 2L]: μ and log σ² (cut)
    };
    /// Steps of one kind, which one recording serves.
    struct Kind {
        std::size_t count = 0;     ///< positions of the epoch
        bool measuresNorm = false;
        auto operator<=>(const Kind&) const = default;
    };
    struct Plan {
        at::Tensor offsets; ///< 0 … count − 1; in a group those of the own slice
        at::Tensor advance; ///< what a step adds to m_counters
        int eagerSteps = 0;
        std::unique_ptr<StepGraph> graph;
    };
    /// Which position and which slot of the losses come next.
    struct Counters {
        std::int64_t position = 0, slot = 0;
        bool operator==(const Counters&) const = default;
    };
    /// Steps whose losses fit on the device.
    static constexpr std::size_t kLossRing = 4096;
    /// The losses of a step that wait on the device.
    struct Pending {
        int images = 0;
        bool normMeasured = false;
    };

    [[nodiscard]] int tensorThreads() const noexcept; ///< of LibTorch's operations
    void computeOnOwnThreads() const;
    /// body(row, task) for every row on all threads, task < threads(); must not throw.
    template <typename Body>
    void forEachRow(std::size_t rows, Body&& body);
    [[nodiscard]] Resident residentOf(const DataPart& part) const;
    [[nodiscard]] at::Tensor onDevice(std::span<const std::int32_t> integers) const; ///< as int64
    /// Whether random numbers of a step are drawn by tensor operations on the device, beside its other work.
    [[nodiscard]] bool drawsOnDevice() const noexcept { return !m_parameters.is_cpu(); }
    void provideEpochBuffers(std::size_t count);
    /// Standard normals for each position of the epoch, into rows [count, L]: draw(position, row) on the host by all threads, or by philox.
    template <typename Draw>
    void fillNormals(const at::Tensor& rows, const std::optional<PhiloxRows>& philox, std::size_t count, Draw&& draw);
    [[nodiscard]] at::Tensor valuesOf(const Resident& part, const at::Tensor& samples) const; ///< as stored, in [0, 1] or standardised
    [[nodiscard]] at::Tensor trainingBatch(const at::Tensor& positions, const at::Tensor& samples) const;
    /// Makes m_drawn hold the positions from begin to begin + count.
    void drawBinarised(std::size_t begin, std::size_t count);
    void drawBinarisedOnHost(std::size_t begin, std::size_t rows);
    void drawBinarisedOnDevice(std::size_t begin, std::size_t rows);
    [[nodiscard]] at::Tensor evaluationBatch(bool test, std::span<const std::int32_t> samples);
    [[nodiscard]] at::Tensor labelsOf(const Resident& part, const at::Tensor& samples) const; ///< one-hot; undefined without classes
    [[nodiscard]] at::Tensor logSigma() const;                                                ///< undefined where the likelihood has none
    /// Brings the tensors that a body reads to where the step at begin needs them.
    void prepareStep(std::size_t begin, std::size_t count, const StepControls& controls);
    [[nodiscard]] Plan& planOf(const Kind& kind);
    void runPlan(Plan& plan, const Kind& kind);
    void recordPlan(Plan& plan, const Kind& kind);
    void stepBody(const Plan& plan, const Kind& kind);
    /// Of the rows at these positions of the epoch; mode says which part of the batch they are. Of const members only, for shards at once.
    [[nodiscard]] Pass forward(const at::Tensor& positions, const at::Tensor& samples, const ForwardMode& mode) const;
    /// Of a process whose slice of the epoch's last batch has no rows: it only takes part in what the others gather.
    [[nodiscard]] Pass emptyPass() const;
    [[nodiscard]] ForwardMode modeOf(const StepShare& share, const Shard& shard);
    [[nodiscard]] Loss lossOf(Pass& pass, const StepShare& share) const;
    /// Writes Σ slopes · ∂outputs / ∂parameters into gradients (one a tensor); no slopes: 1 for a scalar output.
    void differentiate(const std::vector<at::Tensor>& outputs, const std::vector<at::Tensor>& slopes, const std::vector<at::Tensor>& gradients) const;
    // Both fill m_gradients.
    [[nodiscard]] Loss gradientsOfWhole(const at::Tensor& positions, const at::Tensor& samples, const StepShare& share);
    [[nodiscard]] Loss gradientsOfShards(int shards, const at::Tensor& positions, const at::Tensor& samples, const StepShare& share);
    [[nodiscard]] at::Tensor measuredNorm(); ///< of m_gradients, which it clips
    /// One optimiser step of these parameters, all or a part of the flat buffers.
    void update(const at::Tensor& parameters, const at::Tensor& gradients, const at::Tensor& first, const at::Tensor& second) const;
    void updateInShards(int shards);
    /// make(shard) of every shard, joined by rows.
    template <typename Make>
    [[nodiscard]] at::Tensor inShards(std::size_t rows, Make&& make);
    [[nodiscard]] int shardsOf(std::size_t rows) const noexcept;
    /// body(shard) for every Shard of so many rows at once, each on one thread without gradients. Throws what the first of them threw.
    template <typename Body>
    void runShards(int shards, std::size_t rows, Body&& body);
    void flushLosses();
    [[nodiscard]] const at::Tensor& buffer(StateBuffer which) const noexcept;

    EngineSetup m_setup;
    ParameterLayout m_layout;
    std::unique_ptr<const VaeNetwork> m_network;
    std::size_t m_chunkRows;
    int m_shards; ///< at most so many parts of a batch are computed at once, each on one thread
    Resident m_train, m_test;
    std::vector<std::int32_t> m_rowOf;

    int m_epoch = 0;
    std::size_t m_begin = 0; ///< of the step that is asked for
    std::vector<std::int32_t> m_hostOrder;
    // What bodies read, sized for an epoch: of each position …
    at::Tensor m_table;        ///< its sample, its row of m_harvest, int64 [2, positions]
    at::Tensor m_noise;        ///< [positions, L]
    at::Tensor m_prior;        ///< [positions, L]
    at::Tensor m_drawn;        ///< binarised samples of the positions from m_drawnFirst on, bytes 0 or 1
    at::Tensor m_drawnOffset;  ///< m_drawnFirst on the device, int64 [1]
    std::size_t m_drawnFirst = 0, m_drawnRows = 0;
    at::Tensor m_epochNumber;  ///< int64 [1]
    std::optional<PhiloxRows> m_noiseRows, m_priorRows, m_binarizationRows; ///< where drawsOnDevice()
    at::Tensor m_harvest;      ///< [N + 1, 2L]: the last row takes what has no row of its own
    std::vector<at::Generator> m_dropouts; ///< one a shard, where the model drops out

    // … and of each step.
    at::Tensor m_exchange;     ///< in a group: m_gradients and TorchProcessGroup::kStepTail numbers
    at::Tensor m_counters;     ///< Counters, int64 [2]
    Counters m_deviceCounters; ///< what m_counters will be when all steps are done
    at::Tensor m_rate, m_beta, m_capacity; ///< StepControls, scalars
    StepControls m_deviceControls;
    StepGraphs m_graphs;
    std::map<Kind, Plan> m_plans;

    at::Tensor m_parameters, m_gradients, m_first, m_second, m_stepTensor;
    std::vector<at::Tensor> m_leaves;        ///< views of m_parameters, one a tensor, where autograd ends
    std::vector<at::Tensor> m_gradientViews; ///< of m_gradients
    at::Tensor m_shardGradients;             ///< [shards, P], of shards
    std::vector<std::vector<at::Tensor>> m_shardViews; ///< of each shard's row
    at::Tensor m_keptParameters, m_keptFirst, m_keptSecond;
    std::int64_t m_steps = 0;
    std::int64_t m_keptSteps = 0;

    at::Tensor m_losses; ///< [ring, 4]: sums of R, KL and the objective, norm of the gradients
    std::vector<Pending> m_pending;
    std::vector<StepLoss> m_flushed;

    std::optional<IdleTeam> m_idleTeam; ///< where LibTorch computes on several threads
    ComputePool m_pool;                 ///< computes shards, draws random numbers
};

template <typename Body>
void TensorEngine::forEachRow(std::size_t rows, Body&& body)
{
    constexpr std::size_t kRowsPerTask = 64;
    const std::size_t tasks = std::clamp<std::size_t>(rows / kRowsPerTask, 1, static_cast<std::size_t>(m_setup.threads));
    m_pool.run(static_cast<int>(tasks), [&](int task) noexcept {
        const std::size_t end = rows * (static_cast<std::size_t>(task) + 1) / tasks;
        for (std::size_t row = rows * static_cast<std::size_t>(task) / tasks; row < end; ++row)
            body(row, static_cast<std::size_t>(task));
    });
}

template <typename Body>
void TensorEngine::runShards(int shards, std::size_t rows, Body&& body)
{
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(shards));
    m_pool.run(shards, [&](int task) noexcept {
        const auto shard = static_cast<std::size_t>(task), count = static_cast<std::size_t>(shards);
        const std::size_t first = rows * shard / count, end = rows * (shard + 1) / count;
        try {
            const c10::NoGradGuard noGradients;
            body(Shard{shard, first, end - first});
        } catch (...) {
            failures[shard] = std::current_exception();
        }
    });
    for (const std::exception_ptr& failure : failures)
        if (failure)
            std::rethrow_exception(failure);
}

} // namespace latentscape
