// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/scatter_style.h"

#include "core/explore/colour_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr std::size_t kDensityFrom = 250'000;
constexpr double kDimmedOpacity = 0.45;
constexpr double kDimmedDensity = 0.125; // of a selection: few selected codes must show among many others

std::size_t pointsInside(const LatentCloud& cloud, const RasterView& view)
{
    const auto left = static_cast<float>(view.left);
    const auto right = static_cast<float>(view.left + view.width / view.scaleX);
    const auto top = static_cast<float>(view.top);
    const auto bottom = static_cast<float>(view.top - view.height / view.scaleY);
    const std::span<const float> x = cloud.x(), y = cloud.y();
    std::uint32_t inside = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        inside += static_cast<std::uint32_t>(static_cast<int>(x[i] >= left) & static_cast<int>(x[i] <= right)
                                             & static_cast<int>(y[i] >= bottom) & static_cast<int>(y[i] <= top));
    return inside;
}

/// A mark at depth t, 0 far … 1 near: far ones are smaller and fade into the ground.
ColourGroup shaded(ColourGroup group, std::uint32_t ground, double t)
{
    const auto mixed = [&](int shift) {
        const double own = group.rgb >> shift & 0xffu, other = ground >> shift & 0xffu;
        return static_cast<std::uint32_t>(std::lround(own + (other - own) * 0.55 * (1.0 - t))) << shift;
    };
    group.rgb = mixed(16) | mixed(8) | mixed(0);
    group.emphasis *= 0.55 + 0.45 * t;
    group.size *= 0.72 + 0.53 * t;
    return group;
}

} // namespace

std::uint32_t scaleColour(ColourScaleName scale, double t)
{
    const std::array<std::uint8_t, 3> rgb = scale == ColourScaleName::Cividis ? cividis(t) : viridis(t);
    return static_cast<std::uint32_t>(rgb[0]) << 16 | static_cast<std::uint32_t>(rgb[1]) << 8 | rgb[2];
}

ScatterStyle makeScatterStyle(const Theme& theme, const StyleSource& source)
{
    const KeyLayout& layout = source.layout;
    const bool values = layout.kind == MapColouring::Kind::Values;
    const ColourGroup dimmed{(theme.dark ? theme.border.lighter(150) : theme.border.darker(112)).rgb() & 0xffffffu, kDimmedOpacity};
    const ColourGroup none{theme.muted.rgb() & 0xffffffu, kDimmedOpacity};

    // The colours first, then what has none, then what is dimmed; each in all its shades.
    std::vector<ColourGroup> colours;
    if (values) {
        for (int bin = 0; bin < PointKeys::kValueBins; ++bin)
            colours.push_back({scaleColour(source.scale, (bin + 0.5) / PointKeys::kValueBins)});
    } else if (layout.classes == 0) {
        colours.push_back({theme.accent.rgb() & 0xffffffu});
    } else {
        for (const QColor& color : theme.classPalette)
            colours.push_back({color.rgb() & 0xffffffu});
        if (layout.classes > theme.classPalette.size()) {
            for (const QColor& color : theme.classPalette)
                colours.push_back({color.rgb() & 0xffffffu, 1.0, 1.0, /*hollow=*/true});
        }
    }
    const int tints = static_cast<int>(colours.size());
    const bool plain = layout == KeyLayout{MapColouring::Kind::Label, layout.classes, std::max(1, layout.classes)};
    if (!plain)
        colours.push_back(none);
    const auto dimmedColour = static_cast<int>(colours.size());
    if (layout.classes > 0 || !plain)
        colours.push_back(dimmed);

    ScatterStyle style;
    style.opacity = source.opacity;
    const std::uint32_t ground = theme.surface.rgb() & 0xffffffu;
    for (const ColourGroup& colour : colours) {
        for (int band = 0; band < layout.bands; ++band)
            style.groups.push_back(layout.bands == 1 ? colour : shaded(colour, ground, (band + 0.5) / layout.bands));
    }
    // Density pictures have fewer groups: no shades, no shapes, a coarser scale.
    const bool folds = !plain || tints > theme.classPalette.size();
    const int foldedTints = values ? static_cast<int>(ScatterStyle::kMostFoldedGroups) - 2 : std::min<int>(tints, static_cast<int>(theme.classPalette.size()));
    if (folds) {
        for (int tint = 0; tint < foldedTints; ++tint)
            style.foldedGroups.push_back(values ? ColourGroup{scaleColour(source.scale, (tint + 0.5) / foldedTints)} : colours[static_cast<std::size_t>(tint)]);
        style.foldedGroups.push_back(none);
        style.foldedGroups.push_back({dimmed.rgb, layout.dims ? kDimmedDensity : kDimmedOpacity});
    }

    for (int key = 0; key < layout.count(); ++key) {
        const int colour = layout.colourOf(key);
        const bool isNone = layout.kind != MapColouring::Kind::Label && colour == layout.colours - 1;
        const bool ofClass = !values && !isNone && layout.classes > 0;
        const auto label = static_cast<std::size_t>(colour);
        if (layout.isHidden(key) || (ofClass && label < source.hidden.size() && source.hidden[label])) {
            style.groupOfKey.push_back(ScatterStyle::kHidden);
            if (folds)
                style.foldedOfKey.push_back(ScatterStyle::kHidden);
            continue;
        }
        const bool isDimmed = layout.isDimmed(key) || (!values && source.emphasised >= 0 && colour != source.emphasised && layout.classes > 0);
        const int tint = isDimmed ? dimmedColour : isNone ? dimmedColour - 1 : values ? colour : colour % tints;
        style.groupOfKey.push_back(static_cast<std::uint8_t>(tint * layout.bands + layout.bandOf(key)));
        if (folds) {
            const int folded = isDimmed ? foldedTints + 1 : isNone ? foldedTints : values ? colour * foldedTints / PointKeys::kValueBins : tint % foldedTints;
            style.foldedOfKey.push_back(static_cast<std::uint8_t>(folded));
        }
    }
    return style;
}

ScatterStyle makeScatterStyle(const Theme& theme, int classCount, const std::vector<bool>& hidden, int emphasised)
{
    StyleSource source;
    source.layout = {MapColouring::Kind::Label, classCount, std::max(1, classCount)};
    source.hidden = hidden;
    source.emphasised = emphasised;
    return makeScatterStyle(theme, source);
}

DrawingRule drawingRule(const LatentCloud& cloud, const RasterView& view)
{
    DrawingRule rule;
    const auto n = static_cast<double>(std::max<std::size_t>(cloud.count(), 1));
    rule.density = cloud.shownCount() > kDensityFrom && pointsInside(cloud, view) > kDensityFrom;
    // 0 at 10 000 codes, 1 at 60 000, on a logarithmic scale
    const double crowd = std::clamp(std::log(n / 10'000.0) / std::log(6.0), 0.0, 1.0);
    rule.opacity = 0.85 - 0.35 * crowd;
    const double sparse = std::clamp(std::log(60'000.0 / n) / std::log(60.0), 0.0, 1.0); // 1 at 1 000 codes, 0 at 60 000
    const PlaneBounds& bounds = cloud.bounds();
    const double zoom = std::max({1.0, bounds.width() * view.scaleX / std::max(view.width, 1), bounds.height() * view.scaleY / std::max(view.height, 1)});
    const double growth = std::min(std::pow(zoom, 0.3), 2.2);
    const double logical = (1.7 + 0.9 * sparse) * growth;
    rule.radius = std::round(logical * view.ratio * 8.0) / 8.0; // in eighths of a pixel, so that sprites can be kept
    return rule;
}

} // namespace latentscape::ui
