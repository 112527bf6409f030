// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "core/store/checkpoint_file.h"

#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

ordered_json columnsOf(const DataProvenance& data)
{
    ordered_json columns = ordered_json::array();
    for (const ColumnScale& column : data.columns)
        columns.push_back({{"name", column.name}, {"mean", column.mean}, {"scale", column.scale}});
    return columns;
}

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
              {"sha256", model.data.sha256},
              {"columns", columnsOf(model.data)}}},
            {"class_names", model.classNames},
            {"parameters", model.config.model.parameterCount()},
            {"progress",
             {{"epochs", model.progress.epochsDone}, {"step", model.progress.step}, {"step_in_epoch", model.progress.stepInEpoch}}},
            {"resumable", !model.trainState.empty()},
            {"history", ordered_json::parse(toJson(model.history))},
            {"directions", std::move(directions)},
            {"weights", std::move(weights)}};
}

/// What of a network is not as usual.
std::string networkText(const ModelConfig& model)
{
    std::string text;
    if (model.architecture == Architecture::Conv)
        text += ", dense " + std::to_string(model.denseWidth);
    if (model.layerNorm)
        text += ", layer norm";
    if (model.dropout > 0.0)
        text += ", dropout " + ordered_json(model.dropout).dump();
    if (model.classes > 0)
        text += ", " + std::to_string(model.classes) + " classes";
    return text;
}

std::string objectiveText(const ObjectiveConfig& objective)
{
    const auto number = [](double value) { return ordered_json(value).dump(); };
    std::string text = std::string(name(objective.kind)) + ", " + std::string(name(objective.likelihood));
    if (objective.likelihood == Likelihood::Gaussian)
        text += " of sigma " + number(objective.sigma);
    if (objective.binarization != Binarization::None)
        text += ", binarised: " + std::string(name(objective.binarization));
    if (!objective.isVariational())
        return text;
    if (objective.gamma > 0.0)
        text += ", gamma " + number(objective.gamma) + " on a capacity of " + number(objective.capacity) + " nats";
    else
        text += ", beta " + number(objective.beta);
    if (objective.kind == ObjectiveKind::InfoVae || objective.kind == ObjectiveKind::DipVae)
        text += ", lambda " + number(objective.lambda);
    if (objective.freeBits > 0.0)
        text += ", free bits " + number(objective.freeBits);
    if (objective.warmupEpochs > 0.0)
        text += ", " + std::string(name(objective.warmup)) + " warm-up over " + number(objective.warmupEpochs) + " epochs";
    return text;
}

std::string trainingText(const TrainConfig& training)
{
    const auto number = [](double value) { return ordered_json(value).dump(); };
    std::string text = std::string(name(training.optimizer)) + ", learning rate " + number(training.learningRate);
    if (training.schedule != LearningRateSchedule::Constant)
        text += " (" + std::string(name(training.schedule)) + ')';
    if (training.optimizer == OptimizerKind::AdamW)
        text += ", weight decay " + number(training.weightDecay);
    if (training.clipNorm > 0.0)
        text += ", clipped at " + number(training.clipNorm);
    text += ", batch " + std::to_string(training.batchSize);
    if (training.balance)
        text += ", classes balanced";
    if (training.patience > 0)
        text += ", patience " + std::to_string(training.patience);
    return text + ", seed " + std::to_string(training.seed);
}

void printText(Reporter& report, const Checkpoint& model)
{
    const RunConfig& config = model.config;
    const TrainConfig& training = config.training;
    report.text("model       " + modelText(config.model) + ", " + std::string(name(config.model.activation)) + networkText(config.model) + ", "
                + std::to_string(config.model.parameterCount()) + " parameters, samples of " + shapeText(config.model.inputShape));
    report.text("objective   " + objectiveText(config.objective));
    report.text("training    " + trainingText(training) + ", " + std::to_string(model.progress.epochsDone) + " of "
                + std::to_string(training.epochs) + " epochs done (" + std::to_string(model.progress.step) + " steps)");
    report.text("data        " + model.data.name + " (" + model.data.source + "), " + std::to_string(model.data.trainCount) + " training and "
                + std::to_string(model.data.testCount) + " test samples, " + model.data.scale);
    report.text("            SHA-256 " + model.data.sha256);
    if (!model.data.columns.empty())
        report.text("columns     standardised, " + std::to_string(model.data.columns.size()) + " of them");
    for (const ColumnScale& column : model.data.columns)
        report.text("  " + column.name + "  mean " + ordered_json(column.mean).dump() + ", scale " + ordered_json(column.scale).dump());
    if (!model.history.epochs.empty())
        report.text("history     losses in nats per image");
    const char* held = training.validationFraction > 0.0 ? "validation" : "test";
    for (const EpochRecord& epoch : model.history.epochs)
        report.text("  epoch " + std::to_string(epoch.epoch) + "  train NELBO " + fixed(epoch.train.nelbo, 2) + "  " + held + " NELBO "
                    + fixed(epoch.held.nelbo, 2) + " = " + fixed(epoch.held.reconstruction, 2) + " + KL " + fixed(epoch.held.kl, 2));
    if (model.history.bestEpoch > 0)
        report.text("  epoch " + std::to_string(model.history.bestEpoch) + " has the best validation NELBO");
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
