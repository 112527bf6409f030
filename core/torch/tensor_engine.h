// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/vae_engine.h"

#include <ATen/core/Tensor.h>

#include <optional>

namespace latentscape {

/// The engine for any device of LibTorch: the same hand-written forward and backward pass as CpuEngine, in tensor operations. Order and
/// noise of an epoch go to the device once, losses and codes stay there until somebody asks. On a CPU it serves as CpuEngine's oracle.
class TensorEngine final : public VaeEngine {
public:
    TensorEngine(EngineSetup setup, const std::string& device);

    [[nodiscard]] const ParameterLayout& layout() const noexcept override { return m_layout; }
    [[nodiscard]] std::string deviceName() const override;
    [[nodiscard]] int threads() const noexcept override { return m_setup.threads; }
    void beginEpoch(int epoch, std::span<const std::int32_t> order) override;
    void step(std::size_t begin, std::size_t count, const StepControls& controls) override;
    [[nodiscard]] std::vector<StepLoss> drainSteps() override;
    [[nodiscard]] std::size_t chunkRows() const noexcept override;
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
    /// A layer's views into the flat parameters and gradients.
    struct Layer {
        at::Tensor weight, bias, weightGradient, biasGradient;
    };
    /// What the backward pass needs of a hidden layer.
    struct Trace {
        at::Tensor input, pre, output;
    };
    /// Loss of each row in nats (double, [n]) and its gradient by the network's output, not yet divided by the batch.
    struct OutputLoss {
        at::Tensor nats, gradient, squared;
    };

    [[nodiscard]] Layer layerOf(const LinearSlot& slot) const;
    [[nodiscard]] at::Tensor batch(bool test, const at::Tensor& samples) const;
    [[nodiscard]] at::Tensor samplesTensor(std::span<const std::int32_t> samples) const;
    [[nodiscard]] at::Tensor hiddenForward(const std::vector<Layer>& layers, std::size_t count, at::Tensor x, std::vector<Trace>* traces) const;
    [[nodiscard]] at::Tensor hiddenBackward(const std::vector<Layer>& layers, const std::vector<Trace>& traces, at::Tensor gradient,
                                            bool inputGradient) const;
    [[nodiscard]] OutputLoss lossOf(const at::Tensor& output, const at::Tensor& x) const;
    [[nodiscard]] at::Tensor logSigma() const; ///< double, no dimensions
    void update(double learningRate);
    void flushLosses();
    [[nodiscard]] const at::Tensor& buffer(StateBuffer which) const noexcept;

    EngineSetup m_setup;
    ParameterLayout m_layout;
    at::Tensor m_train, m_test; ///< resident samples [N, D], bytes or floats
    at::Tensor m_rowOf, m_order, m_noise, m_harvest;
    at::Tensor m_parameters, m_gradients, m_first, m_second, m_stepTensor;
    at::Tensor m_keptParameters, m_keptFirst, m_keptSecond;
    std::int64_t m_steps = 0;
    std::int64_t m_keptSteps = 0;
    std::vector<Layer> m_encoder, m_decoder;
    Layer m_heads;
    at::Tensor m_losses; ///< [ring, 2]: sums of R and KL
    std::vector<int> m_pendingImages;
    std::vector<StepLoss> m_flushed;
};

} // namespace latentscape
