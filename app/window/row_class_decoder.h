// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/decoder.h"

#include <memory>
#include <vector>

namespace latentscape::app {

/// The decoder of a conditional VAE for codes of different classes: each code carries its class as one more coordinate, so that the rows
/// of one request may be cut into pieces anywhere. Immutable: any thread.
class RowClassDecoder : public Decoder {
public:
    /// decoder has classes.
    explicit RowClassDecoder(std::shared_ptr<const Decoder> decoder);

    [[nodiscard]] int latent() const noexcept override { return m_decoder->latent() + 1; }
    [[nodiscard]] ItemShape shape() const noexcept override { return m_decoder->shape(); }
    /// z: [count, L + 1], the last number of a row is its class.
    void decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept override;
    [[nodiscard]] double logSigma() const noexcept override { return m_decoder->logSigma(); }

private:
    std::shared_ptr<const Decoder> m_decoder;
    std::vector<std::shared_ptr<const Decoder>> m_ofClass;
};

} // namespace latentscape::app
