// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/scatter_style.h"

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

namespace {

constexpr std::size_t kDensityFrom = 250'000;
constexpr double kDimmedOpacity = 0.45;

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

} // namespace

ScatterStyle makeScatterStyle(const Theme& theme, int classCount, const std::vector<bool>& hidden, int emphasised)
{
    ScatterStyle style;
    if (classCount == 0) {
        style.groups.push_back({theme.accent.rgb() & 0xffffffu, 1.0});
        style.groupOfLabel.push_back(0);
        return style;
    }
    const auto colours = std::min<std::size_t>(static_cast<std::size_t>(theme.classPalette.size()), ScatterStyle::kMaxGroups - 1);
    for (std::size_t i = 0; i < colours; ++i)
        style.groups.push_back({theme.classPalette.at(static_cast<qsizetype>(i)).rgb() & 0xffffffu, 1.0});
    const auto dimmed = static_cast<std::uint8_t>(style.groups.size());
    style.groups.push_back({(theme.dark ? theme.border.lighter(150) : theme.border.darker(112)).rgb() & 0xffffffu, kDimmedOpacity});
    style.groupOfLabel.resize(static_cast<std::size_t>(classCount));
    for (std::size_t c = 0; c < style.groupOfLabel.size(); ++c) {
        const bool isHidden = c < hidden.size() && hidden[c];
        const bool isDimmed = emphasised >= 0 && c != static_cast<std::size_t>(emphasised);
        style.groupOfLabel[c] = isHidden ? ScatterStyle::kHidden : isDimmed ? dimmed : static_cast<std::uint8_t>(c % colours);
    }
    return style;
}

DrawingRule drawingRule(const LatentCloud& cloud, const RasterView& view)
{
    DrawingRule rule;
    const auto n = static_cast<double>(std::max<std::size_t>(cloud.count(), 1));
    rule.density = cloud.count() > kDensityFrom && pointsInside(cloud, view) > kDensityFrom;
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
