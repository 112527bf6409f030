// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/digits.h"

#include "core/base/random_stream.h"
#include "core/data/digit_hand.h"

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr std::size_t kMostSamples = 1'000'000;
constexpr std::size_t kSamplesBetweenChecks = 256;
constexpr std::size_t kPixels = static_cast<std::size_t>(DigitCanvas::kSide) * DigitCanvas::kSide;
// Substreams: training samples from 0, test samples and the order of the classes far beyond any count.
constexpr std::uint64_t kTestBase = std::uint64_t{1} << 40;
constexpr std::uint64_t kOrderBase = std::uint64_t{1} << 41;

/// Each run of ten holds each class once, in an order of its own: balanced for any count and independent of it.
std::array<std::int32_t, 10> classOrder(std::uint64_t seed, std::uint64_t firstIndex)
{
    std::array<std::int32_t, 10> order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    RandomStream random(seed, StreamPurpose::DataSet, kOrderBase + firstIndex);
    random.shuffle(order);
    return order;
}

/// Calls progress and looks for a stop now and then; returns false when stopped.
class Pace {
public:
    Pace(const DigitsRequest& request, std::stop_token stop)
        : m_progress(request.progress), m_stop(std::move(stop)), m_total(request.trainCount + request.testCount)
    {
    }
    bool advance()
    {
        if (m_done++ % kSamplesBetweenChecks != 0)
            return true;
        if (m_progress)
            m_progress(static_cast<double>(m_done - 1) / static_cast<double>(m_total));
        return !m_stop.stop_requested();
    }
    void finish() const
    {
        if (m_progress)
            m_progress(1.0);
    }

private:
    const std::function<void(double)>& m_progress;
    std::stop_token m_stop;
    std::size_t m_total;
    std::size_t m_done = 0;
};

/// Returns false when stopped.
bool writePart(DataPart& part, std::size_t count, std::uint64_t base, std::uint64_t seed, Pace& pace)
{
    std::vector<std::uint8_t> pixels(count * kPixels);
    part.count = count;
    part.labels.resize(count);
    for (const DigitFactor& factor : kDigitFactors)
        part.factors.push_back({factor.name, factor.unit, std::vector<float>(count)});
    DigitHand hand;
    std::array<std::int32_t, 10> order{};
    for (std::size_t i = 0; i < count; ++i) {
        if (!pace.advance())
            return false;
        if (i % order.size() == 0)
            order = classOrder(seed, base + i);
        part.labels[i] = order[i % order.size()];
        RandomStream random(seed, StreamPurpose::DataSet, base + i);
        const auto applied = hand.write(part.labels[i], random, std::span(pixels).subspan(i * kPixels, kPixels)).values();
        for (std::size_t k = 0; k < applied.size(); ++k)
            part.factors[k].values[i] = applied[k];
    }
    part.values = std::move(pixels);
    return true;
}

} // namespace

Result<std::shared_ptr<const Dataset>> makeDigits(const DigitsRequest& request, std::stop_token stop)
{
    for (const auto& [count, part] : {std::pair{request.trainCount, "training"}, std::pair{request.testCount, "test"}})
        if (count < 1 || count > kMostSamples)
            return Error{ErrorCode::InvalidArgument, std::string("The number of ") + part + " digits cannot be used", "1 to " + std::to_string(kMostSamples),
                         std::to_string(count), "Choose a number in this range."};
    Dataset::Parts parts;
    parts.name = "digits";
    parts.source = "built in, seed " + std::to_string(request.seed);
    parts.scale = "0 … 255 → 0 … 1";
    parts.shape = ItemShape{1, DigitCanvas::kSide, DigitCanvas::kSide};
    parts.classNames = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    Pace pace(request, std::move(stop));
    if (!writePart(parts.train, request.trainCount, /*base=*/0, request.seed, pace) || !writePart(parts.test, request.testCount, kTestBase, request.seed, pace))
        return Error{ErrorCode::Cancelled, "Making the digits was stopped", "", "", ""};
    pace.finish();
    return Dataset::create(std::move(parts));
}

} // namespace latentscape
