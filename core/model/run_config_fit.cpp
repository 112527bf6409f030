// SPDX-License-Identifier: GPL-3.0-or-later
// What a configuration may be for a given data set.
#include "core/model/run_config.h"

#include <algorithm>
#include <string>
#include <utility>

namespace latentscape {

namespace {

Error refusal(std::string what, std::string expected, std::string found, std::string remedy)
{
    return {ErrorCode::InvalidArgument, std::move(what), std::move(expected), std::move(found), std::move(remedy)};
}

std::string text(const ItemShape& shape)
{
    return std::to_string(shape.channels) + " × " + std::to_string(shape.height) + " × " + std::to_string(shape.width);
}

} // namespace

RunConfig fittedTo(RunConfig config, const DataTraits& traits)
{
    config.model.inputShape = traits.shape;
    config.model.standardized = !traits.unitRange;
    config.model.classes = config.objective.kind == ObjectiveKind::ConditionalVae ? traits.classes : 0;
    return config;
}

Result<void> validateFor(const RunConfig& config, const DataTraits& traits)
{
    const ModelConfig& model = config.model;
    if (!(model.inputShape == traits.shape))
        return Error{ErrorCode::Mismatch, "The network takes samples of another shape than the data's", text(model.inputShape), text(traits.shape),
                     "Set the network's input shape from the data."};
    if (config.objective.kind == ObjectiveKind::ConditionalVae && traits.classes < 2)
        return refusal("A conditional VAE needs labels", "a data set of 2 or more classes", traits.classes == 0 ? "no labels" : "1 class",
                       "Choose the objective vae, or a labelled data set.");
    if (config.training.balance && traits.classes < 2)
        return refusal("There are no classes to balance", "a data set of 2 or more classes", traits.classes == 0 ? "no labels" : "1 class",
                       "Turn balancing off, or choose a labelled data set.");
    if (const Result<void> valid = validate(config, traits.trainCount); !valid)
        return valid;
    if (config.objective.likelihood == Likelihood::Poisson && !traits.counts)
        return refusal("A Poisson likelihood is for counts", "whole numbers from 0 to 255", "values that are no counts",
                       traits.unitRange ? "Choose continuous-bernoulli or gaussian-learned." : "Choose gaussian-learned.");
    if (traits.trainCount > 0 && static_cast<std::size_t>(model.latent) >= traits.trainCount) {
        const std::size_t most = std::max<std::size_t>(1, traits.trainCount - 1);
        return refusal("There are as many latent dimensions as samples: each could have one to itself", "fewer dimensions than the "
                           + std::to_string(traits.trainCount) + " training samples", std::to_string(model.latent),
                       traits.trainCount < 2 ? std::string("Choose a larger data set.") : "Choose at most " + std::to_string(most) + '.');
    }
    return {};
}

} // namespace latentscape
