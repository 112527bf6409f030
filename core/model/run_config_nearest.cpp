// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nearest_config.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

namespace latentscape {

namespace {

constexpr int kMostChanges = 4;
constexpr double kUsualValidation = 0.1;

/// One setting changed to a value that may work. Applied one after the other, so each reads what the ones before have left.
using Change = std::function<void(RunConfig&)>;

std::vector<int> usualWidths(Architecture architecture)
{
    switch (architecture) {
    case Architecture::Mlp:
        return ModelConfig{}.encoderHidden;
    case Architecture::Conv:
        return {32, 64};
    case Architecture::Gru:
        return {64};
    }
    return {};
}

/// Others of a kind, most alike first.
std::vector<Likelihood> alike(Likelihood likelihood)
{
    switch (likelihood) {
    case Likelihood::Bernoulli:
        return {Likelihood::ContinuousBernoulli, Likelihood::GaussianLearned};
    case Likelihood::ContinuousBernoulli:
        return {Likelihood::Bernoulli, Likelihood::GaussianLearned};
    case Likelihood::Gaussian:
        return {Likelihood::GaussianLearned, Likelihood::Bernoulli};
    case Likelihood::GaussianLearned:
        return {Likelihood::Gaussian, Likelihood::Bernoulli};
    case Likelihood::Poisson:
        return {Likelihood::Bernoulli, Likelihood::GaussianLearned};
    }
    return {};
}

/// Everything that may be changed, what gives up least first.
std::vector<Change> changesOf(const RunConfig& config, const DataTraits& traits)
{
    std::vector<Change> changes;
    const auto add = [&changes](Change change) { changes.push_back(std::move(change)); };
    if (traits.trainCount > 0) {
        add([count = static_cast<double>(traits.trainCount)](RunConfig& c) {
            const auto left = static_cast<int>(std::min(1e6, std::floor(count * (1.0 - c.training.validationFraction))));
            c.training.batchSize = std::min(c.training.batchSize, std::max(1, left));
        });
        for (const std::size_t divisor : {std::size_t{1}, std::size_t{2}, std::size_t{8}})
            add([most = static_cast<int>(std::min<std::size_t>(512, (traits.trainCount - 1) / divisor))](RunConfig& c) {
                c.model.latent = std::min(c.model.latent, std::max(1, most));
            });
    }
    if (config.objective.comparesPairs())
        add([](RunConfig& c) { c.training.batchSize = std::min(c.training.batchSize, largestPairedBatch(c.model.latent)); });
    for (const Likelihood likelihood : alike(config.objective.likelihood))
        add([likelihood](RunConfig& c) { c.objective.likelihood = likelihood; });
    add([](RunConfig& c) { c.objective.binarization = Binarization::None; });
    for (const Architecture architecture : {Architecture::Mlp, Architecture::Conv, Architecture::Gru})
        if (architecture != config.model.architecture)
            add([architecture](RunConfig& c) { c = withArchitecture(std::move(c), architecture); });
    add([](RunConfig& c) { c.model.layerNorm = false; });
    add([](RunConfig& c) { c.model.dropout = 0.0; });
    add([](RunConfig& c) {
        c.model.encoderHidden = usualWidths(c.model.architecture);
        c.model.decoderHidden.clear();
    });
    add([](RunConfig& c) { c.training.balance = false; });
    add([](RunConfig& c) { c.objective.kind = ObjectiveKind::Vae; });
    add([](RunConfig& c) {
        if (c.training.patience > 0 && c.training.validationFraction <= 0.0)
            c.training.validationFraction = kUsualValidation;
    });
    add([](RunConfig& c) { c.training.validationFraction = std::min(c.training.validationFraction, kUsualValidation); });
    add([](RunConfig& c) {
        c.training.validationFraction = 0.0;
        c.training.patience = 0;
    });
    add([](RunConfig& c) { c.objective.gamma = 0.0; });
    add([](RunConfig& c) { c.objective.freeBits = 0.0; });
    return changes;
}

/// Tries every choice of `left` more changes from `next` on, in order.
std::optional<RunConfig> search(const RunConfig& config, const DataTraits& traits, const std::vector<Change>& changes, std::size_t next,
                                int left)
{
    if (left == 0) {
        RunConfig fitted = fittedTo(config, traits);
        return validateFor(fitted, traits) ? std::optional(std::move(fitted)) : std::nullopt;
    }
    for (std::size_t at = next; at + static_cast<std::size_t>(left) <= changes.size(); ++at) {
        RunConfig changed = config;
        changes[at](changed);
        if (changed == config)
            continue;
        if (auto found = search(changed, traits, changes, at + 1, left - 1))
            return found;
    }
    return std::nullopt;
}

} // namespace

RunConfig withArchitecture(RunConfig config, Architecture architecture)
{
    if (config.model.architecture == architecture)
        return config;
    config.model.architecture = architecture;
    config.model.encoderHidden = usualWidths(architecture);
    config.model.decoderHidden.clear();
    if (architecture == Architecture::Gru)
        config.model.layerNorm = false;
    return config;
}

RunConfig nearestWorking(const RunConfig& config, const DataTraits& traits)
{
    const RunConfig fitted = fittedTo(config, traits);
    const std::vector<Change> changes = changesOf(fitted, traits);
    for (int count = 0; count <= kMostChanges; ++count)
        if (auto found = search(fitted, traits, changes, 0, count))
            return *found;
    RunConfig plain;
    plain.training.seed = config.training.seed;
    if (traits.trainCount > 0)
        plain.training.batchSize =
            static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(plain.training.batchSize), traits.trainCount));
    if (!traits.unitRange)
        plain.objective.likelihood = Likelihood::GaussianLearned;
    return fittedTo(plain, traits);
}

} // namespace latentscape
