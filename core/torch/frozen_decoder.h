// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/decoder.h"
#include "core/torch/float_buffer.h"
#include "core/model/parameter_layout.h"

#include <span>
#include <vector>

namespace latentscape {

/// A deep copy of a plain MLP's decoder (ParameterLayout::isPlainMlp()) under a Bernoulli or Gaussian likelihood, on the CPU. Immutable after
/// construction; any thread may decode. One code is decoded by own matrix-vector loops (sgemm of one row is slower), several by matrix
/// products in chunks. Touches no random stream and starts no parallel region on a prepared thread.
class FrozenDecoder final : public Decoder {
public:
    /// parameters: a whole flat buffer of layout. Throws std::bad_alloc.
    FrozenDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters);

    [[nodiscard]] int latent() const noexcept override { return m_latent; }
    [[nodiscard]] ItemShape shape() const noexcept override { return m_shape; }
    /// Means outside [0, 1] (a Gaussian's are linear) are cut unless the data are standardised. Where there is no memory for the hidden
    /// layers the means are 0.
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override;
    void decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override;
    /// Up to a million weights, which take half a millisecond from the memory that all cores share while they train.
    [[nodiscard]] bool isQuick() const noexcept override { return m_weights <= kQuickWeights; }
    [[nodiscard]] double logSigma() const noexcept override { return m_logSigma; }

private:
    struct Layer {
        std::size_t in = 0;
        std::size_t out = 0;
        FloatBuffer weight; ///< [out, in]
        FloatBuffer bias;   ///< [out]
    };
    static constexpr std::size_t kQuickWeights = 1'000'000;
    void decodeOne(const float* z, float* means, float* scratch) const noexcept;
    void decodeRows(const float* z, std::size_t rows, float* means, float* scratch) const noexcept;

    ItemShape m_shape;
    int m_latent;
    Activation m_activation;
    Likelihood m_likelihood;
    bool m_standardized;
    std::vector<Layer> m_layers;
    std::size_t m_widest = 0;  ///< of the hidden layers
    std::size_t m_weights = 0; ///< of all layers
    double m_logSigma = 0.0;
};

} // namespace latentscape
