// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/built_in_sets.h"

#include "core/data/blobs.h"
#include "core/data/count_rows.h"
#include "core/data/digits.h"
#include "core/data/shapes.h"
#include "core/data/waves.h"

#include <array>
#include <utility>

namespace latentscape {

namespace {

template <ShapesKind kind>
Result<std::shared_ptr<const Dataset>> shapesOf(const GeneratorRequest& request, std::stop_token stop)
{
    return makeShapes(request, kind, std::move(stop));
}

constexpr std::array<BuiltInSet, 7> kSets = {{
    {"digits", "Digits", "Built in: ten classes of stroke-drawn digits, 28 × 28 grey, with slant, thickness and other factors known.", 20'000, 2'000,
     &makeDigits},
    {"shapes", "Shapes", "Built in: squares, ellipses and hearts, 32 × 32 grey, with scale, rotation and place known.", 12'000, 1'200,
     &shapesOf<ShapesKind::Grey32>},
    {"shapes-64", "Shapes 64 × 64", "Built in: squares, ellipses and hearts, 64 × 64 grey, with scale, rotation and place known.", 12'000, 1'200,
     &shapesOf<ShapesKind::Grey64>},
    {"shapes-colour", "Coloured shapes", "Built in: squares, ellipses and hearts, 32 × 32 in colour, with scale, rotation, place and hue known.", 12'000,
     1'200, &shapesOf<ShapesKind::Colour32>},
    {"waves", "Waves", "Built in: sequences of 128 numbers in five waveforms, with frequency, phase, amplitude and noise known.", 12'000, 1'200,
     &makeWaves},
    {"blobs", "Blobs", "Built in: a table of 16 standardised columns with five Gaussian classes, with growth and wear known.", 6'000, 600, &makeBlobs},
    {"counts", "Counts", "Built in: 16 Poisson counts a sample in four profiles, with exposure and background known.", 6'000, 600, &makeCountRows},
}};

} // namespace

std::span<const BuiltInSet> builtInSets()
{
    return kSets;
}

} // namespace latentscape
