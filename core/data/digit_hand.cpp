// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/digit_hand.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace latentscape {

namespace {

constexpr float kPieceLength = 0.085f;  ///< of the digit's height: about 1.6 pixels
constexpr float kInkHeight = 20.0f;     ///< as in MNIST: the ink of a digit is 20 pixels tall
constexpr float kCentre = 13.5f;        ///< middle of 28 pixels, whose centres are whole numbers
constexpr float kMargin = 1.0f;         ///< pixels at the border that stay free
constexpr float kDegree = std::numbers::pi_v<float> / 180.0f;
constexpr float kTurn = 2.0f * std::numbers::pi_v<float>;

float normalWithin(RandomStream& random, double mean, double deviation, double low, double high)
{
    return static_cast<float>(std::clamp(mean + deviation * random.normal(), low, high));
}

float uniformWithin(RandomStream& random, double low, double high)
{
    return static_cast<float>(random.uniform(low, high));
}

const DigitSkeleton& chooseSkeleton(int digit, RandomStream& random)
{
    const auto ways = digitSkeletons(digit);
    float sum = 0.0f;
    for (const DigitSkeleton& way : ways)
        sum += way.share;
    float left = uniformWithin(random, 0.0, sum);
    for (const DigitSkeleton& way : ways) {
        left -= way.share;
        if (left < 0.0f)
            return way;
    }
    return ways.back();
}

HandFactors drawFactors(RandomStream& random)
{
    HandFactors hand;
    hand.slant = normalWithin(random, 5.0, 9.0, -17.0, 24.0);
    hand.rotation = normalWithin(random, 0.0, 4.0, -10.0, 10.0);
    hand.scale = normalWithin(random, 0.98, 0.055, 0.80, 1.10);
    hand.aspect = normalWithin(random, 1.04, 0.15, 0.70, 1.45);
    hand.thickness = normalWithin(random, 2.35, 0.45, 1.6, 3.4);
    hand.shiftX = normalWithin(random, 0.0, 0.6, -1.8, 1.8);
    hand.shiftY = normalWithin(random, 0.0, 0.6, -1.8, 1.8);
    hand.waviness = std::abs(normalWithin(random, 0.0, 0.35, -1.0, 1.0));
    hand.pressure = uniformWithin(random, 0.0, 1.0);
    return hand;
}

} // namespace

HandFactors DigitHand::write(int digit, RandomStream& random, std::span<std::uint8_t> out)
{
    HandFactors hand = drawFactors(random);
    drawLine(chooseSkeleton(digit, random), random);
    press(hand, random);
    deform(hand, random);
    place(hand);
    m_canvas.clear();
    std::size_t begin = 0;
    for (const std::size_t end : m_ends) {
        for (std::size_t i = begin; i + 1 < end; ++i)
            m_canvas.line(m_line[i], m_line[i + 1]);
        begin = end;
    }
    m_canvas.develop(/*softness=*/1.5f, /*peak=*/205.0f + 50.0f * hand.pressure, out);
    return hand;
}

void DigitHand::drawLine(const DigitSkeleton& skeleton, RandomStream& random)
{
    // Some people write carefully, some do not: the knots of one digit share their carelessness.
    const float careless = uniformWithin(random, 0.012, 0.034);
    m_line.clear();
    m_ends.clear();
    for (const Stroke& stroke : skeleton.strokes) {
        m_knots.assign(stroke.begin(), stroke.end());
        const float offX = careless * normalWithin(random, 0.0, 0.7, -2.0, 2.0); // strokes miss each other a little
        const float offY = careless * normalWithin(random, 0.0, 0.7, -2.0, 2.0);
        for (Knot& knot : m_knots) {
            knot.x += offX + careless * normalWithin(random, 0.0, 1.0, -2.5, 2.5);
            knot.y += offY + careless * normalWithin(random, 0.0, 1.0, -2.5, 2.5);
        }
        flattenStroke(m_knots, kPieceLength, m_line);
        m_ends.push_back(m_line.size());
    }
}

