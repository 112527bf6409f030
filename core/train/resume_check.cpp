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

std::string onOff(bool on)
{
    return on ? "on" : "off";
}

/// Names of two enumeration values, when they differ.
template <typename Enum>
Result<void> sameName(const char* what, Enum was, Enum is)
{
    return was == is ? Result<void>() : differs(what, std::string(name(was)), std::string(name(is)));
}

Result<void> sameNumber(const char* what, double was, double is)
{
    return was == is ? Result<void>() : differs(what, plainNumber(was), plainNumber(is));
}

Result<void> sameModel(const ModelConfig& was, const ModelConfig& is)
{
    if (auto same = sameName("the architecture", was.architecture, is.architecture); !same)
        return same;
    if (!(was.inputShape == is.inputShape))
        return differs("the shape of a sample", text(was.inputShape), text(is.inputShape));
    if (was.encoderHidden != is.encoderHidden)
        return differs("the encoder's hidden layers", widths(was.encoderHidden), widths(is.encoderHidden));
    if (was.decoderWidths() != is.decoderWidths())
        return differs("the decoder's hidden layers", widths(was.decoderWidths()), widths(is.decoderWidths()));
    if (was.architecture == Architecture::Conv && was.denseWidth != is.denseWidth)
        return differs("the width of the dense layer", std::to_string(was.denseWidth), std::to_string(is.denseWidth));
    if (was.latent != is.latent)
        return differs("the number of latent dimensions", std::to_string(was.latent), std::to_string(is.latent));
    if (auto same = sameName("the activation", was.activation, is.activation); !same)
        return same;
    if (was.layerNorm != is.layerNorm)
        return differs("layer norm", onOff(was.layerNorm), onOff(is.layerNorm));
    if (auto same = sameNumber("dropout", was.dropout, is.dropout); !same)
        return same;
    if (was.classes != is.classes)
        return differs("the number of classes", std::to_string(was.classes), std::to_string(is.classes));
    if (was.standardized != is.standardized)
        return differs("standardisation of the data", onOff(was.standardized), onOff(is.standardized));
    return {};
}

Result<void> sameObjective(const ObjectiveConfig& was, const ObjectiveConfig& is)
{
    if (auto same = sameName("the objective", was.kind, is.kind); !same)
        return same;
    if (auto same = sameName("the likelihood", was.likelihood, is.likelihood); !same)
        return same;
    if (auto same = sameName("binarisation", was.binarization, is.binarization); !same)
        return same;
    if (was.likelihood == Likelihood::Gaussian)
        return sameNumber("sigma", was.sigma, is.sigma);
    return {};
}

Result<void> sameTraining(const TrainConfig& was, const TrainConfig& is)
{
    if (auto same = sameName("the optimiser", was.optimizer, is.optimizer); !same)
        return same;
    if (was.batchSize != is.batchSize)
        return differs("the batch size", std::to_string(was.batchSize), std::to_string(is.batchSize));
    if (was.seed != is.seed)
        return differs("the seed", std::to_string(was.seed), std::to_string(is.seed));
    if (was.balance != is.balance)
        return differs("balancing of classes", onOff(was.balance), onOff(is.balance));
    return sameNumber("the validation fraction", was.validationFraction, is.validationFraction);
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
