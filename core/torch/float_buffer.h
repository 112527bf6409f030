// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

namespace latentscape {

/// A fixed run of floats on a cache-line boundary, zeroed at birth. Moves, never copies by accident. Throws std::bad_alloc.
class FloatBuffer {
public:
    FloatBuffer() = default;
    explicit FloatBuffer(std::size_t count) : m_size(count)
    {
        const std::size_t bytes = (std::max<std::size_t>(count, 1) * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
        m_data.reset(static_cast<float*>(std::aligned_alloc(kAlignment, bytes)));
        if (!m_data)
            throw std::bad_alloc();
        std::fill_n(m_data.get(), count, 0.0f);
    }

    [[nodiscard]] float* data() noexcept { return m_data.get(); }
    [[nodiscard]] const float* data() const noexcept { return m_data.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] std::span<float> span() noexcept { return {m_data.get(), m_size}; }
    [[nodiscard]] std::span<const float> span() const noexcept { return {m_data.get(), m_size}; }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Free {
        void operator()(float* data) const noexcept { std::free(data); }
    };
    std::unique_ptr<float[], Free> m_data;
    std::size_t m_size = 0;
};

} // namespace latentscape
