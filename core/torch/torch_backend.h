// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/vae_backend.h"
#include "core/torch/evaluation.h"
#include "core/torch/vae_engine.h"

#include <memory>

namespace latentscape {

/// VaeBackend over an engine: checks arguments, turns exceptions into errors, names tensors, evaluates. Everything numerical is the
/// engine's. Used on the thread that made it.
class TorchBackend final : public VaeBackend {
public:
    TorchBackend(EngineSetup setup, std::unique_ptr<VaeEngine> engine);

    [[nodiscard]] const RunConfig& config() const noexcept override { return m_config; }
    [[nodiscard]] std::string deviceName() const override { return m_engine->deviceName(); }
    [[nodiscard]] int threads() const noexcept override { return m_engine->threads(); }
    [[nodiscard]] StepMode stepMode() const override { return m_engine->stepMode(); }
    Result<void> beginEpoch(int epoch, std::span<const std::int32_t> order) override;
    Result<void> step(std::size_t begin, std::size_t count, const StepControls& controls) override;
    [[nodiscard]] std::vector<StepLoss> drainSteps() override;
    [[nodiscard]] std::shared_ptr<LatentFrame> harvestedCodes() const override;
    [[nodiscard]] Result<std::shared_ptr<LatentFrame>> encodeTraining(std::stop_token stop) override;
    [[nodiscard]] Result<LatentFrame> encode(bool test, std::span<const std::int32_t> indices, std::stop_token stop) override;
    [[nodiscard]] Result<Evaluation> evaluate(bool test, std::span<const std::int32_t> indices, int samples, std::stop_token stop) override;
    [[nodiscard]] Result<std::vector<LossTerms>> evaluatePerSample(bool test, std::span<const std::int32_t> indices, std::stop_token stop) override;
    [[nodiscard]] Result<IwaeBound> iwae(bool test, std::span<const std::int32_t> indices, int k, std::stop_token stop) override;
    [[nodiscard]] std::shared_ptr<const Decoder> copyDecoder() const override;
    [[nodiscard]] std::vector<TensorBlob> weights() const override;
    [[nodiscard]] std::vector<TensorBlob> trainState() const override;
    Result<void> restore(std::span<const TensorBlob> weights, std::span<const TensorBlob> trainState) override;
    void keep() override;
    void rollBack() override;

private:
    [[nodiscard]] Result<void> checkSamples(bool test, std::span<const std::int32_t> indices) const;
    [[nodiscard]] EvaluationInput inputOf(bool test, std::span<const std::int32_t> indices, std::stop_token stop) const;

    RunConfig m_config;
    std::shared_ptr<const Dataset> m_data;
    std::vector<std::int32_t> m_trainingIndices;
    std::vector<bool> m_isTraining; ///< by sample of the train part
    std::size_t m_orderSize = 0;
    std::unique_ptr<VaeEngine> m_engine;
    mutable std::vector<float> m_flat; ///< copyDecoder()'s, kept: fresh pages cost more than the copy, and all compute threads wait for it
};

} // namespace latentscape
