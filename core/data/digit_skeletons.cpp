// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/digit_skeletons.h"

#include <array>
#include <cstddef>

namespace latentscape {

namespace {

constexpr bool kCorner = true;

// 0: a round one, a narrow one, one whose end crosses its start, one that stays open
constexpr Knot kZeroRound[] = {{0.06f, 0.02f}, {-0.20f, 0.12f}, {-0.33f, 0.48f}, {-0.22f, 0.86f}, {0.04f, 0.99f}, {0.28f, 0.82f}, {0.34f, 0.46f}, {0.22f, 0.13f}, {0.04f, 0.02f}};
constexpr Knot kZeroNarrow[] = {{0.12f, 0.03f}, {-0.10f, 0.14f}, {-0.24f, 0.52f}, {-0.18f, 0.88f}, {0.00f, 0.98f}, {0.18f, 0.82f}, {0.25f, 0.44f}, {0.19f, 0.13f}, {0.08f, 0.03f}};
constexpr Knot kZeroCrossed[] = {{0.20f, 0.17f}, {0.01f, 0.05f}, {-0.21f, 0.18f}, {-0.31f, 0.50f}, {-0.22f, 0.86f}, {0.03f, 0.98f}, {0.27f, 0.80f}, {0.30f, 0.42f}, {0.13f, 0.09f}, {-0.12f, 0.00f}};
constexpr Knot kZeroOpen[] = {{0.02f, 0.06f}, {-0.22f, 0.18f}, {-0.32f, 0.54f}, {-0.18f, 0.90f}, {0.08f, 0.98f}, {0.30f, 0.78f}, {0.33f, 0.40f}, {0.18f, 0.02f}};
constexpr Stroke kZeroRoundPen[] = {kZeroRound};
constexpr Stroke kZeroNarrowPen[] = {kZeroNarrow};
constexpr Stroke kZeroCrossedPen[] = {kZeroCrossed};
constexpr Stroke kZeroOpenPen[] = {kZeroOpen};
constexpr DigitSkeleton kZero[] = {{kZeroRoundPen, 4.0f}, {kZeroNarrowPen, 2.0f}, {kZeroCrossedPen, 2.0f}, {kZeroOpenPen, 1.5f}};

// 1: a plain line, with a flag, with a flag and a base
constexpr Knot kOneLine[] = {{0.01f, 0.00f}, {-0.01f, 0.50f}, {0.00f, 1.00f}};
constexpr Knot kOneFlag[] = {{-0.19f, 0.24f}, {0.03f, 0.00f, kCorner}, {0.02f, 0.50f}, {0.01f, 1.00f}};
constexpr Knot kOneBase[] = {{-0.22f, 1.00f}, {0.02f, 0.99f}, {0.24f, 0.99f}};
constexpr Stroke kOneLinePen[] = {kOneLine};
constexpr Stroke kOneFlagPen[] = {kOneFlag};
constexpr Stroke kOneBasePen[] = {kOneFlag, kOneBase};
constexpr DigitSkeleton kOne[] = {{kOneLinePen, 6.0f}, {kOneFlagPen, 2.0f}, {kOneBasePen, 1.2f}};

// 2: a plain foot, a looped foot, a swan with a wavy foot
constexpr Knot kTwoPlain[] = {{-0.28f, 0.22f}, {-0.12f, 0.04f}, {0.13f, 0.03f}, {0.25f, 0.22f}, {0.14f, 0.49f}, {-0.10f, 0.76f}, {-0.31f, 0.97f, kCorner}, {0.00f, 0.96f}, {0.34f, 0.95f}};
constexpr Knot kTwoLoop[] = {{-0.26f, 0.18f}, {-0.06f, 0.01f}, {0.19f, 0.10f}, {0.22f, 0.33f}, {0.06f, 0.66f}, {-0.16f, 0.92f}, {-0.32f, 0.93f}, {-0.28f, 0.78f}, {-0.10f, 0.80f}, {0.12f, 0.95f}, {0.38f, 0.88f}};
constexpr Knot kTwoSwan[] = {{-0.24f, 0.14f}, {0.00f, 0.00f}, {0.22f, 0.14f}, {0.18f, 0.42f}, {-0.06f, 0.74f}, {-0.30f, 0.93f, kCorner}, {-0.10f, 0.86f}, {0.12f, 0.96f}, {0.36f, 0.94f}};
constexpr Stroke kTwoPlainPen[] = {kTwoPlain};
constexpr Stroke kTwoLoopPen[] = {kTwoLoop};
constexpr Stroke kTwoSwanPen[] = {kTwoSwan};
constexpr DigitSkeleton kTwo[] = {{kTwoPlainPen, 3.0f}, {kTwoLoopPen, 3.0f}, {kTwoSwanPen, 2.0f}};

// 3: round, with a flat top, with a small loop at the waist
constexpr Knot kThreeRound[] = {{-0.26f, 0.13f}, {-0.02f, 0.00f}, {0.22f, 0.14f}, {0.15f, 0.36f}, {-0.06f, 0.46f, kCorner}, {0.18f, 0.54f}, {0.26f, 0.76f}, {0.08f, 0.97f}, {-0.16f, 0.98f}, {-0.31f, 0.87f}};
constexpr Knot kThreeFlat[] = {{-0.25f, 0.03f}, {0.00f, 0.02f}, {0.23f, 0.01f, kCorner}, {0.10f, 0.24f}, {-0.05f, 0.42f, kCorner}, {0.18f, 0.50f}, {0.26f, 0.74f}, {0.08f, 0.97f}, {-0.14f, 0.98f}, {-0.29f, 0.88f}};
constexpr Knot kThreeLoop[] = {{-0.24f, 0.12f}, {0.00f, 0.00f}, {0.22f, 0.14f}, {0.12f, 0.38f}, {-0.08f, 0.49f}, {-0.11f, 0.42f}, {0.02f, 0.42f}, {0.22f, 0.56f}, {0.25f, 0.80f}, {0.06f, 0.98f}, {-0.28f, 0.92f}};
constexpr Stroke kThreeRoundPen[] = {kThreeRound};
constexpr Stroke kThreeFlatPen[] = {kThreeFlat};
constexpr Stroke kThreeLoopPen[] = {kThreeLoop};
constexpr DigitSkeleton kThree[] = {{kThreeRoundPen, 4.0f}, {kThreeFlatPen, 1.5f}, {kThreeLoopPen, 2.0f}};

// 4: open with a corner, open with a bowl, closed
constexpr Knot kFourOpen[] = {{-0.20f, 0.03f}, {-0.25f, 0.28f}, {-0.28f, 0.53f, kCorner}, {0.00f, 0.53f}, {0.28f, 0.49f}};
constexpr Knot kFourOpenStem[] = {{0.22f, 0.04f}, {0.18f, 0.50f}, {0.14f, 1.00f}};
constexpr Knot kFourBowl[] = {{-0.24f, 0.02f}, {-0.29f, 0.26f}, {-0.22f, 0.48f}, {-0.02f, 0.52f}, {0.20f, 0.44f}};
constexpr Knot kFourBowlStem[] = {{0.24f, 0.00f}, {0.22f, 0.40f}, {0.18f, 0.70f}, {0.16f, 1.00f}};
constexpr Knot kFourClosed[] = {{0.13f, 0.00f}, {-0.08f, 0.32f}, {-0.31f, 0.64f, kCorner}, {0.02f, 0.63f}, {0.34f, 0.60f}};
constexpr Knot kFourClosedStem[] = {{0.14f, 0.01f}, {0.12f, 0.50f}, {0.10f, 1.00f}};
constexpr Stroke kFourOpenPen[] = {kFourOpen, kFourOpenStem};
constexpr Stroke kFourBowlPen[] = {kFourBowl, kFourBowlStem};
constexpr Stroke kFourClosedPen[] = {kFourClosed, kFourClosedStem};
constexpr DigitSkeleton kFour[] = {{kFourOpenPen, 3.5f}, {kFourBowlPen, 2.5f}, {kFourClosedPen, 2.0f}};

// 5: body and hat in two strokes, all in one stroke, an S
constexpr Knot kFiveBody[] = {{-0.16f, 0.06f}, {-0.19f, 0.24f}, {-0.23f, 0.44f, kCorner}, {0.00f, 0.38f}, {0.22f, 0.52f}, {0.22f, 0.80f}, {0.00f, 0.98f}, {-0.28f, 0.91f}};
constexpr Knot kFiveHat[] = {{-0.16f, 0.04f}, {0.06f, 0.03f}, {0.31f, 0.00f}};
constexpr Knot kFiveOne[] = {{0.28f, 0.02f}, {0.06f, 0.02f}, {-0.15f, 0.04f, kCorner}, {-0.20f, 0.42f, kCorner}, {0.04f, 0.40f}, {0.21f, 0.60f}, {0.16f, 0.86f}, {-0.06f, 0.99f}, {-0.28f, 0.93f}};
constexpr Knot kFiveSnake[] = {{0.30f, 0.04f}, {0.06f, 0.02f}, {-0.14f, 0.12f}, {-0.14f, 0.34f}, {0.08f, 0.47f}, {0.21f, 0.66f}, {0.13f, 0.90f}, {-0.08f, 0.99f}, {-0.30f, 0.92f}};
constexpr Stroke kFiveTwoPen[] = {kFiveBody, kFiveHat};
constexpr Stroke kFiveOnePen[] = {kFiveOne};
constexpr Stroke kFiveSnakePen[] = {kFiveSnake};
constexpr DigitSkeleton kFive[] = {{kFiveTwoPen, 3.5f}, {kFiveOnePen, 2.5f}, {kFiveSnakePen, 1.5f}};

// 6: a curved back, a straight back, a wide belly
constexpr Knot kSixCurved[] = {{0.20f, 0.02f}, {-0.06f, 0.18f}, {-0.24f, 0.52f}, {-0.21f, 0.85f}, {0.02f, 0.98f}, {0.23f, 0.83f}, {0.20f, 0.61f}, {0.00f, 0.55f}, {-0.21f, 0.72f}};
constexpr Knot kSixStraight[] = {{0.06f, 0.00f}, {-0.10f, 0.32f}, {-0.22f, 0.66f}, {-0.13f, 0.93f}, {0.09f, 0.96f}, {0.22f, 0.78f}, {0.11f, 0.61f}, {-0.08f, 0.66f}, {-0.18f, 0.82f}};
constexpr Knot kSixWide[] = {{0.14f, 0.00f}, {-0.12f, 0.24f}, {-0.27f, 0.60f}, {-0.18f, 0.90f}, {0.08f, 0.99f}, {0.31f, 0.82f}, {0.24f, 0.58f}, {0.02f, 0.54f}, {-0.16f, 0.66f}, {-0.22f, 0.78f}};
constexpr Stroke kSixCurvedPen[] = {kSixCurved};
constexpr Stroke kSixStraightPen[] = {kSixStraight};
constexpr Stroke kSixWidePen[] = {kSixWide};
constexpr DigitSkeleton kSix[] = {{kSixCurvedPen, 3.0f}, {kSixStraightPen, 3.0f}, {kSixWidePen, 2.0f}};

// 7: plain, with a bar, with a hook, with a curved leg
constexpr Knot kSevenPlain[] = {{-0.30f, 0.06f}, {0.00f, 0.05f}, {0.29f, 0.03f, kCorner}, {0.11f, 0.48f}, {-0.06f, 1.00f}};
constexpr Knot kSevenBar[] = {{-0.14f, 0.51f}, {0.06f, 0.50f}, {0.27f, 0.48f}};
constexpr Knot kSevenHook[] = {{-0.29f, 0.20f}, {-0.27f, 0.04f, kCorner}, {0.02f, 0.05f}, {0.28f, 0.02f, kCorner}, {0.16f, 0.40f}, {0.04f, 1.00f}};
constexpr Knot kSevenCurved[] = {{-0.29f, 0.12f}, {-0.10f, 0.03f}, {0.12f, 0.05f}, {0.28f, 0.08f}, {0.20f, 0.34f}, {0.04f, 0.64f}, {-0.02f, 1.00f}};
constexpr Stroke kSevenPlainPen[] = {kSevenPlain};
constexpr Stroke kSevenBarPen[] = {kSevenPlain, kSevenBar};
constexpr Stroke kSevenHookPen[] = {kSevenHook};
constexpr Stroke kSevenCurvedPen[] = {kSevenCurved};
constexpr DigitSkeleton kSeven[] = {{kSevenPlainPen, 3.5f}, {kSevenBarPen, 1.8f}, {kSevenHookPen, 1.2f}, {kSevenCurvedPen, 2.5f}};

// 8: one crossing line from the top right, an S that is closed by a straight line, two rings
constexpr Knot kEightCross[] = {{0.20f, 0.12f}, {0.01f, 0.00f}, {-0.19f, 0.13f}, {-0.13f, 0.34f}, {0.08f, 0.50f}, {0.22f, 0.75f}, {0.01f, 0.99f}, {-0.23f, 0.78f}, {-0.09f, 0.53f}, {0.13f, 0.35f}, {0.21f, 0.13f}};
constexpr Knot kEightLine[] = {{0.19f, 0.10f}, {-0.02f, 0.01f}, {-0.17f, 0.17f}, {-0.04f, 0.40f}, {0.13f, 0.62f}, {0.11f, 0.90f}, {-0.08f, 0.98f}, {-0.20f, 0.82f}, {-0.07f, 0.56f}, {0.12f, 0.30f}, {0.25f, 0.06f}};
constexpr Knot kEightTop[] = {{0.02f, 0.46f}, {-0.18f, 0.34f}, {-0.17f, 0.12f}, {0.03f, 0.00f}, {0.21f, 0.13f}, {0.19f, 0.34f}, {0.00f, 0.46f}};
constexpr Knot kEightBottom[] = {{0.01f, 0.47f}, {-0.20f, 0.60f}, {-0.22f, 0.86f}, {0.01f, 1.00f}, {0.22f, 0.86f}, {0.21f, 0.60f}, {0.02f, 0.46f}};
constexpr Stroke kEightCrossPen[] = {kEightCross};
constexpr Stroke kEightLinePen[] = {kEightLine};
constexpr Stroke kEightRingsPen[] = {kEightTop, kEightBottom};
constexpr DigitSkeleton kEight[] = {{kEightCrossPen, 4.0f}, {kEightLinePen, 2.5f}, {kEightRingsPen, 1.5f}};

// 9: a straight stem, a curved tail, a leaning one drawn in one sweep
constexpr Knot kNineStraight[] = {{0.20f, 0.10f}, {0.00f, 0.01f}, {-0.21f, 0.16f}, {-0.20f, 0.40f}, {0.00f, 0.48f}, {0.17f, 0.34f}, {0.22f, 0.08f, kCorner}, {0.20f, 0.52f}, {0.17f, 1.00f}};
constexpr Knot kNineCurved[] = {{0.19f, 0.09f}, {-0.02f, 0.01f}, {-0.22f, 0.17f}, {-0.19f, 0.40f}, {0.02f, 0.45f}, {0.19f, 0.28f}, {0.21f, 0.10f, kCorner}, {0.23f, 0.48f}, {0.14f, 0.84f}, {-0.05f, 0.99f}, {-0.24f, 0.93f}};
constexpr Knot kNineSweep[] = {{0.18f, 0.12f}, {0.02f, 0.00f}, {-0.20f, 0.13f}, {-0.22f, 0.35f}, {-0.04f, 0.46f}, {0.15f, 0.30f}, {0.22f, 0.12f}, {0.18f, 0.40f}, {0.08f, 0.70f}, {0.02f, 1.00f}};
constexpr Stroke kNineStraightPen[] = {kNineStraight};
constexpr Stroke kNineCurvedPen[] = {kNineCurved};
constexpr Stroke kNineSweepPen[] = {kNineSweep};
constexpr DigitSkeleton kNine[] = {{kNineStraightPen, 4.0f}, {kNineCurvedPen, 2.0f}, {kNineSweepPen, 2.5f}};

constexpr std::array<std::span<const DigitSkeleton>, 10> kDigits = {kZero, kOne, kTwo, kThree, kFour, kFive, kSix, kSeven, kEight, kNine};

} // namespace

std::span<const DigitSkeleton> digitSkeletons(int digit) noexcept
{
    return kDigits[static_cast<std::size_t>(digit)];
}

} // namespace latentscape
