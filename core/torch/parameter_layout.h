// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// One fully connected layer inside the flat parameter buffer: weight [out, in] row-major at weight, bias [out] at bias.
struct LinearSlot {
    int in = 0;
    int out = 0;
    std::size_t weight = 0;
    std::size_t bias = 0;
};

/// A tensor under its state_dict name, and where it lies in the flat buffer.
struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::size_t offset = 0;
    std::size_t count = 0;
};

/// Where every weight of an MLP lies in ONE contiguous buffer: gradients and optimiser moments use the same layout, so copies and
/// optimisers are passes over memory. μ and log σ² are one layer H → 2L (to_mu's rows first) and two tensors in files. A value.
class ParameterLayout {
public:
    explicit ParameterLayout(const RunConfig& config);

    [[nodiscard]] int pixels() const noexcept { return m_pixels; } ///< D = C·H·W
    [[nodiscard]] int latent() const noexcept { return m_latent; } ///< L
    [[nodiscard]] const std::vector<LinearSlot>& encoder() const noexcept { return m_encoder; } ///< hidden layers; may be empty
    [[nodiscard]] const LinearSlot& heads() const noexcept { return m_heads; }                  ///< out = 2L
    [[nodiscard]] const std::vector<LinearSlot>& decoder() const noexcept { return m_decoder; } ///< the last one gives logits or means
    [[nodiscard]] std::optional<std::size_t> logSigma() const noexcept { return m_logSigma; }
    /// Floats in the buffer; layers start on cache lines, the gaps between stay zero.
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    /// Every tensor in state_dict naming and order.
    [[nodiscard]] const std::vector<NamedTensor>& tensors() const noexcept { return m_tensors; }

    /// PyTorch's default for nn.Linear (kaiming_uniform with a = √5): weight and bias from U(±1/√in), each layer from its own stream
    /// (seed, Initialisation, layer index). log_sigma starts at 0.
    void initialise(std::span<float> parameters, std::uint64_t seed) const;

private:
    LinearSlot addLinear(int in, int out);
    void addTensors(const std::string& name, const LinearSlot& slot, int firstRow, int rows);

    int m_pixels = 0;
    int m_latent = 0;
    std::vector<LinearSlot> m_encoder;
    LinearSlot m_heads;
    std::vector<LinearSlot> m_decoder;
    std::optional<std::size_t> m_logSigma;
    std::size_t m_size = 0;
    std::vector<NamedTensor> m_tensors;
};

/// The learned scale: log σ = −6 + softplus(raw + 6) (σ-VAE, arXiv:2006.13202), so σ never falls below e⁻⁶.
[[nodiscard]] double softClippedLogSigma(double raw) noexcept;
/// Its derivative by raw.
[[nodiscard]] double softClippedLogSigmaSlope(double raw) noexcept;

/// log σ² as the objective sees it: the raw head output inside [−10, 10] (exp overflows at 89); gradients pass through unchanged.
inline constexpr float kMaxLogVariance = 10.0f;

} // namespace latentscape
