// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/opened_model.h"

#include "core/data/data_catalogue.h"
#include "core/store/checkpoint_file.h"
#include "core/train/control_marks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace latentscape::app {

Result<Checkpoint> openCheckpoint(Context& context, const std::filesystem::path& file)
{
    Result<LoadedCheckpoint> loaded = loadCheckpoint(file);
    if (!loaded) {
        Error error = loaded.error();
        const std::string shown = file.filename().string();
        if (error.what.find(shown) == std::string::npos)
            error.what = shown + ": " + error.what; // several files may have been given: say which
        return error;
    }
    if (!loaded.value().note.empty())
        context.report.note(loaded.value().note);
    return std::move(loaded).value().checkpoint;
}

Result<std::shared_ptr<const Dataset>> openData(Context& context, const DataOptions& options)
{
    DataRequest request;
    request.spec = options.spec;
    request.seed = options.seed;
    request.progress = [&context, spec = options.spec](double fraction) { context.report.progress(fraction, "reading " + spec); };
    return loadDataset(request, context.stop());
}

Result<void> checkFits(Context& context, const Checkpoint& checkpoint, const Dataset& data)
{
    const ItemShape& wanted = checkpoint.config.model.inputShape;
    if (data.shape() != wanted)
        return Error{ErrorCode::Mismatch, "The data do not fit the model", "samples of " + shapeText(wanted), shapeText(data.shape()),
                     "Give the data that the model was trained on (" + checkpoint.data.name + ") or others of that shape."};
    if (const int classes = checkpoint.config.model.classes; classes > 0 && static_cast<int>(data.classNames().size()) != classes)
        return Error{ErrorCode::Mismatch, "The data do not fit the model, which takes labels", std::to_string(classes) + " classes",
                     data.isLabelled() ? std::to_string(data.classNames().size()) + " classes" : "no labels",
                     "Give the data that the model was trained on (" + checkpoint.data.name + ")."};
    if (checkpoint.config.model.standardized != data.isStandardized())
        return Error{ErrorCode::Mismatch, "The data do not fit the model", checkpoint.config.model.standardized ? "standardised columns" : "values in [0, 1]",
                     data.isStandardized() ? "standardised columns" : "values in [0, 1]", "Give the data that the model was trained on (" + checkpoint.data.name + ")."};
    if (data.provenance().sha256 != checkpoint.data.sha256)
        context.report.note("These are not the data that the model was trained on (" + checkpoint.data.name + ").");
    return {};
}

Result<std::unique_ptr<VaeBackend>> openBackend(Context& context, const Checkpoint& checkpoint, std::shared_ptr<const Dataset> data)
{
    BackendRequest request;
    request.config = checkpoint.config;
    if (context.seed)
        request.config.training.seed = *context.seed;
    // Nothing is trained here: a set smaller than the batch of the training run is welcome.
    if (data && data->train().count > 0)
        request.config.training.batchSize = static_cast<int>(
            std::min(static_cast<std::size_t>(request.config.training.batchSize), data->train().count));
    request.data = std::move(data);
    request.device = context.device;
    request.threads = context.threads;
    Result<std::unique_ptr<VaeBackend>> backend = context.factory->create(std::move(request));
    if (!backend)
        return backend.error();
    if (const Result<void> restored = backend.value()->restore(checkpoint.weights, {}); !restored)
        return restored.error();
    return backend;
}

Result<OpenedModel> openModel(Context& context, const std::filesystem::path& file, const DataOptions& options)
{
    OpenedModel opened;
    Result<Checkpoint> checkpoint = openCheckpoint(context, file);
    if (!checkpoint)
        return checkpoint.error();
    opened.checkpoint = std::move(checkpoint).value();
    Result<std::shared_ptr<const Dataset>> data = openData(context, options);
    if (!data)
        return data.error();
    opened.data = std::move(data).value();
    if (const Result<void> fits = checkFits(context, opened.checkpoint, *opened.data); !fits)
        return fits.error();
    Result<std::unique_ptr<VaeBackend>> backend = openBackend(context, opened.checkpoint, opened.data);
    if (!backend)
        return backend.error();
    opened.backend = std::move(backend).value();
    return opened;
}

