// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/active_columns.h"

#include <algorithm>
#include <cstring>

namespace latentscape {

namespace {
constexpr std::size_t kBridge = 4; // a gap this narrow is multiplied along: a run more costs as much

/// Whole lines, whatever the length: what is copied too much is overwritten by what comes next. A call for each run costs ten times that.
void copyLine(const float* from, float* to) noexcept
{
    std::memcpy(to, from, 16 * sizeof(float));
}

} // namespace

void ActiveColumns::find(std::span<const std::uint8_t> mask)
{
    m_runs.clear();
    m_columns = mask.size();
    m_count = 0;
    for (std::size_t column = 0; column < mask.size(); ++column) {
        if (mask[column] == 0)
            continue;
        if (m_runs.empty() || column - (m_runs.back().from + m_runs.back().count) > kBridge)
            m_runs.push_back({column, 0});
        m_runs.back().count = column + 1 - m_runs.back().from;
    }
    for (const Run& run : m_runs)
        m_count += run.count;
}

void ActiveColumns::compact(const float* row, float* out) const noexcept
{
    for (const Run& run : m_runs) {
        std::size_t i = 0;
        for (; i < run.count && run.from + i + kLine <= m_columns; i += kLine)
            copyLine(row + run.from + i, out + i);
        if (i < run.count)
            std::copy_n(row + run.from + i, run.count - i, out + i);
        out += run.count;
    }
}

void ActiveColumns::spread(const float* compact, float* row) const noexcept
{
    std::size_t done = 0;
    const auto zeros = [&](std::size_t end) {
        for (; done < end && done + kLine <= m_columns; done += kLine)
            std::memset(row + done, 0, kLine * sizeof(float));
        if (done < end)
            std::fill(row + done, row + end, 0.0f);
    };
    for (const Run& run : m_runs) {
        zeros(run.from);
        std::size_t i = 0;
        for (; i < run.count && run.from + i + kLine <= m_columns; i += kLine)
            copyLine(compact + i, row + run.from + i);
        if (i < run.count)
            std::copy_n(compact + i, run.count - i, row + run.from + i);
        compact += run.count;
        done = run.from + run.count;
    }
    zeros(m_columns);
}

} // namespace latentscape
