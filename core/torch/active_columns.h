// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latentscape {

/// The columns of a batch of bytes in which any row is not zero, as runs of neighbours: images of one object have margins. Products over the
/// other columns add nothing, and their weights' gradients are zero exactly. No thread may change it while others read.
class ActiveColumns {
public:
    /// mask: [columns], not zero where a row is not.
    void find(std::span<const std::uint8_t> mask);

    [[nodiscard]] std::size_t count() const noexcept { return m_count; }
    /// Floats from row to row of compact matrices: whole cache lines, with the room that compact() writes beyond a row.
    [[nodiscard]] std::size_t stride() const noexcept { return strideOf(m_count); }
    [[nodiscard]] static std::size_t strideOf(std::size_t columns) noexcept { return (columns + 2 * kLine - 1) / kLine * kLine; }
    /// The active columns of row [columns], side by side; what lies behind them, up to stride(), is left undefined.
    void compact(const float* row, float* out) const noexcept;
    /// Back to their places; zeros between them. compact: [stride()].
    void spread(const float* compact, float* row) const noexcept;

private:
    static constexpr std::size_t kLine = 16;
    struct Run {
        std::size_t from = 0, count = 0;
    };
    std::vector<Run> m_runs;
    std::size_t m_columns = 0;
    std::size_t m_count = 0;
};

} // namespace latentscape
