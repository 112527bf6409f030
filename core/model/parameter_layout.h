// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// A picture's sides.
struct Sides {
    int height = 0;
    int width = 0;
    friend bool operator==(const Sides&, const Sides&) = default;
};
/// The sides before the first convolution of a conv encoder and after each: every one of stride 2 leaves ⌈side / 2⌉. The decoder goes back
/// through the same sides. encoderHidden.size() + 1 entries.
[[nodiscard]] std::vector<Sides> convolutionSides(const ModelConfig& model);
/// Members of the nn.Sequential from one hidden layer to the next: layer, layer norm if any, activation, dropout if any.
[[nodiscard]] std::size_t stageMembers(const ModelConfig& model) noexcept;

/// Where every weight of a model lies in ONE contiguous buffer: gradients and optimiser moments use the same layout, so copies and
/// optimisers are passes over memory. μ and log σ² are one layer H → 2L (to_mu's rows first) and two tensors in files. Names are those of a
/// PyTorch state_dict, numbered as in an nn.Sequential of (layer, layer norm if any, activation, dropout if any). D = C·H·W, K classes:
///  mlp:  encoder.N.{weight [out, in], bias}, to_mu, to_logvar [L, H], decoder.N; layer norms [H]; classes join x and z: in = D + K, L + K.
///  conv: encoder.N.weight [out, in, 3, 3] (nn.Conv2d; classes are K more planes of the picture), encoder_out [denseWidth, C'·h·w], to_mu,
///        to_logvar, decoder_in [C'·h·w, L + K], decoder.N.weight [in, out, 3, 3] (nn.ConvTranspose2d), the last of them → C; layer norms are
///        nn.GroupNorm(1, C).
///  gru:  encoder_rnn.{weight_ih_lN [3H, in], weight_hh_lN [3H, H], bias_ih_lN, bias_hh_lN} (nn.GRU; in = C + K of the first layer), to_mu,
///        to_logvar, decoder_rnn likewise (in = L + K), decoder_out [C, H].
/// log_sigma [1] is last, where the likelihood learns it.
class ParameterLayout {
public:
    explicit ParameterLayout(const RunConfig& config);

    [[nodiscard]] int pixels() const noexcept { return m_pixels; } ///< D = C·H·W
    [[nodiscard]] int latent() const noexcept { return m_latent; } ///< L
    /// Plain MLP: fully connected layers and activations alone, without layer norm, dropout or classes. Only then encoder() and decoder()
    /// are filled; CpuEngine and FrozenDecoder want this.
    [[nodiscard]] bool isPlainMlp() const noexcept { return m_plainMlp; }
    [[nodiscard]] const std::vector<LinearSlot>& encoder() const noexcept { return m_encoder; } ///< hidden layers; may be empty
    [[nodiscard]] const LinearSlot& heads() const noexcept { return m_heads; }                  ///< out = 2L
    [[nodiscard]] const std::vector<LinearSlot>& decoder() const noexcept { return m_decoder; } ///< the last one gives logits or means
    [[nodiscard]] std::optional<std::size_t> logSigma() const noexcept { return m_logSigma; }
    /// Floats in the buffer; layers start on cache lines, the gaps between stay zero.
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    /// Every tensor in state_dict naming and order.
    [[nodiscard]] const std::vector<NamedTensor>& tensors() const noexcept { return m_tensors; }
    /// Position of a name in tensors(). The name must exist.
    [[nodiscard]] std::size_t indexOf(std::string_view name) const;

    /// PyTorch's defaults, each layer from its own stream (seed, Initialisation, layer index): nn.Linear, nn.Conv2d and nn.ConvTranspose2d
    /// (kaiming_uniform with a = √5: U(±1/√fan_in)), nn.GRU (U(±1/√H)); layer norm weights 1, biases 0. log_sigma starts at 0.
    void initialise(std::span<float> parameters, std::uint64_t seed) const;

private:
    /// How a tensor starts: uniform in ±bound from its layer's stream, or, where there is no bound, a constant. Those of one layer are drawn
    /// one after the other.
    struct Start {
        std::size_t tensor = 0;
        std::uint64_t layer = 0;
        double bound = 0.0;
        float constant = 0.0f;
    };
    class Builder;

    int m_pixels = 0;
    int m_latent = 0;
    bool m_plainMlp = false;
    std::vector<LinearSlot> m_encoder;
    LinearSlot m_heads;
    std::vector<LinearSlot> m_decoder;
    std::optional<std::size_t> m_logSigma;
    std::size_t m_size = 0;
    std::vector<NamedTensor> m_tensors;
    std::vector<Start> m_starts;
};

/// The learned scale: log σ = −6 + softplus(raw + 6) (σ-VAE, arXiv:2006.13202), so σ never falls below e⁻⁶.
[[nodiscard]] double softClippedLogSigma(double raw) noexcept;
/// Its derivative by raw.
[[nodiscard]] double softClippedLogSigmaSlope(double raw) noexcept;

/// log σ² as the objective sees it: the raw head output inside [−10, 10] (exp overflows at 89); gradients pass through unchanged.
inline constexpr float kMaxLogVariance = 10.0f;

} // namespace latentscape
