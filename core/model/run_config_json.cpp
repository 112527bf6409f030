// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/json/config_json.h"
#include "core/model/json/object_reader.h"
#include "core/model/json/strict_json.h"

#include <nlohmann/json.hpp>

namespace latentscape {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Reads a name and turns it into a value of an enumeration; the error of an unknown name is kept by the reader.
template <typename T>
void readName(ObjectReader& reader, std::string_view key, T& out, Result<T> (*fromName)(std::string_view))
{
    std::string text(name(out));
    reader.read(key, text);
    if (const Result<T> value = fromName(text))
        out = value.value();
    else
        reader.fail(value.error());
}

void readShape(ObjectReader& reader, ItemShape& out)
{
    std::vector<int> sizes{out.channels, out.height, out.width};
    reader.read("input_shape", sizes);
    if (sizes.size() != 3) {
        reader.fail({ErrorCode::InvalidArgument, "\"model.input_shape\" cannot be used", "three whole numbers: channels, height, width",
                     std::to_string(sizes.size()) + " of them", "Write for example [1, 28, 28]."});
        return;
    }
    out = {sizes[0], sizes[1], sizes[2]};
}

Result<void> readModel(const json& object, ModelConfig& out, std::vector<std::string>* ignored)
{
    ObjectReader reader(object, "model", ignored);
    readName(reader, "architecture", out.architecture, architectureFromName);
    readShape(reader, out.inputShape);
    reader.read("hidden", out.encoderHidden);
    reader.read("decoder_hidden", out.decoderHidden);
    reader.read("dense", out.denseWidth);
    reader.read("latent", out.latent);
    readName(reader, "activation", out.activation, activationFromName);
    reader.read("layer_norm", out.layerNorm);
    reader.read("dropout", out.dropout);
    reader.read("classes", out.classes);
    reader.read("standardized", out.standardized);
    return reader.finish();
}

Result<void> readObjective(const json& object, ObjectiveConfig& out, std::vector<std::string>* ignored)
{
    ObjectReader reader(object, "objective", ignored);
    readName(reader, "kind", out.kind, objectiveFromName);
    reader.read("beta", out.beta);
    reader.read("warmup_epochs", out.warmupEpochs);
    readName(reader, "warmup", out.warmup, warmupFromName);
    reader.read("capacity", out.capacity);
    reader.read("gamma", out.gamma);
    reader.read("free_bits", out.freeBits);
    reader.read("lambda", out.lambda);
    readName(reader, "likelihood", out.likelihood, likelihoodFromName);
    reader.read("sigma", out.sigma);
    readName(reader, "binarization", out.binarization, binarizationFromName);
    return reader.finish();
}

Result<void> readTraining(const json& object, TrainConfig& out, std::vector<std::string>* ignored)
{
    ObjectReader reader(object, "training", ignored);
    readName(reader, "optimizer", out.optimizer, optimizerFromName);
    reader.read("learning_rate", out.learningRate);
    reader.read("momentum", out.momentum);
    reader.read("weight_decay", out.weightDecay);
    readName(reader, "schedule", out.schedule, scheduleFromName);
    reader.read("clip_norm", out.clipNorm);
    reader.read("batch_size", out.batchSize);
    reader.read("epochs", out.epochs);
    reader.read("stop_after", out.stopAfter);
    reader.read("patience", out.patience);
    reader.read("balance", out.balance);
    reader.read("validation_fraction", out.validationFraction);
    reader.read("seed", out.seed);
    return reader.finish();
}

Result<RunConfig> readConfig(std::string_view text, std::vector<std::string>* ignored)
{
    const Result<json> parsed = parseStrictJson(text, "The configuration");
    if (!parsed)
        return parsed.error();
    const json& root = parsed.value();
    if (!root.is_object())
        return Error{ErrorCode::InvalidArgument, "The configuration has the wrong type", "an object with the groups model, objective and training",
                     root.type_name(), "Start from what \"info --json\" prints under config."};

    RunConfig config;
    ObjectReader reader(root, "", ignored);
    const auto group = [&reader, ignored](const char* key, auto& out, auto read) {
        if (const json* object = reader.object(key))
            if (const Result<void> done = read(*object, out, ignored); !done)
                reader.fail(done.error());
    };
    group("model", config.model, readModel);
    group("objective", config.objective, readObjective);
    group("training", config.training, readTraining);
    // Written by hand, a configuration leaves to the data what fittedTo() takes from them; it must only be possible.
    const auto says = [&root](const char* key) { return root.contains("model") && root["model"].is_object() && root["model"].contains(key); };
    if (config.model.architecture == Architecture::Gru && !says("input_shape"))
        config.model.inputShape = {1, 1, 128};
    if (config.objective.kind == ObjectiveKind::ConditionalVae && !says("classes"))
        config.model.classes = 2;
    if (const Result<void> done = reader.finish(); !done)
        return done.error();
    if (const Result<void> valid = validate(config, /*trainCount=*/0); !valid)
        return valid.error();
    return config;
}

} // namespace

std::string toJson(const RunConfig& config, int indent)
{
    const ModelConfig& model = config.model;
    const ObjectiveConfig& objective = config.objective;
    const TrainConfig& training = config.training;
    ordered_json root;
    root["model"] = {{"architecture", name(model.architecture)},
                     {"input_shape", {model.inputShape.channels, model.inputShape.height, model.inputShape.width}},
                     {"hidden", model.encoderHidden},
                     {"decoder_hidden", model.decoderHidden},
                     {"dense", model.denseWidth},
                     {"latent", model.latent},
                     {"activation", name(model.activation)},
                     {"layer_norm", model.layerNorm},
                     {"dropout", model.dropout},
                     {"classes", model.classes},
                     {"standardized", model.standardized}};
    root["objective"] = {{"kind", name(objective.kind)},
                         {"beta", objective.beta},
                         {"warmup_epochs", objective.warmupEpochs},
                         {"warmup", name(objective.warmup)},
                         {"capacity", objective.capacity},
                         {"gamma", objective.gamma},
                         {"free_bits", objective.freeBits},
                         {"lambda", objective.lambda},
                         {"likelihood", name(objective.likelihood)},
                         {"sigma", objective.sigma},
                         {"binarization", name(objective.binarization)}};
    root["training"] = {{"optimizer", name(training.optimizer)},
                        {"learning_rate", training.learningRate},
                        {"momentum", training.momentum},
                        {"weight_decay", training.weightDecay},
                        {"schedule", name(training.schedule)},
                        {"clip_norm", training.clipNorm},
                        {"batch_size", training.batchSize},
                        {"epochs", training.epochs},
                        {"stop_after", training.stopAfter},
                        {"patience", training.patience},
                        {"balance", training.balance},
                        {"validation_fraction", training.validationFraction},
                        {"seed", training.seed}};
    return root.dump(indent, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

Result<RunConfig> runConfigFromJson(std::string_view text)
{
    return readConfig(text, /*ignored=*/nullptr);
}

Result<RunConfig> runConfigFromNewerJson(std::string_view text, std::vector<std::string>& ignored)
{
    return readConfig(text, &ignored);
}

} // namespace latentscape