void DigitHand::press(const HandFactors& hand, RandomStream& random)
{
    const float contrast = 0.30f * (1.0f - hand.pressure); // a light hand lets the line swell and thin more
    std::size_t begin = 0;
    for (const std::size_t end : m_ends) {
        const float cycles = uniformWithin(random, 0.6, 1.8);
        const float phase = uniformWithin(random, 0.0, 1.0);
        const float landing = uniformWithin(random, 0.75, 1.0);
        const float leaving = uniformWithin(random, 0.55, 1.0);
        for (std::size_t i = begin; i < end; ++i) {
            const float t = static_cast<float>(i - begin) / static_cast<float>(std::max<std::size_t>(1, end - begin - 1));
            const float swell = 1.0f + contrast * std::sin(kTurn * (cycles * t + phase));
            const float first = landing + (1.0f - landing) * std::min(1.0f, t / 0.15f);
            const float last = leaving + (1.0f - leaving) * std::min(1.0f, (1.0f - t) / 0.20f);
            m_line[i].radius = std::max(0.55f, 0.5f * hand.thickness * swell * first * last);
        }
        begin = end;
    }
}

void DigitHand::deform(const HandFactors& hand, RandomStream& random)
{
    const float height = kInkHeight * hand.scale - hand.thickness;
    const float shear = std::tan(hand.slant * kDegree);
    const float cosine = std::cos(hand.rotation * kDegree);
    const float sine = std::sin(hand.rotation * kDegree);
    const float frequencyX = uniformWithin(random, 0.5, 1.3), phaseX = uniformWithin(random, 0.0, 1.0);
    const float frequencyY = uniformWithin(random, 0.5, 1.3), phaseY = uniformWithin(random, 0.0, 1.0);
    for (InkPoint& point : m_line) {
        float x = point.x * height * hand.aspect + hand.waviness * std::sin(kTurn * (frequencyX * point.y + phaseX));
        const float y = (point.y - 0.5f) * height + hand.waviness * std::sin(kTurn * (frequencyY * point.x + phaseY));
        x -= shear * y; // y grows downwards
        point.x = cosine * x - sine * y;
        point.y = sine * x + cosine * y;
    }
}

void DigitHand::place(HandFactors& hand)
{
    float mass = 0.0f, massX = 0.0f, massY = 0.0f;
    std::size_t begin = 0;
    for (const std::size_t end : m_ends) {
        for (std::size_t i = begin; i + 1 < end; ++i) {
            const InkPoint &a = m_line[i], &b = m_line[i + 1];
            const float weight = std::sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)) * (a.radius + b.radius);
            mass += weight;
            massX += weight * 0.5f * (a.x + b.x);
            massY += weight * 0.5f * (a.y + b.y);
        }
        begin = end;
    }
    const float middleX = kCentre - massX / std::max(mass, 1e-6f);
    const float middleY = kCentre - massY / std::max(mass, 1e-6f);
    float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
    for (const InkPoint& point : m_line) {
        left = std::min(left, point.x - point.radius);
        right = std::max(right, point.x + point.radius);
        top = std::min(top, point.y - point.radius);
        bottom = std::max(bottom, point.y + point.radius);
    }
    // As in MNIST the centre of the ink lies in the middle; a shift that would push ink over the border is shortened.
    const auto within = [](float shift, float low, float high) { return low <= high ? std::clamp(shift, low, high) : 0.5f * (low + high); };
    const float far = 2.0f * kCentre - kMargin;
    hand.shiftX = within(hand.shiftX, kMargin - middleX - left, far - middleX - right);
    hand.shiftY = within(hand.shiftY, kMargin - middleY - top, far - middleY - bottom);
    for (InkPoint& point : m_line) {
        point.x += middleX + hand.shiftX;
        point.y += middleY + hand.shiftY;
    }
}

} // namespace latentscape
