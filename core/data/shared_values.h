// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace latentscape {

/// The numbers of many samples, bytes or floats, which never change: copying one copies a pointer, so that sets made of each other share
/// them. Any thread may read.
class SharedValues {
public:
    SharedValues() = default; ///< no bytes
    SharedValues(std::vector<std::uint8_t> bytes) : m_values(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))) {}
    SharedValues(std::vector<float> floats) : m_values(std::make_shared<const std::vector<float>>(std::move(floats))) {}

    [[nodiscard]] bool isBytes() const noexcept { return std::holds_alternative<Bytes>(m_values); }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return held<Bytes, std::uint8_t>(); } ///< empty when these are floats
    [[nodiscard]] std::span<const float> floats() const noexcept { return held<Floats, float>(); }             ///< empty when these are bytes

private:
    using Bytes = std::shared_ptr<const std::vector<std::uint8_t>>;
    using Floats = std::shared_ptr<const std::vector<float>>;

    template <typename Pointer, typename T>
    [[nodiscard]] std::span<const T> held() const noexcept
    {
        const Pointer* const pointer = std::get_if<Pointer>(&m_values);
        return pointer && *pointer ? std::span<const T>(**pointer) : std::span<const T>();
    }

    std::variant<Bytes, Floats> m_values;
};

} // namespace latentscape
