// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/resume_check.h"

#include "core/train/control_marks.h"

#include <string>

namespace latentscape {

namespace {

Error differs(const std::string& what, std::string expected, std::string found)
{
    return Error{ErrorCode::Mismatch, "The checkpoint cannot go on: " + what + " is not the same", std::move(expected), std::move(found),
                 "Use the checkpoint's own setting, or start a new run."};
}

std::string widths(const std::vector<int>& layers)
{
    std::string text;
    for (const int width : layers)
        text += (text.empty() ? "" : ", ") + std::to_string(width);
    return text.empty() ? "none" : text;
}

std::string text(const ItemShape& shape)
{
    return std::to_string(shape.channels) + " × " + std::to_string(shape.height) + " × " + std::to_string(shape.width);
}

Result<void> sameModel(const ModelConfig& was, const ModelConfig& is)
{
    if (was.architecture != is.architecture)
        return differs("the architecture", was.architecture, is.architecture);
    if (!(was.inputShape == is.inputShape))
        return differs("the shape of a sample", text(was.inputShape), text(is.inputShape));
    if (was.encoderHidden != is.encoderHidden)
        return differs("the encoder's hidden layers", widths(was.encoderHidden), widths(is.encoderHidden));
    if (was.decoderWidths() != is.decoderWidths())
        return differs("the decoder's hidden layers", widths(was.decoderWidths()), widths(is.decoderWidths()));
    if (was.latent != is.latent)
        return differs("the number of latent dimensions", std::to_string(was.latent), std::to_string(is.latent));
    if (was.activation != is.activation)
        return differs("the activation", std::string(name(was.activation)), std::string(name(is.activation)));
    return {};
}

Result<void> sameObjective(const ObjectiveConfig& was, const ObjectiveConfig& is)
{
    if (was.kind != is.kind)
        return differs("the objective", std::string(name(was.kind)), std::string(name(is.kind)));
    if (was.likelihood != is.likelihood)
        return differs("the likelihood", std::string(name(was.likelihood)), std::string(name(is.likelihood)));
    if (was.likelihood == Likelihood::Gaussian && was.sigma != is.sigma)
        return differs("sigma", plainNumber(was.sigma), plainNumber(is.sigma));
    return {};
}

Result<void> sameTraining(const TrainConfig& was, const TrainConfig& is)
{
    if (was.optimizer != is.optimizer)
        return differs("the optimiser", std::string(name(was.optimizer)), std::string(name(is.optimizer)));
    if (was.batchSize != is.batchSize)
        return differs("the batch size", std::to_string(was.batchSize), std::to_string(is.batchSize));
    if (was.seed != is.seed)
        return differs("the seed", std::to_string(was.seed), std::to_string(is.seed));
    if (was.validationFraction != is.validationFraction)
        return differs("the validation fraction", plainNumber(was.validationFraction), plainNumber(is.validationFraction));
    return {};
}

} // namespace

Result<void> checkResumable(const Checkpoint& checkpoint, const RunConfig& config, const Dataset& data)
{
    if (auto same = sameModel(checkpoint.config.model, config.model); !same)
        return same;
    if (auto same = sameObjective(checkpoint.config.objective, config.objective); !same)
        return same;
    if (auto same = sameTraining(checkpoint.config.training, config.training); !same)
        return same;
    const std::string& was = checkpoint.data.sha256;
    const std::string& is = data.provenance().sha256;
    if (!was.empty() && !is.empty() && was != is)
        return differs("the data", checkpoint.data.name + " (" + was.substr(0, 12) + ")", data.name() + " (" + is.substr(0, 12) + ")");
    const RunProgress& progress = checkpoint.progress;
    if (progress.step < 0 || progress.epochsDone < 0 || progress.stepInEpoch < 0)
        return Error{ErrorCode::Malformed, "The checkpoint's counters are negative", "0 or more", "", "Use another checkpoint."};
    return {};
}

} // namespace latentscape
