// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "core/store/checkpoint_file.h"

#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

ordered_json describe(const Checkpoint& model, const std::string& file)
{
    ordered_json weights = ordered_json::array();
    for (const TensorBlob& tensor : model.weights)
        weights.push_back({{"name", tensor.name}, {"shape", tensor.shape}});
    ordered_json directions = ordered_json::array();
    for (const AttributeDirection& known : model.directions)
        directions.push_back({{"name", known.name}, {"length", known.length}, {"effect", known.effect}, {"separation", known.separation},
                              {"chance", known.chance}, {"from", known.from}, {"to", known.to}, {"direction", known.direction}});
    return {{"file", file},
            {"config", ordered_json::parse(toJson(model.config))},
            {"data",
             {{"name", model.data.name},
              {"source", model.data.source},
              {"scale", model.data.scale},
              {"train", model.data.trainCount},
              {"test", model.data.testCount},
              {"sha256", model.data.sha256}}},
            {"class_names", model.classNames},
            {"parameters", model.config.model.parameterCount()},
            {"progress",
             {{"epochs", model.progress.epochsDone}, {"step", model.progress.step}, {"step_in_epoch", model.progress.stepInEpoch}}},
            {"resumable", !model.trainState.empty()},
            {"history", ordered_json::parse(toJson(model.history))},
            {"directions", std::move(directions)},
            {"weights", std::move(weights)}};
}

void printText(Reporter& report, const Checkpoint& model)
{
    const RunConfig& config = model.config;
    const ObjectiveConfig& objective = config.objective;
    const TrainConfig& training = config.training;
    report.text("model       " + modelText(config.model) + ", " + std::string(name(config.model.activation)) + ", "
                + std::to_string(config.model.parameterCount()) + " parameters, samples of " + shapeText(config.model.inputShape));
    report.text("objective   " + std::string(name(objective.kind)) + ", " + std::string(name(objective.likelihood)) + ", beta " + fixed(objective.beta, 3)
                + (objective.warmupEpochs > 0.0 ? ", warm-up over " + fixed(objective.warmupEpochs, 1) + " epochs" : ""));
    report.text("training    " + std::string(name(training.optimizer)) + ", learning rate " + ordered_json(training.learningRate).dump() + ", batch "
                + std::to_string(training.batchSize) + ", seed " + std::to_string(training.seed) + ", " + std::to_string(model.progress.epochsDone) + " of "
                + std::to_string(training.epochs) + " epochs done (" + std::to_string(model.progress.step) + " steps)");
    report.text("data        " + model.data.name + " (" + model.data.source + "), " + std::to_string(model.data.trainCount) + " training and "
                + std::to_string(model.data.testCount) + " test samples, " + model.data.scale);
    report.text("            SHA-256 " + model.data.sha256);
    if (!model.history.epochs.empty())
        report.text("history     losses in nats per image");
    const char* held = training.validationFraction > 0.0 ? "validation" : "test";
    for (const EpochRecord& epoch : model.history.epochs)
        report.text("  epoch " + std::to_string(epoch.epoch) + "  train NELBO " + fixed(epoch.train.nelbo, 2) + "  " + held + " NELBO "
                    + fixed(epoch.held.nelbo, 2) + " = " + fixed(epoch.held.reconstruction, 2) + " + KL " + fixed(epoch.held.kl, 2));
    for (const ControlMark& mark : model.history.marks)
        report.text("  at epoch " + fixed(mark.epoch, 2) + ": " + mark.text);
    if (!model.directions.empty())
        report.text("directions  named ones of the latent space");
    for (const AttributeDirection& known : model.directions)
        report.text("  " + known.name + "  length " + fixed(known.length, 3) + ", effect " + fixed(known.effect, 1) + " × random pairs, separation "
                    + fixed(known.separation, 2) + ", from " + std::to_string(known.from) + " to " + std::to_string(known.to) + " samples");
}

Result<int> runInfo(Context& context, const std::string& file)
{
    const Result<Checkpoint> model = openCheckpoint(context, file);
    if (!model)
        return model.error();
    context.report.json(describe(model.value(), file));
    printText(context.report, model.value());
    return kDone;
}

} // namespace

void addInfoCommand(CLI::App& program, Context& context)
{
    auto file = std::make_shared<std::string>();
    CLI::App& command = addCommand(program, context, "info", "Show a model's configuration, provenance and history",
                                   [&context, file] { return runInfo(context, *file); });
    addModelFile(command, *file);
}

} // namespace latentscape::app
