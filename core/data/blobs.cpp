// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/blobs.h"

#include "core/data/standardize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr std::size_t kColumns = 16;
constexpr std::size_t kClasses = 5;
constexpr std::size_t kDirections = 3;     ///< of the spread of a class; the rest of it is the same in all directions
constexpr std::uint64_t kPopulation = 1;   ///< seed of the classes, whatever the samples' seed
constexpr std::uint64_t kPopulationStream = std::uint64_t{1} << 42;
constexpr std::array<FactorName, 2> kFactors = {{{"growth", ""}, {"wear", ""}}};

/// What a column is called and the typical size of its numbers.
struct Column {
    const char* name;
    float middle;
    float spread;
};
constexpr std::array<Column, kColumns> kTable = {{{"length (mm)", 48.0f, 7.0f}, {"width (mm)", 31.0f, 4.5f}, {"height (mm)", 22.0f, 3.0f},
                                                  {"mass (g)", 12.5f, 2.6f}, {"density (g/cm³)", 1.62f, 0.09f}, {"temperature (°C)", 18.5f, 2.2f},
                                                  {"pressure (hPa)", 1013.0f, 6.5f}, {"humidity (%)", 56.0f, 8.0f}, {"voltage (mV)", 640.0f, 55.0f},
                                                  {"current (µA)", 82.0f, 11.0f}, {"resistance (kΩ)", 7.8f, 0.9f}, {"frequency (Hz)", 440.0f, 38.0f},
                                                  {"brightness (lx)", 310.0f, 60.0f}, {"hue (°)", 140.0f, 24.0f}, {"acidity (pH)", 6.9f, 0.35f},
                                                  {"conductivity (µS/cm)", 520.0f, 85.0f}}};

using Vector = std::array<float, kColumns>;

/// One Gaussian in units of the columns' spreads: middle + growth's curve + three long directions + the rest.
struct Blob {
    Vector middle{};
    Vector along{}; ///< growth
    Vector bend{};
    std::array<Vector, kDirections> directions{};
    float rest = 0.0f;
};

Vector normals(RandomStream& random, float deviation)
{
    Vector vector;
    random.fillNormal(vector);
    for (float& value : vector)
        value *= deviation;
    return vector;
}

struct Population {
    std::array<Blob, kClasses> blobs;
    Vector wear{};
};

Population population()
{
    Population all;
    RandomStream random(kPopulation, StreamPurpose::DataSet, kPopulationStream);
    for (std::size_t c = 0; c < kClasses; ++c) {
        Blob& blob = all.blobs[c];
        blob.middle = normals(random, 0.75f);
        blob.along = normals(random, 0.6f);
        blob.bend = normals(random, 0.35f);
        // From round to long: the classes differ in their covariance, not only in their place.
        const float longest = 0.12f + 0.12f * static_cast<float>(c);
        for (std::size_t d = 0; d < kDirections; ++d)
            blob.directions[d] = normals(random, longest / static_cast<float>(d + 1));
        blob.rest = 0.34f - 0.05f * static_cast<float>(c);
    }
    all.wear = normals(random, 0.4f);
    return all;
}

} // namespace

Result<std::shared_ptr<const Dataset>> makeBlobs(const GeneratorRequest& request, std::stop_token stop)
{
    Dataset::Parts parts;
    parts.name = "blobs";
    parts.shape = ItemShape{1, 1, static_cast<int>(kColumns)};
    parts.classNames = {"A", "B", "C", "D", "E"};
    const auto draw = [all = population()](std::int32_t label, RandomStream& random, std::span<float> out, std::span<float> factors) {
        const Blob& blob = all.blobs[static_cast<std::size_t>(label)];
        const float growth = factors[0] = static_cast<float>(random.uniform());
        const float wear = factors[1] = static_cast<float>(random.uniform());
        std::array<float, kDirections> places;
        for (float& place : places)
            place = static_cast<float>(random.normal());
        Vector rest = normals(random, blob.rest);
        const float swing = std::sin(std::numbers::pi_v<float> * growth) - 0.637f; // about 0 on the average, as are the others
        for (std::size_t k = 0; k < kColumns; ++k) {
            float value = blob.middle[k] + (2.0f * growth - 1.0f) * blob.along[k] + swing * blob.bend[k] + (2.0f * wear - 1.0f) * all.wear[k] + rest[k];
            for (std::size_t d = 0; d < kDirections; ++d)
                value += places[d] * blob.directions[d][k];
            out[k] = kTable[k].middle + kTable[k].spread * value;
        }
    };
    auto made = generateParts<float>(std::move(parts), "blobs", kFactors, request, std::move(stop), draw);
    if (!made)
        return made.error();
    parts = std::move(made).value();
    std::vector<std::string> names;
    for (const Column& column : kTable)
        names.emplace_back(column.name);
    standardizeColumns(parts, names);
    return Dataset::create(std::move(parts));
}

} // namespace latentscape
