// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/decoder.h"
#include "core/torch/vae_network.h"

#include <memory>
#include <span>
#include <vector>

namespace latentscape {

/// A deep copy of any network's weights on the CPU, decoding in tensor operations on the calling thread's compute threads. What
/// FrozenDecoder is for plain MLPs. Immutable after construction; any prepared thread may decode. Touches no random stream.
class TensorDecoder final : public Decoder {
public:
    /// parameters: a whole flat buffer of layout. Throws std::bad_alloc.
    TensorDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters);

    [[nodiscard]] int latent() const noexcept override { return m_shared->config.model.latent; }
    [[nodiscard]] ItemShape shape() const noexcept override { return m_shared->config.model.inputShape; }
    /// Where there is no memory the means are 0.
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override;
    void decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override;
    [[nodiscard]] int classes() const noexcept override { return m_shared->config.model.classes; }
    [[nodiscard]] std::shared_ptr<const Decoder> forClass(int label) const override;
    [[nodiscard]] double logSigma() const noexcept override { return m_shared->logSigma; }

private:
    /// What the decoders of all classes share.
    struct Shared {
        RunConfig config;
        std::unique_ptr<const VaeNetwork> network;
        at::Tensor flat;
        std::vector<at::Tensor> weights;
        double logSigma = 0.0;
    };
    TensorDecoder(std::shared_ptr<const Shared> shared, int label);

    std::shared_ptr<const Shared> m_shared;
    int m_label = 0;
};

/// FrozenDecoder where it can, TensorDecoder otherwise.
[[nodiscard]] std::shared_ptr<const Decoder> makeDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters);

} // namespace latentscape
