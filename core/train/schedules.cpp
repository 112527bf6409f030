// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedules.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace latentscape {

namespace {

// PyTorch's defaults of OneCycleLR: pct_start, div_factor, final_div_factor.
constexpr double kRise = 0.3;
constexpr double kStartDivisor = 25.0;
constexpr double kEndDivisor = 1e4; // of the start, not of the peak

/// From from (share 0) to to (share 1) along half a cosine.
double eased(double from, double to, double share) noexcept
{
    return to + 0.5 * (from - to) * (1.0 + std::cos(std::numbers::pi * share));
}

double oneCycle(double peak, double step, double totalSteps) noexcept
{
    const double start = peak / kStartDivisor;
    const double top = kRise * totalSteps - 1.0; // the step with the peak; below 0 in a run of three steps, which only falls
    const double end = totalSteps - 1.0;
    if (step <= top)
        return top > 0.0 ? eased(start, peak, step / top) : peak;
    return eased(peak, start / kEndDivisor, end > top ? (step - top) / (end - top) : 1.0);
}

/// As many draws as there are samples: the classes' shares differ by one at most, and so do the draws of two samples of a class.
std::vector<std::int32_t> balancedDraws(std::span<const std::int32_t> training, std::span<const std::int32_t> labels, RandomStream& random)
{
    std::map<std::int32_t, std::vector<std::int32_t>> members; // ordered: the same on every machine
    for (const std::int32_t sample : training)
        members[labels[static_cast<std::size_t>(sample)]].push_back(sample);
    std::vector<std::int32_t> classes;
    for (const auto& [label, samples] : members)
        classes.push_back(label);
    random.shuffle(classes); // which classes get one draw more is chosen anew each epoch
    std::vector<std::int32_t> order;
    order.reserve(training.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
        std::vector<std::int32_t>& samples = members[classes[i]];
        random.shuffle(samples);
        const std::size_t draws = training.size() / classes.size() + (i < training.size() % classes.size() ? 1 : 0);
        for (std::size_t draw = 0; draw < draws; ++draw)
            order.push_back(samples[draw % samples.size()]);
    }
    return order;
}

} // namespace

double scheduledBeta(const ObjectiveConfig& objective, double epoch) noexcept
{
    if (objective.kind == ObjectiveKind::Autoencoder)
        return 0.0;
    const double period = objective.warmupEpochs;
    if (!(period > 0.0) || objective.gamma > 0.0)
        return objective.beta;
    const double share = objective.warmup == Warmup::Cyclic ? 2.0 * std::fmod(epoch, period) / period : epoch / period;
    return objective.beta * std::clamp(share, 0.0, 1.0);
}

double scheduledCapacity(const ObjectiveConfig& objective, double epoch, int epochs) noexcept
{
    const double span = objective.warmupEpochs > 0.0 ? objective.warmupEpochs : static_cast<double>(epochs);
    return span > 0.0 ? objective.capacity * std::clamp(epoch / span, 0.0, 1.0) : objective.capacity;
}

double scheduledLearningRate(const TrainConfig& training, std::int64_t step, std::int64_t totalSteps) noexcept
{
    const double base = training.learningRate;
    const std::int64_t total = std::max<std::int64_t>(totalSteps, 1);
    const std::int64_t at = std::clamp<std::int64_t>(step, 0, total - 1);
    switch (training.schedule) {
    case LearningRateSchedule::Constant: return base;
    case LearningRateSchedule::Cosine: return eased(base, 0.0, static_cast<double>(at) / static_cast<double>(total));
    case LearningRateSchedule::Step: return 4 * at >= 3 * total ? 0.01 * base : 2 * at >= total ? 0.1 * base : base;
    case LearningRateSchedule::OneCycle: return oneCycle(base, static_cast<double>(at), static_cast<double>(total));
    }
    return base;
}

std::vector<std::int32_t> epochOrder(std::span<const std::int32_t> training, std::span<const std::int32_t> labels, bool balance,
                                     std::uint64_t seed, int epoch)
{
    RandomStream random(seed, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch));
    // Every epoch begins with the same list: its order depends on seed and epoch alone, so a run can be entered anywhere.
    std::vector<std::int32_t> order = balance && !labels.empty() ? balancedDraws(training, labels, random)
                                                                 : std::vector<std::int32_t>(training.begin(), training.end());
    random.shuffle(order);
    return order;
}

} // namespace latentscape
