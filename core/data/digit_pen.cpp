// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/digit_pen.h"

#include <algorithm>
#include <cmath>

namespace latentscape {

namespace {

constexpr float kFarOutside = -100.0f;
constexpr float kEdge = 1.0f; ///< pixels beyond the radius that an edge may still tint

struct Vec {
    float x = 0.0f;
    float y = 0.0f;
};

Vec unitStep(const Knot& a, const Knot& b, float length) noexcept
{
    return length > 0.0f ? Vec{(b.x - a.x) / length, (b.y - a.y) / length} : Vec{};
}

float distance(const Knot& a, const Knot& b) noexcept
{
    return std::sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
}

/// Direction of travel at knot i as seen by a smooth curve; only for knots with neighbours on both sides.
Vec smoothTangent(Stroke knots, std::size_t i) noexcept
{
    const float before = distance(knots[i - 1], knots[i]);
    const float after = distance(knots[i], knots[i + 1]);
    const Vec in = unitStep(knots[i - 1], knots[i], before);
    const Vec out = unitStep(knots[i], knots[i + 1], after);
    const float sum = std::max(before + after, 1e-6f);
    return {(in.x * after + out.x * before) / sum, (in.y * after + out.y * before) / sum};
}

} // namespace

void flattenStroke(Stroke knots, float pieceLength, std::vector<InkPoint>& line)
{
    if (knots.empty())
        return;
    line.push_back({knots[0].x, knots[0].y, 0.0f});
    for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
        const Knot& a = knots[i];
        const Knot& b = knots[i + 1];
        const float length = distance(a, b);
        const Vec chord = unitStep(a, b, length);
        const bool freeStart = i == 0 || a.corner;
        const bool freeEnd = i + 2 == knots.size() || b.corner;
        Vec start = freeStart ? chord : smoothTangent(knots, i);
        Vec end = freeEnd ? chord : smoothTangent(knots, i + 1);
        // A free end takes the tangent that makes its curvature vanish; with two free ends that is the chord itself.
        if (freeStart && !freeEnd)
            start = {1.5f * chord.x - 0.5f * end.x, 1.5f * chord.y - 0.5f * end.y};
        if (freeEnd && !freeStart)
            end = {1.5f * chord.x - 0.5f * start.x, 1.5f * chord.y - 0.5f * start.y};
        const float handle = length / 3.0f;
        const Vec c1{a.x + handle * start.x, a.y + handle * start.y};
        const Vec c2{b.x - handle * end.x, b.y - handle * end.y};
        const int pieces = std::clamp(static_cast<int>(std::ceil(length / pieceLength)), 1, 16);
        for (int k = 1; k <= pieces; ++k) {
            const float t = static_cast<float>(k) / static_cast<float>(pieces);
            const float s = 1.0f - t;
            const float w0 = s * s * s, w1 = 3.0f * s * s * t, w2 = 3.0f * s * t * t, w3 = t * t * t;
            line.push_back({w0 * a.x + w1 * c1.x + w2 * c2.x + w3 * b.x, w0 * a.y + w1 * c1.y + w2 * c2.y + w3 * b.y, 0.0f});
        }
    }
}

void DigitCanvas::clear() noexcept
{
    m_depth.fill(kFarOutside);
}

void DigitCanvas::line(const InkPoint& a, const InkPoint& b) noexcept
{
    const float reach = std::max(a.radius, b.radius) + kEdge;
    const int left = std::max(0, static_cast<int>(std::floor(std::min(a.x, b.x) - reach)));
    const int right = std::min(kSide - 1, static_cast<int>(std::ceil(std::max(a.x, b.x) + reach)));
    const int top = std::max(0, static_cast<int>(std::floor(std::min(a.y, b.y) - reach)));
    const int bottom = std::min(kSide - 1, static_cast<int>(std::ceil(std::max(a.y, b.y) + reach)));
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float square = dx * dx + dy * dy;
    const float inverse = square > 1e-12f ? 1.0f / square : 0.0f;
    const float growth = b.radius - a.radius;
    for (int y = top; y <= bottom; ++y) {
        const float py = static_cast<float>(y) - a.y;
        for (int x = left; x <= right; x += kBlock) {
            float* const depth = m_depth.data() + y * kStride + x;
            for (int k = 0; k < kBlock; ++k) { // a fixed count, so that the compiler works on whole vectors
                const float px = static_cast<float>(x + k) - a.x;
                float t = (px * dx + py * dy) * inverse;
                t = t < 0.0f ? 0.0f : t;
                t = t > 1.0f ? 1.0f : t;
                const float ex = px - t * dx;
                const float ey = py - t * dy;
                const float inside = a.radius + t * growth - std::sqrt(ex * ex + ey * ey);
                depth[k] = depth[k] < inside ? inside : depth[k];
            }
        }
    }
}

void DigitCanvas::develop(float softness, float peak, std::span<std::uint8_t> out) const noexcept
{
    const float slope = 1.0f / softness;
    for (int y = 0; y < kSide; ++y) {
        const float* const depth = m_depth.data() + y * kStride;
        std::uint8_t* const grey = out.data() + y * kSide;
        for (int x = 0; x < kSide; ++x) {
            float t = 0.5f + depth[x] * slope;
            t = t < 0.0f ? 0.0f : t;
            t = t > 1.0f ? 1.0f : t;
            grey[x] = static_cast<std::uint8_t>(static_cast<int>(peak * t * t * (3.0f - 2.0f * t) + 0.5f));
        }
    }
}

} // namespace latentscape
