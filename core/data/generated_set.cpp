// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/generated_set.h"

#include <numeric>

namespace latentscape {

namespace {

constexpr std::size_t kMostSamples = 1'000'000;
constexpr std::size_t kSamplesBetweenChecks = 256;
constexpr std::uint64_t kOrders = std::uint64_t{1} << 41; ///< substreams of the classes' order: beyond those of all samples

} // namespace

std::string generatedSource(std::uint64_t seed)
{
    return "built in, seed " + std::to_string(seed);
}

std::optional<Error> countFault(const GeneratorRequest& request, const char* noun)
{
    for (const auto& [count, part] : {std::pair{request.trainCount, "training"}, std::pair{request.testCount, "test"}})
        if (count < 1 || count > kMostSamples)
            return Error{ErrorCode::InvalidArgument, std::string("The number of ") + part + ' ' + noun + " cannot be used", "1 to " + std::to_string(kMostSamples),
                         std::to_string(count), "Choose a number in this range."};
    return std::nullopt;
}

Error generationStopped(const char* noun)
{
    return {ErrorCode::Cancelled, std::string("Making the ") + noun + " was stopped", "", "", ""};
}

ClassOrder::ClassOrder(int classes, std::uint64_t seed, std::uint64_t base)
    : m_order(static_cast<std::size_t>(classes)), m_seed(seed), m_base(base)
{
}

std::int32_t ClassOrder::label(std::size_t index)
{
    const std::size_t place = index % m_order.size();
    if (place == 0) {
        std::iota(m_order.begin(), m_order.end(), 0);
        RandomStream(m_seed, StreamPurpose::DataSet, kOrders + m_base + index).shuffle(m_order);
    }
    return m_order[place];
}

bool GenerationPace::advance()
{
    if (m_done++ % kSamplesBetweenChecks != 0)
        return true;
    if (m_progress)
        m_progress(static_cast<double>(m_done - 1) / static_cast<double>(m_total));
    return !m_stop.stop_requested();
}

void GenerationPace::finish() const
{
    if (m_progress)
        m_progress(1.0);
}

} // namespace latentscape
