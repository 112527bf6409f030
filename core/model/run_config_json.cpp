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
    reader.read("architecture", out.architecture);
    readShape(reader, out.inputShape);
    reader.read("hidden", out.encoderHidden);
    reader.read("decoder_hidden", out.decoderHidden);
    reader.read("latent", out.latent);
    readName(reader, "activation", out.activation, activationFromName);
    return reader.finish();
}

Result<void> readObjective(const json& object, ObjectiveConfig& out, std::vector<std::string>* ignored)
{
    ObjectReader reader(object, "objective", ignored);
    readName(reader, "kind", out.kind, objectiveFromName);
    reader.read("beta", out.beta);
    reader.read("warmup_epochs", out.warmupEpochs);
    readName(reader, "likelihood", out.likelihood, likelihoodFromName);
    reader.read("sigma", out.sigma);
    return reader.finish();
}

Result<void> readTraining(const json& object, TrainConfig& out, std::vector<std::string>* ignored)
{
    ObjectReader reader(object, "training", ignored);
    readName(reader, "optimizer", out.optimizer, optimizerFromName);
    reader.read("learning_rate", out.learningRate);
    reader.read("momentum", out.momentum);
    reader.read("batch_size", out.batchSize);
    reader.read("epochs", out.epochs);
    reader.read("stop_after", out.stopAfter);
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
    root["model"] = {{"architecture", model.architecture},
                     {"input_shape", {model.inputShape.channels, model.inputShape.height, model.inputShape.width}},
                     {"hidden", model.encoderHidden},
                     {"decoder_hidden", model.decoderHidden},
                     {"latent", model.latent},
                     {"activation", name(model.activation)}};
    root["objective"] = {{"kind", name(objective.kind)},
                         {"beta", objective.beta},
                         {"warmup_epochs", objective.warmupEpochs},
                         {"likelihood", name(objective.likelihood)},
                         {"sigma", objective.sigma}};
    root["training"] = {{"optimizer", name(training.optimizer)},
                        {"learning_rate", training.learningRate},
                        {"momentum", training.momentum},
                        {"batch_size", training.batchSize},
                        {"epochs", training.epochs},
                        {"stop_after", training.stopAfter},
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
