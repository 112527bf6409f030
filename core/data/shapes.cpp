// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

namespace latentscape {

namespace {

constexpr std::array<FactorName, 5> kFactors = {{{"scale", ""}, {"rotation", "degrees"}, {"x", ""}, {"y", ""}, {"hue", "degrees"}}};
constexpr double kReach = 0.25;      ///< of the picture's side: the circle around a shape of scale 1; such a shape never leaves the picture
constexpr float kSaturation = 0.8f;  ///< of coloured shapes

/// How far a point lies outside (> 0) or inside (< 0) a shape whose circle has the radius 1, at least near its edge. y grows downwards.
float squareDistance(float x, float y) noexcept
{
    constexpr float kHalf = std::numbers::sqrt2_v<float> / 2.0f;
    const float dx = std::abs(x) - kHalf, dy = std::abs(y) - kHalf;
    const float outX = std::max(dx, 0.0f), outY = std::max(dy, 0.0f);
    return std::sqrt(outX * outX + outY * outY) + std::min(std::max(dx, dy), 0.0f);
}

float ellipseDistance(float x, float y) noexcept
{
    constexpr float kA = 1.0f, kB = 0.55f;
    // The quadratic form over its gradient: exact to first order at the edge, which is where it matters.
    const float form = std::sqrt(x * x / (kA * kA) + y * y / (kB * kB));
    const float slope = std::sqrt(x * x / (kA * kA * kA * kA) + y * y / (kB * kB * kB * kB));
    return slope > 1e-6f ? form * (form - 1.0f) / slope : -kB;
}

float heartDistance(float x, float y) noexcept
{
    // A square on its corner, and a disc on each of its upper edges whose diameter that edge is.
    constexpr float kHalf = 0.55f;      // of the square's edge
    constexpr float kDown = 0.21f;      // of the square's middle, so that tip and bows lie on the circle
    constexpr float kTilt = std::numbers::sqrt2_v<float> / 2.0f;
    const float sx = std::abs(x), sy = y - kDown;
    const float u = kTilt * (sx - sy), v = kTilt * (sx + sy); // along the upper right and the lower right normal
    const float outU = std::max(std::abs(u) - kHalf, 0.0f), outV = std::max(std::abs(v) - kHalf, 0.0f);
    const float box = std::sqrt(outU * outU + outV * outV) + std::min(std::max(std::abs(u), std::abs(v)) - kHalf, 0.0f);
    const float disc = std::sqrt((u - kHalf) * (u - kHalf) + v * v) - kHalf;
    return std::min(box, disc);
}

constexpr std::array kDistances{&squareDistance, &ellipseDistance, &heartDistance};

/// Red, green and blue in [0, 1] of a hue in degrees at full value.
std::array<float, 3> colourOf(float hue) noexcept
{
    std::array<float, 3> rgb{};
    for (std::size_t c = 0; c < 3; ++c) {
        const float turned = std::fmod(hue / 60.0f + (c == 0 ? 0.0f : c == 1 ? 4.0f : 2.0f), 6.0f); // sixths of the circle from this channel's peak
        const float strength = std::clamp(std::abs(turned - 3.0f) - 1.0f, 0.0f, 1.0f);
        rgb[c] = 1.0f - kSaturation * (1.0f - strength);
    }
    return rgb;
}

/// Draws one shape into [C, side, side]; the causes are those of kFactors.
void drawShape(std::int32_t label, std::span<const float> causes, int side, std::span<std::uint8_t> out) noexcept
{
    const float length = static_cast<float>(side);
    const float radius = static_cast<float>(kReach) * length * causes[0];
    const float margin = static_cast<float>(kReach) * length;
    const float middleX = margin + causes[2] * (length - 2.0f * margin), middleY = margin + causes[3] * (length - 2.0f * margin);
    const float angle = causes[1] * std::numbers::pi_v<float> / 180.0f;
    const float cosine = std::cos(angle) / radius, sine = std::sin(angle) / radius;
    const auto inside = [side](float place) { return std::clamp(static_cast<int>(place), 0, side); };
    const int left = inside(middleX - radius - 1.0f), right = inside(middleX + radius + 2.0f);
    const int top = inside(middleY - radius - 1.0f), bottom = inside(middleY + radius + 2.0f);
    const auto distance = kDistances[static_cast<std::size_t>(label)];
    const std::size_t plane = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    const bool coloured = out.size() > plane;
    const std::array<float, 3> colour = coloured ? colourOf(causes[4]) : std::array<float, 3>{1.0f, 1.0f, 1.0f};
    for (int row = top; row < bottom; ++row)
        for (int column = left; column < right; ++column) {
            const float dx = static_cast<float>(column) + 0.5f - middleX, dy = static_cast<float>(row) + 0.5f - middleY;
            const float out1 = radius * distance(cosine * dx + sine * dy, cosine * dy - sine * dx); // pixels
            const float cover = std::clamp(0.5f - out1, 0.0f, 1.0f);
            const std::size_t place = static_cast<std::size_t>(row) * static_cast<std::size_t>(side) + static_cast<std::size_t>(column);
            for (std::size_t c = 0; c < (coloured ? 3U : 1U); ++c)
                out[c * plane + place] = static_cast<std::uint8_t>(std::lround(255.0f * cover * colour[c]));
        }
}

} // namespace

Result<std::shared_ptr<const Dataset>> makeShapes(const GeneratorRequest& request, ShapesKind kind, std::stop_token stop)
{
    const bool coloured = kind == ShapesKind::Colour32;
    const int side = kind == ShapesKind::Grey64 ? 64 : 32;
    Dataset::Parts parts;
    parts.name = coloured ? "shapes-colour" : side == 64 ? "shapes-64" : "shapes";
    parts.scale = "0 … 255 → 0 … 1";
    parts.shape = ItemShape{coloured ? 3 : 1, side, side};
    parts.classNames = {"square", "ellipse", "heart"};
    const auto draw = [&](std::int32_t label, RandomStream& random, std::span<std::uint8_t> out, std::span<float> factors) {
        // The hue comes last: grey and coloured shapes of a seed are the same shapes.
        std::array<float, kFactors.size()> causes{};
        causes[0] = static_cast<float>(random.uniform(0.5, 1.0));
        causes[1] = static_cast<float>(random.uniform(0.0, 360.0));
        causes[2] = static_cast<float>(random.uniform());
        causes[3] = static_cast<float>(random.uniform());
        causes[4] = static_cast<float>(random.uniform(0.0, 360.0));
        drawShape(label, causes, side, out);
        std::copy_n(causes.begin(), factors.size(), factors.begin());
    };
    auto made = generateParts<std::uint8_t>(std::move(parts), "shapes", std::span(kFactors).first(coloured ? 5 : 4), request, std::move(stop), draw);
    if (!made)
        return made.error();
    return Dataset::create(std::move(made).value());
}

} // namespace latentscape