std::vector<std::int32_t> allIndices(std::size_t count)
{
    std::vector<std::int32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
}

Result<void> checkIndices(std::string_view option, std::span<const int> indices, const DataPart& part, std::string_view split)
{
    if (part.count == 0)
        return Error{ErrorCode::InvalidArgument, "The " + std::string(split) + " part of the data is empty", "at least one sample", "none",
                     "Choose the other part with --split."};
    for (const int index : indices)
        if (index < 0 || static_cast<std::size_t>(index) >= part.count)
            return Error{ErrorCode::InvalidArgument, std::string(option) + " names a sample that is not in the " + std::string(split) + " part",
                         "0 to " + std::to_string(part.count - 1), std::to_string(index), {}};
    return {};
}

Result<std::vector<float>> decodeAll(Context& context, const Decoder& decoder, std::span<const float> z, std::size_t count)
{
    constexpr std::size_t kChunk = 64;
    context.factory->prepareDecodingThread();
    const std::size_t size = decoder.shape().size(), latent = static_cast<std::size_t>(decoder.latent());
    const auto isFinite = [](float value) { return std::isfinite(value); };
    std::vector<float> means(count * size);
    for (std::size_t begin = 0; begin < count; begin += kChunk) {
        if (context.stop().stop_requested())
            return Error{ErrorCode::Cancelled, "The decoding was interrupted", {}, {}, "Nothing was written."};
        const std::size_t here = std::min(kChunk, count - begin);
        const std::span<float> decoded = std::span(means).subspan(begin * size, here * size);
        decoder.decode(z.subspan(begin * latent, here * latent), here, decoded);
        if (const auto bad = std::ranges::find_if_not(decoded, isFinite); bad != decoded.end()) {
            const std::size_t code = begin + static_cast<std::size_t>(bad - decoded.begin()) / size;
            const std::span<const float> far = z.subspan(code * latent, latent);
            return Error{ErrorCode::InvalidArgument, "The decoder has no finite image for a code", "codes near those of the data",
                         plainNumber(static_cast<double>(*std::ranges::max_element(far, {}, [](float value) { return std::abs(value); })))
                             + " in code " + std::to_string(code),
                         "Nothing was written; stay nearer to 0 with codes, range or temperature."};
        }
    }
    return means;
}

std::string shapeText(const ItemShape& shape)
{
    return std::to_string(shape.channels) + " × " + std::to_string(shape.height) + " × " + std::to_string(shape.width);
}

std::string modelText(const ModelConfig& model)
{
    std::string text = model.architecture == Architecture::Mlp ? std::string() : std::string(name(model.architecture)) + ' ';
    text += std::to_string(model.inputShape.size());
    for (const int width : model.encoderHidden)
        text += '-' + std::to_string(width);
    text += '-' + std::to_string(model.latent);
    const std::vector<int> widths = model.decoderWidths();
    if (!std::ranges::equal(widths.rbegin(), widths.rend(), model.encoderHidden.begin(), model.encoderHidden.end()))
        for (const int width : widths)
            text += '-' + std::to_string(width);
    return text;
}

std::string likelihoodText(const ObjectiveConfig& objective, const DataPart& part)
{
    switch (objective.likelihood) {
    case Likelihood::ContinuousBernoulli: return "continuous Bernoulli";
    case Likelihood::Poisson: return "Poisson";
    case Likelihood::Gaussian: return "Gaussian with a fixed sigma";
    case Likelihood::GaussianLearned: return "Gaussian with a learned sigma";
    case Likelihood::Bernoulli: break;
    }
    if (objective.binarization != Binarization::None)
        return objective.binarization == Binarization::Dynamic ? "Bernoulli, dynamically binarised" : "Bernoulli, binarised at 0.5";
    const bool binary = part.isBytes() ? std::ranges::all_of(part.bytes(), [](std::uint8_t v) { return v == 0 || v == 255; })
                                       : std::ranges::all_of(part.floats(), [](float v) { return v <= 0.0F || v >= 1.0F; });
    return binary ? "Bernoulli" : "grey-scale cross-entropy (pseudo-NLL)";
}

} // namespace latentscape::app
