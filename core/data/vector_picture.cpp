// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/vector_picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace latentscape {

namespace {

constexpr float kGround = 22.0f;
constexpr float kZeroLine = 92.0f;
constexpr float kInk = 255.0f;
constexpr float kDownwards = 150.0f; ///< bars below the zero line
constexpr float kBarShare = 0.72f;   ///< of a bar's place that it fills

struct Point {
    float x = 0.0f;
    float y = 0.0f;
};

class Canvas {
public:
    Canvas(int width, int height)
        : m_width(width), m_height(height), m_pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), static_cast<std::uint8_t>(kGround))
    {
    }

    /// Lightens a pixel to its share of ink; never darkens, so that what crosses has no seam.
    void tint(int x, int y, float cover, float ink) noexcept
    {
        std::uint8_t& pixel = m_pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x)];
        pixel = std::max(pixel, static_cast<std::uint8_t>(kGround + cover * (ink - kGround) + 0.5f));
    }

    /// Pixels are tinted by the area of theirs that the rectangle covers.
    void rectangle(float left, float top, float right, float bottom, float ink) noexcept
    {
        for (int y = within(top, m_height); y < within(bottom + 1.0f, m_height); ++y)
            for (int x = within(left, m_width); x < within(right + 1.0f, m_width); ++x)
                tint(x, y, overlap(top, bottom, y) * overlap(left, right, x), ink);
    }

    /// A line of this radius with round ends.
    void line(Point a, Point b, float radius, float ink) noexcept
    {
        const float reach = radius + 0.5f;
        const float dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
        const float inverse = square > 1e-9f ? 1.0f / square : 0.0f;
        const float left = std::min(a.x, b.x) - reach, right = std::max(a.x, b.x) + reach;
        const float perRow = std::abs(dy) > 0.01f ? dx / dy : 0.0f;
        // Of a steep line only the pixels beside it are looked at.
        const float beside = std::abs(dy) > 0.01f ? reach * std::sqrt(square) / std::abs(dy) : right - left;
        for (int y = within(std::min(a.y, b.y) - reach, m_height); y < within(std::max(a.y, b.y) + reach + 1.0f, m_height); ++y) {
            const float py = static_cast<float>(y) + 0.5f - a.y;
            const float middle = a.x + py * perRow;
            const int first = within(std::max(left, middle - beside), m_width), end = within(std::min(right, middle + beside) + 1.0f, m_width);
            for (int x = first; x < end; ++x) {
                const float px = static_cast<float>(x) + 0.5f - a.x;
                const float t = std::clamp((px * dx + py * dy) * inverse, 0.0f, 1.0f);
                const float ex = px - t * dx, ey = py - t * dy;
                tint(x, y, std::clamp(reach - std::sqrt(ex * ex + ey * ey), 0.0f, 1.0f), ink);
            }
        }
    }

    [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(m_pixels); }

private:
    static int within(float place, int size) noexcept { return std::clamp(static_cast<int>(place), 0, size); }
    static float overlap(float low, float high, int pixel) noexcept
    {
        const auto start = static_cast<float>(pixel);
        return std::clamp(std::min(high, start + 1.0f) - std::max(low, start), 0.0f, 1.0f);
    }

    int m_width;
    int m_height;
    std::vector<std::uint8_t> m_pixels;
};

/// Where the numbers stand in a picture.
struct Frame {
    float left, right, top, bottom;
    [[nodiscard]] float y(float fraction) const noexcept { return bottom - fraction * (bottom - top); }
};

/// Lowest and highest of each pixel column, in the order in which they come: what is left of a sequence far longer than the picture is wide.
std::vector<Point> envelope(std::span<const std::uint8_t> values, const Frame& frame)
{
    std::vector<Point> points;
    const auto columns = static_cast<std::size_t>(frame.right - frame.left);
    for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t begin = column * values.size() / columns, end = (column + 1) * values.size() / columns;
        const auto [low, high] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(begin), values.begin() + static_cast<std::ptrdiff_t>(end));
        const float x = frame.left + static_cast<float>(column) + 0.5f;
        for (const auto& extreme : {std::min(low, high), std::max(low, high)})
            points.push_back({x, frame.y(static_cast<float>(*extreme) / 255.0f)});
    }
    return points;
}

void drawCurve(Canvas& canvas, std::span<const std::uint8_t> values, const Frame& frame, float radius, float ink)
{
    std::vector<Point> points;
    if (static_cast<float>(values.size()) > 3.0f * (frame.right - frame.left)) {
        points = envelope(values, frame);
    } else {
        const float step = (frame.right - frame.left) / static_cast<float>(values.size() - 1);
        for (std::size_t i = 0; i < values.size(); ++i)
            points.push_back({frame.left + static_cast<float>(i) * step, frame.y(static_cast<float>(values[i]) / 255.0f)});
    }
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        canvas.line(points[i], points[i + 1], radius, ink);
}

void drawBars(Canvas& canvas, const ItemShape& shape, std::span<const std::uint8_t> bytes, const Frame& frame, float zero)
{
    const auto columns = static_cast<std::size_t>(shape.width), channels = static_cast<std::size_t>(shape.channels), bars = columns * channels;
    const float pitch = (frame.right - frame.left) / static_cast<float>(bars);
    for (std::size_t bar = 0; bar < bars; ++bar) { // the channels of a column side by side
        const float fraction = static_cast<float>(bytes[bar % channels * columns + bar / channels]) / 255.0f;
        const float middle = frame.left + (static_cast<float>(bar) + 0.5f) * pitch;
        // Whole pixels across, so that all bars look equally wide.
        const float left = std::round(middle - 0.5f * kBarShare * pitch), right = std::max(left + 1.0f, std::round(middle + 0.5f * kBarShare * pitch));
        const float end = frame.y(fraction);
        canvas.rectangle(left, std::min(end, zero), right, std::max(end, zero), end <= zero ? kInk : kDownwards);
    }
}

} // namespace

std::vector<std::uint8_t> drawVector(const ItemShape& shape, std::span<const std::uint8_t> bytes, const VectorStyle& style)
{
    if (shape.isImage() || shape.channels < 1 || shape.width < 1 || bytes.size() != shape.size())
        return {};
    const auto width = static_cast<float>(style.width), height = static_cast<float>(style.height);
    const float radius = std::min(0.35f + 0.0165f * height, 1.15f + 0.004f * height); // thin where there is little room
    const float padding = std::round(radius + 0.05f * height);
    const Frame frame{padding, width - padding, padding, height - padding};
    const float zero = frame.y(style.standardized ? 0.5f : 0.0f);
    const float thickness = std::max(1.0f, std::round(height / 160.0f));
    const float line = std::round(zero - 0.5f * thickness); // on whole pixels
    Canvas canvas(style.width, style.height);
    canvas.rectangle(0.0f, line, width, line + thickness, kZeroLine);
    if (shape.width < kLeastSequence) {
        drawBars(canvas, shape, bytes, frame, zero);
    } else {
        const auto length = static_cast<std::size_t>(shape.width);
        for (std::size_t channel = 0; channel < static_cast<std::size_t>(shape.channels); ++channel) {
            const float ink = std::max(kInk - 70.0f * static_cast<float>(channel), 115.0f);
            drawCurve(canvas, bytes.subspan(channel * length, length), frame, radius, ink);
        }
    }
    return std::move(canvas).take();
}

} // namespace latentscape
