// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/cloud_keys.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace latentscape::ui {

namespace {

using Kind = MapColouring::Kind;

constexpr int kClassBands = 6, kValueBands = 3; // few enough that colours × bands fit the groups of a style
constexpr int kMostKeys = std::numeric_limits<std::uint16_t>::max();

KeyLayout layoutFor(const KeySource& source, const CloudColours& colours)
{
    const MapColouring& colouring = colours.colouring;
    KeyLayout layout;
    layout.classes = source.classCount;
    layout.colours = std::max(1, source.classCount);
    if (colouring.kind == Kind::Values && colouring.values) {
        layout.kind = Kind::Values;
        layout.colours = PointKeys::kValueBins + 1;
    } else if (colouring.kind == Kind::Classes && colouring.classes && source.classCount > 0) {
        layout.kind = Kind::Classes;
        layout.colours = source.classCount + 1;
    }
    layout.bands = source.depth.empty() ? 1 : layout.kind == Kind::Values ? kValueBands : kClassBands;
    layout.dims = colours.selection && !colours.selection->isEmpty();
    layout.hides = layout.kind == Kind::Values && colours.filter.has_value();
    // Thousands of classes: nobody could tell their shades apart, and the keys must fit.
    if (layout.count() > kMostKeys)
        layout.bands = 1;
    if (layout.count() > kMostKeys)
        layout.dims = false;
    return layout;
}

/// Colour of a value, or −1 for points that a filter hides.
class ValueColour {
public:
    explicit ValueColour(const CloudColours& colours)
        : m_values(*colours.colouring.values)
        , m_low(colours.colouring.low)
        , m_scale(colours.colouring.high > m_low ? PointKeys::kValueBins / (colours.colouring.high - m_low) : 0.0)
        , m_filtered(colours.filter.has_value())
    {
        if (!m_filtered)
            return;
        const auto [from, to] = *colours.filter;
        if (from > m_low)
            m_from = from;
        if (to < colours.colouring.high)
            m_to = to;
    }

    [[nodiscard]] int of(std::size_t sample) const noexcept
    {
        const double value = sample < m_values.size() ? static_cast<double>(m_values[sample]) : std::numeric_limits<double>::quiet_NaN();
        if (std::isnan(value))
            return m_filtered ? -1 : PointKeys::kValueBins;
        if (value < m_from || value > m_to)
            return -1;
        const double place = m_scale > 0.0 ? (value - m_low) * m_scale : PointKeys::kValueBins / 2;
        return static_cast<int>(std::clamp(place, 0.0, PointKeys::kValueBins - 1.0));
    }

private:
    const std::vector<float>& m_values;
    double m_low, m_scale;
    bool m_filtered;
    double m_from = -std::numeric_limits<double>::infinity(), m_to = std::numeric_limits<double>::infinity();
};

/// colourOf(point, sample) is a colour or −1.
template <typename ColourOf>
void fill(PointKeys& out, const KeySource& source, const Selection* selection, ColourOf colourOf)
{
    const KeyLayout& layout = out.layout;
    const std::size_t n = source.labels.size();
    out.keys.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t sample = source.sampleOf(i);
        const int colour = colourOf(i, sample);
        if (colour < 0) {
            out.keys[i] = static_cast<std::uint16_t>(layout.count() - 1);
            continue;
        }
        const int band = layout.bands > 1 ? source.depth[i] * layout.bands / 256 : 0;
        int key = colour * layout.bands + band;
        if (layout.dims)
            key = key * 2 + (selection->contains(sample) ? 0 : 1);
        out.keys[i] = static_cast<std::uint16_t>(key);
        ++out.shown;
    }
}

std::uint16_t predictedClass(const MapColouring& colouring, int classCount, std::size_t sample) noexcept
{
    const std::vector<std::int32_t>& classes = *colouring.classes;
    const std::int32_t c = sample < classes.size() ? classes[sample] : -1;
    return static_cast<std::uint16_t>(c >= 0 && c < classCount ? c : classCount);
}

} // namespace

PointKeys makeKeys(const KeySource& source, const CloudColours& colours)
{
    PointKeys out;
    out.layout = layoutFor(source, colours);
    const Selection* selection = colours.selection.get();
    switch (out.layout.kind) {
    case Kind::Values: {
        const ValueColour colour(colours);
        fill(out, source, selection, [&](std::size_t, std::size_t sample) { return colour.of(sample); });
        break;
    }
    case Kind::Classes:
        fill(out, source, selection, [&](std::size_t, std::size_t sample) {
            return static_cast<int>(predictedClass(colours.colouring, source.classCount, sample));
        });
        break;
    case Kind::Label:
        out.shown = source.labels.size();
        if (out.layout.bands > 1 || out.layout.dims) {
            out.shown = 0;
            fill(out, source, selection, [&](std::size_t point, std::size_t) { return static_cast<int>(source.labels[point]); });
        }
        break;
    }
    return out;
}

std::vector<std::uint16_t> predictedClasses(const KeySource& source, const MapColouring& colouring)
{
    std::vector<std::uint16_t> out(source.labels.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = predictedClass(colouring, source.classCount, source.sampleOf(i));
    return out;
}

} // namespace latentscape::ui
