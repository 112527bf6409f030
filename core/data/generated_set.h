// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace latentscape {

/// What the sets that are made in code have in common: sample i of a part depends on (seed, part, i) alone, whatever the counts, and each run
/// of as many samples as there are classes holds each class once.

/// What a factor column is called and measured in.
struct FactorName {
    const char* name;
    const char* unit;
};

/// How much of a set is made, and who hears of it.
struct GeneratorRequest {
    std::uint64_t seed = 1;
    std::size_t trainCount = 0;           ///< 1 … 1 000 000
    std::size_t testCount = 0;            ///< 1 … 1 000 000
    std::function<void(double)> progress; ///< finished fraction in [0, 1], on the calling thread; may be empty
};

/// InvalidArgument unless both counts lie in 1 … 1 000 000. noun: "digits", in the plural.
[[nodiscard]] std::optional<Error> countFault(const GeneratorRequest& request, const char* noun);
/// "built in, seed 1".
[[nodiscard]] std::string generatedSource(std::uint64_t seed);
[[nodiscard]] Error generationStopped(const char* noun);

/// Labels 0 … classes − 1 for sample after sample: balanced for any count and independent of it. One part, one thread.
class ClassOrder {
public:
    ClassOrder(int classes, std::uint64_t seed, std::uint64_t base);
    [[nodiscard]] std::int32_t label(std::size_t index); ///< index must rise from 0 by one from call to call

private:
    std::vector<std::int32_t> m_order;
    std::uint64_t m_seed;
    std::uint64_t m_base;
};

/// Calls progress and looks for a stop now and then. The progress function must outlive it.
class GenerationPace {
public:
    GenerationPace(const std::function<void(double)>& progress, std::size_t total, std::stop_token stop)
        : m_progress(progress), m_stop(std::move(stop)), m_total(total)
    {
    }
    [[nodiscard]] bool advance(); ///< before each sample; false when stopped
    void finish() const;

private:
    const std::function<void(double)>& m_progress;
    std::stop_token m_stop;
    std::size_t m_total;
    std::size_t m_done = 0;
};

// Substreams of StreamPurpose::DataSet: training samples from 0, test samples far beyond any count.
inline constexpr std::uint64_t kTrainSamples = 0;
inline constexpr std::uint64_t kTestSamples = std::uint64_t{1} << 40;

/// Fills a part with count samples of Value (bytes or floats). draw(label, random, out, factors) makes one: out holds sampleSize values,
/// factors one number a column. Returns false when stopped.
template <typename Value, typename Draw>
[[nodiscard]] bool generatePart(DataPart& part, std::size_t sampleSize, int classes, std::span<const FactorName> names, std::uint64_t seed,
                                std::uint64_t base, GenerationPace& pace, Draw& draw)
{
    std::vector<Value> values(part.count * sampleSize);
    std::vector<float> factors(names.size());
    part.labels.resize(part.count);
    for (const FactorName& factor : names)
        part.factors.push_back({factor.name, factor.unit, std::vector<float>(part.count)});
    ClassOrder order(classes, seed, base);
    for (std::size_t i = 0; i < part.count; ++i) {
        if (!pace.advance())
            return false;
        part.labels[i] = order.label(i);
        RandomStream random(seed, StreamPurpose::DataSet, base + i);
        draw(part.labels[i], random, std::span(values).subspan(i * sampleSize, sampleSize), std::span(factors));
        for (std::size_t k = 0; k < factors.size(); ++k)
            part.factors[k].values[i] = factors[k];
    }
    part.values = std::move(values);
    return true;
}

/// Fills both parts and the source of a set whose name, scale, shape and class names are given. noun: "digits", for messages.
/// Errors: InvalidArgument (counts), Cancelled.
template <typename Value, typename Draw>
[[nodiscard]] Result<Dataset::Parts> generateParts(Dataset::Parts parts, const char* noun, std::span<const FactorName> factors,
                                                   const GeneratorRequest& request, std::stop_token stop, Draw draw)
{
    if (auto fault = countFault(request, noun))
        return *std::move(fault);
    const std::size_t size = parts.shape.size();
    const int classes = static_cast<int>(parts.classNames.size());
    parts.source = generatedSource(request.seed);
    parts.train.count = request.trainCount;
    parts.test.count = request.testCount;
    GenerationPace pace(request.progress, request.trainCount + request.testCount, std::move(stop));
    if (!generatePart<Value>(parts.train, size, classes, factors, request.seed, kTrainSamples, pace, draw)
        || !generatePart<Value>(parts.test, size, classes, factors, request.seed, kTestSamples, pace, draw))
        return generationStopped(noun);
    pace.finish();
    return parts;
}

} // namespace latentscape
