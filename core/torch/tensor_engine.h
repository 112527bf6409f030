// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/compute_pool.h"
#include "core/torch/group_step.h"
#include "core/torch/idle_team.h"
#include "core/torch/objective.h"
#include "core/torch/vae_engine.h"
#include "core/torch/vae_network.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <optional>

namespace latentscape {

/// The engine for every network, objective and likelihood on any device of LibTorch: VaeNetwork, negativeLogLikelihood() and regulariser(),
/// differentiated by autograd. Order, noise and labels of an epoch go to the device once, losses and codes stay there until somebody asks. On
/// a CPU it computes with the setup's threads, and is CpuEngine's oracle for what both can do.
class TensorEngine final : public VaeEngine {
public:
    TensorEngine(EngineSetup setup, const std::string& device);

    [[nodiscard]] const ParameterLayout& layout() const noexcept override { return m_layout; }
    [[nodiscard]] std::string deviceName() const override;
    [[nodiscard]] int threads() const noexcept override { return m_setup.threads; }
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
    /// The step's loss; everything but objective is free of the graph.
    struct Loss {
        at::Tensor objective;      ///< mean over the batch, differentiable; in a group this process's share
        at::Tensor reconstruction; ///< sums over the rows (double)
        at::Tensor kl;
        at::Tensor codes;          ///< [n, 2L]: μ and log σ² (cut)
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
    /// One row a position of the epoch, drawn on the host by all threads: draw(position, row).
    template <typename Draw>
    [[nodiscard]] at::Tensor normalRows(std::size_t count, Draw&& draw);
    [[nodiscard]] at::Tensor valuesOf(const Resident& part, const at::Tensor& samples) const; ///< as stored, in [0, 1] or standardised
    [[nodiscard]] at::Tensor trainingBatch(std::size_t begin, std::size_t count);
    void drawBinarised(std::size_t begin, std::size_t count);
    [[nodiscard]] at::Tensor evaluationBatch(bool test, std::span<const std::int32_t> samples);
    [[nodiscard]] at::Tensor labelsOf(const Resident& part, const at::Tensor& samples) const; ///< one-hot; undefined without classes
    [[nodiscard]] at::Tensor logSigma() const;                                                ///< undefined where the likelihood has none
    [[nodiscard]] Loss forward(std::size_t begin, const StepShare& share, const StepControls& controls);
    [[nodiscard]] Loss emptyLoss(const StepShare& share, const StepControls& controls) const;
    void differentiate(const at::Tensor& objective); ///< fills m_gradients
    [[nodiscard]] at::Tensor clip();                 ///< scales m_gradients where the run clips; their norm where measured
    void update(double learningRate);
    void flushLosses();
    [[nodiscard]] const at::Tensor& buffer(StateBuffer which) const noexcept;

    EngineSetup m_setup;
    ParameterLayout m_layout;
    std::unique_ptr<const VaeNetwork> m_network;
    std::size_t m_chunkRows;
    Resident m_train, m_test;
    std::vector<std::int32_t> m_rowOf;

    int m_epoch = 0;
    std::vector<std::int32_t> m_hostOrder;
    at::Tensor m_order, m_noise, m_prior;
    at::Tensor m_harvest;     ///< [N + 1, 2L]: the last row takes what has no row of its own
    at::Tensor m_harvestRows; ///< of each position of the epoch
    at::Tensor m_drawn;       ///< binarised samples of some positions of the epoch from m_drawnFirst on, bytes 0 or 1
    std::size_t m_drawnFirst = 0;
    std::optional<at::Generator> m_dropout;

    at::Tensor m_exchange; ///< in a group: m_gradients and TorchProcessGroup::kStepTail numbers
    at::Tensor m_parameters, m_gradients, m_first, m_second, m_stepTensor;
    std::vector<at::Tensor> m_leaves;        ///< views of m_parameters, one a tensor, where autograd ends
    std::vector<at::Tensor> m_gradientViews; ///< of m_gradients
    at::Tensor m_keptParameters, m_keptFirst, m_keptSecond;
    std::int64_t m_steps = 0;
    std::int64_t m_keptSteps = 0;

    at::Tensor m_losses; ///< [ring, 4]: sums of R, KL and the objective, norm of the gradients
    std::vector<Pending> m_pending;
    std::vector<StepLoss> m_flushed;

    std::optional<IdleTeam> m_idleTeam; ///< where LibTorch computes on several threads
    ComputePool m_pool;                 ///< draws random numbers
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

} // namespace latentscape
