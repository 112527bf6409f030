// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/selection.h"

namespace latentscape {

Selection::Selection(std::size_t samples)
    : m_mask(samples, 0)
{
}

std::vector<std::size_t> Selection::indices() const
{
    std::vector<std::size_t> found;
    found.reserve(m_count);
    for (std::size_t i = 0; i < m_mask.size(); ++i)
        if (m_mask[i] != 0)
            found.push_back(i);
    return found;
}

Selection Selection::combined(std::span<const std::size_t> samples, SelectionMode mode) const
{
    Selection result = mode == SelectionMode::Replace ? Selection(m_mask.size()) : *this;
    const std::uint8_t value = mode == SelectionMode::Remove ? 0 : 1;
    for (const std::size_t sample : samples) {
        if (sample >= result.m_mask.size() || result.m_mask[sample] == value)
            continue;
        result.m_mask[sample] = value;
        value != 0 ? ++result.m_count : --result.m_count;
    }
    return result;
}

Selection Selection::inverted() const
{
    Selection result = *this;
    for (std::uint8_t& value : result.m_mask)
        value = value == 0 ? 1 : 0;
    result.m_count = m_mask.size() - m_count;
    return result;
}

} // namespace latentscape
