// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/row_class_decoder.h"

#include <algorithm>
#include <utility>

namespace latentscape::app {

RowClassDecoder::RowClassDecoder(std::shared_ptr<const Decoder> decoder) : m_decoder(std::move(decoder))
{
    for (int label = 0; label < m_decoder->classes(); ++label)
        m_ofClass.push_back(m_decoder->forClass(label));
}

void RowClassDecoder::decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept
{
    const auto latent = static_cast<std::size_t>(m_decoder->latent());
    const std::size_t size = shape().size();
    for (std::size_t row = 0; row < count; ++row) {
        const auto code = z.subspan(row * (latent + 1), latent + 1);
        const auto label = static_cast<std::size_t>(std::clamp(static_cast<int>(code.back()), 0, m_decoder->classes() - 1));
        m_ofClass[label]->decode(code.first(latent), 1, means.subspan(row * size, size));
    }
}

} // namespace latentscape::app
