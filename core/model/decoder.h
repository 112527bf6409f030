// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"

#include <cstddef>
#include <memory>
#include <span>

namespace latentscape {

/// A frozen decoder on the CPU: a deep copy of the weights of one moment, never the live ones. Immutable; any number of threads
/// may call decode() at once (each prepared by VaeBackendFactory::prepareDecodingThread()).
class Decoder {
public:
    virtual ~Decoder() = default;

    [[nodiscard]] virtual int latent() const noexcept = 0;
    [[nodiscard]] virtual ItemShape shape() const noexcept = 0;
    /// z: [count, L]; means: [count, C·H·W], the likelihood's mean, cut to [0, 1] unless the data are standardised. Pure, deterministic. Never throws.
    virtual void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept = 0;
    /// The same without the cut: a Gaussian's means as its likelihood takes them, which may lie outside [0, 1].
    virtual void decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept { decode(z, count, means); }
    /// One code takes less time than waking another thread for it: it may be decoded where the time of an event is short.
    [[nodiscard]] virtual bool isQuick() const noexcept { return false; }
    /// K of a conditional VAE; 0 otherwise.
    [[nodiscard]] virtual int classes() const noexcept { return 0; }
    /// The same weights, decoding for one class: 0 ≤ label < classes(). The decoder of a conditional VAE itself decodes for class 0.
    /// Null where there are no classes.
    [[nodiscard]] virtual std::shared_ptr<const Decoder> forClass(int label) const { static_cast<void>(label); return nullptr; }
    [[nodiscard]] virtual double logSigma() const noexcept { return 0.0; } ///< of the learned Gaussian; 0 otherwise
};

} // namespace latentscape
