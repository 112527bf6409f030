// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// How new samples join a selection: a lasso replaces it, with Shift it adds, with Ctrl it removes.
enum class SelectionMode { Replace, Add, Remove };

/// Some samples of a data set's train part, by their index: it outlives every frame. A value; shared by pointer with the map.
class Selection {
public:
    Selection() = default;
    explicit Selection(std::size_t samples); ///< none of so many

    [[nodiscard]] std::size_t samples() const noexcept { return m_mask.size(); }
    [[nodiscard]] std::size_t count() const noexcept { return m_count; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_count == 0; }
    [[nodiscard]] bool contains(std::size_t sample) const noexcept { return sample < m_mask.size() && m_mask[sample] != 0; }
    /// Ascending.
    [[nodiscard]] std::vector<std::size_t> indices() const;
    /// Samples beyond samples() are ignored.
    [[nodiscard]] Selection combined(std::span<const std::size_t> samples, SelectionMode mode) const;
    [[nodiscard]] Selection inverted() const;
    friend bool operator==(const Selection&, const Selection&) = default;

private:
    std::vector<std::uint8_t> m_mask;
    std::size_t m_count = 0;
};

} // namespace latentscape
