// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/cross_validation.h"
#include "app/cli/json_values.h"
#include "app/cli/opened_model.h"
#include "app/cli/train_preparation.h"
#include "app/cli/train_processes.h"
#include "app/cli/train_run.h"
#include "core/store/checkpoint_file.h"

#include <CLI/Option.hpp>

#include <chrono>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

const char* outcomeName(TrainRun::Outcome outcome)
{
    switch (outcome) {
    case TrainRun::Outcome::Finished: return "finished";
    case TrainRun::Outcome::Stopped: return "stopped";
    case TrainRun::Outcome::Failed: break;
    }
    return "failed";
}

/// Speaks about one run: JSON lines or sentences.
class TrainNarrator {
public:
    TrainNarrator(Context& context, const Prepared& prepared) : m_context(context), m_prepared(prepared) {}

    void ready(const TrainerStatus& status)
    {
        const Dataset& data = *m_prepared.data;
        const RunConfig& config = m_prepared.config;
        ordered_json about{{"name", data.name()}, {"train", data.train().count - m_prepared.validation}};
        if (m_prepared.validation > 0)
            about["validation"] = m_prepared.validation;
        about["test"] = data.test().count;
        about["shape"] = toJsonValue(data.shape());
        about["sha256"] = data.provenance().sha256;
        m_context.report.json({{"event", "start"},
                               {"data", std::move(about)},
                               {"config", ordered_json::parse(toJson(config))},
                               {"device", status.device},
                               {"graph", status.stepMode.graph},
                               {"threads", status.threads},
                               {"parameters", config.model.parameterCount()}});
        m_context.report.chatter(data.name() + ": " + std::to_string(data.train().count - m_prepared.validation) + " training"
                                 + (m_prepared.validation > 0 ? ", " + std::to_string(m_prepared.validation) + " validation" : "") + " and "
                                 + std::to_string(data.test().count) + " test samples of " + shapeText(data.shape()));
        m_context.report.chatter(modelText(config.model) + ", " + std::to_string(config.model.parameterCount()) + " parameters, " + status.device + ", "
                                 + std::to_string(status.threads) + (status.threads == 1 ? " thread" : " threads"));
        m_onGpu = !status.device.starts_with("CPU");
        noteStepMode(status.stepMode);
        m_context.report.chatter("losses in nats per image, " + likelihoodText(config.objective, data.train()));
    }

    void event(const TrainerEvent& event)
    {
        if (event.kind == TrainerEvent::Kind::RolledBack) {
            m_context.report.json({{"event", "rolled_back"}, {"text", event.text}, {"learning_rate", event.learningRate}});
            m_context.report.note(event.text);
            return;
        }
        if (event.kind == TrainerEvent::Kind::StoppedEarly) {
            m_context.report.json({{"event", "stopped_early"}, {"text", event.text}});
            m_context.report.chatter(event.text);
            return;
        }
        const EpochRecord& epoch = event.epoch;
        const bool validates = m_prepared.validation > 0;
        m_context.report.json({{"event", "epoch"},
                               {"epoch", epoch.epoch},
                               {"train", toJsonValue(epoch.train)},
                               {validates ? "validation" : "test", toJsonValue(epoch.held)},
                               {"learning_rate", epoch.learningRate},
                               {"gradient_norm", epoch.gradientNorm > 0.0 ? ordered_json(epoch.gradientNorm) : ordered_json()}, // null: no step measured it
                               {"seconds", epoch.seconds},
                               {"images_per_second", epoch.imagesPerSecond}});
        m_context.report.chatter("epoch " + std::to_string(epoch.epoch) + "/" + std::to_string(m_prepared.config.training.epochs) + "  train NELBO "
                                 + fixed(epoch.train.nelbo, 2) + "  " + (validates ? "validation" : "test") + " NELBO " + fixed(epoch.held.nelbo, 2)
                                 + " = " + fixed(epoch.held.reconstruction, 2) + " + KL " + fixed(epoch.held.kl, 2) + "  " + fixed(epoch.seconds, 2)
                                 + " s  " + fixed(epoch.imagesPerSecond, 0) + " images/s");
    }

    void tick(const TrainerStatus& status)
    {
        const double perEpoch = static_cast<double>(std::max<std::int64_t>(1, status.stepsPerEpoch));
        const double done = status.progress.epochsDone + static_cast<double>(status.progress.stepInEpoch) / perEpoch;
        m_context.report.progress(done / std::max(1, status.epochs), "epoch " + std::to_string(status.progress.epochsDone + 1) + "/"
                                      + std::to_string(status.epochs) + "  " + fixed(status.imagesPerSecond, 0) + " images/s  "
                                      + fixed(status.secondsLeft, 0) + " s left");
    }

    void done(const TrainRun::End& end, bool saved, const std::optional<LossTerms>& test, double seconds)
    {
        const std::string file = saved ? m_prepared.out->path.string() : std::string();
        noteStepMode(end.stepMode);
        const RunProgress progress = end.checkpoint ? end.checkpoint->progress : RunProgress{};
        ordered_json line{{"event", "done"},
                          {"file", saved ? ordered_json(file) : ordered_json()},
                          {"epochs", progress.epochsDone},
                          {"seconds", seconds},
                          {"outcome", outcomeName(end.outcome)}};
        if (end.checkpoint && end.checkpoint->history.bestEpoch > 0)
            line["best_epoch"] = end.checkpoint->history.bestEpoch;
        if (test) {
            line["test"] = toJsonValue(*test);
            m_context.report.text("test NELBO " + fixed(test->nelbo, 2) + " = " + fixed(test->reconstruction, 2) + " + KL " + fixed(test->kl, 2));
        }
        m_context.report.json(line);
        const std::string epochs = std::to_string(progress.epochsDone) + (progress.epochsDone == 1 ? " epoch" : " epochs");
        const std::string where = epochs + " and " + std::to_string(progress.stepInEpoch) + (progress.stepInEpoch == 1 ? " step" : " steps");
        if (end.interrupted)
            m_context.report.text("Interrupted after " + where + (saved ? "; saved in " + file + "; go on with --resume " + file : "; nothing was saved") + ".");
        else if (saved)
            m_context.report.text("Saved in " + file + " after " + epochs + ".");
    }

private:
    /// Says once why a GPU's steps are slower than they could be.
    void noteStepMode(const StepMode& mode)
    {
        if (m_onGpu && !mode.graph && !m_notedStepMode) {
            m_context.report.note("Steps run operation by operation, not as a graph. " + mode.reason);
            m_notedStepMode = true;
        }
    }

    Context& m_context;
    const Prepared& m_prepared;
    bool m_onGpu = false;
    bool m_notedStepMode = false;
};

/// The test part's losses with the weights of the end; only where the epochs were evaluated on validation.
Result<LossTerms> evaluateTest(Context& context, const Checkpoint& checkpoint, const std::shared_ptr<const Dataset>& data)
{
    Result<std::unique_ptr<VaeBackend>> backend = openBackend(context, checkpoint, data);
    if (!backend)
        return backend.error();
    const Result<Evaluation> evaluation =
        backend.value()->evaluate(/*test=*/true, allIndices(data->test().count), /*samples=*/1, context.stop());
    return evaluation ? Result(evaluation.value().loss) : evaluation.error();
}

TrainRun::End trainToTheEnd(Context& context, const Prepared& prepared, const std::shared_ptr<ProcessGroup>& group, TrainNarrator& narrator)
{
    Trainer::Setup setup;
    setup.data = prepared.data;
    setup.config = prepared.config;
    setup.factory = context.factory;
    setup.device = context.device;
    setup.threads = context.threads;
    setup.precision = context.precision;
    setup.resumeFrom = prepared.resumeFrom;
    setup.group = group;
    setup.snapshotsPerSecond = 0.0;
    setup.niceness = 0;
    TrainRun run(std::move(setup), context.stop());
    TrainRun::Handlers handlers;
    handlers.ready = [&narrator](const TrainerStatus& status) { narrator.ready(status); };
    handlers.event = [&narrator](const TrainerEvent& event) { narrator.event(event); };
    if (context.report.showsProgress())
        handlers.tick = [&narrator](const TrainerStatus& status) { narrator.tick(status); };
    return run.run(handlers);
}

/// What is said when another process of the run is gone.
Error lossError(const Error& cause, const TrainRun::End& end, const Prepared& prepared, bool saved)
{
    Error error = cause;
    if (end.checkpoint)
        error.what += " after " + std::to_string(end.checkpoint->progress.step) + " steps";
    const std::string file = prepared.out ? prepared.out->path.string() : std::string();
    if (saved)
        error.remedy = "The last whole step is saved in " + file + "; go on with --resume " + file + ".";
    else if (!end.checkpoint || end.checkpoint->progress.step == 0)
        error.remedy = "Nothing was trained yet.";
    else
        error.remedy = prepared.out ? "The lowest process that is left saves the last whole step." : "Without --out nothing is saved.";
    return error;
}

/// A file is written by process 0, and by the lowest one that is left when a process was lost.
bool isWriter(ProcessGroup* group, bool lost)
{
    return !group || (lost ? group->isLowestSurvivor() : group->rank() == 0);
}

Result<int> runTrain(Context& context, const TrainArguments& arguments)
{
    if (arguments.folds > 0)
        if (const Result<void> possible = checkFolds(arguments); !possible)
            return possible.error();
    const Result<std::shared_ptr<ProcessGroup>> joined = joinProcesses(context, arguments);
    if (!joined)
        return joined.error();
    const std::shared_ptr<ProcessGroup>& group = joined.value();
    const Result<Prepared> ready = prepare(context, arguments);
    if (!ready)
        return ready.error();
    if (group) {
        if (const Result<void> divides = checkBatchDivides(ready.value().config.training.batchSize, group->size()); !divides)
            return divides.error();
        if (const Result<void> agreed =
                agreeOnRun(context, *group, ready.value().config, *ready.value().data, ready.value().resumeFrom.get());
            !agreed)
            return agreed.error();
    }
    const Prepared& prepared = ready.value();
    TrainNarrator narrator(context, prepared);
    if (arguments.folds > 0)
        return crossValidate(context, prepared.config, prepared.data, arguments.folds,
                             [&narrator](const TrainerStatus& status) { narrator.ready(status); });
    const auto start = std::chrono::steady_clock::now();
    const TrainRun::End end = trainToTheEnd(context, prepared, group, narrator);
    if (!end.checkpoint && end.error)
        return *end.error; // it could not be prepared
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    const bool lost = end.error && end.error->code == ErrorCode::PeerLost;
    // A failed run is kept too: its checkpoint is the last good state, and hours of work may be in it.
    const bool worthSaving = prepared.out && end.checkpoint && end.checkpoint->progress.step > 0;
    const bool saved = worthSaving && isWriter(group.get(), lost);
    if (saved)
        if (const Result<void> written = saveCheckpoint(*end.checkpoint, prepared.out->path); !written)
            return written.error();
    std::optional<LossTerms> test;
    std::optional<Error> untested;
    if ((!group || group->rank() == 0) && prepared.validation > 0 && end.checkpoint && !end.interrupted && end.outcome != TrainRun::Outcome::Failed) {
        const Result<LossTerms> losses = evaluateTest(context, *end.checkpoint, prepared.data);
        if (losses)
            test = losses.value();
        else
            untested = losses.error();
    }
    narrator.done(end, saved, test, seconds); // the run itself is over and saved
    if (untested && untested->code == ErrorCode::Cancelled) {
        context.report.note("The test part was not evaluated, because the program was interrupted"
                            + std::string(saved ? "; the eval command does it." : "."));
        untested.reset();
    }
    if (lost)
        return lossError(*end.error, end, prepared, saved);
    if (group && end.outcome != TrainRun::Outcome::Failed)
        if (const Result<void> met = group->meet(); !met) { // process 0 may have been lost before it had saved
            const bool mine = worthSaving && !saved && isWriter(group.get(), /*lost=*/true);
            if (mine)
                if (const Result<void> written = saveCheckpoint(*end.checkpoint, prepared.out->path); !written)
                    return written.error();
            return lossError(met.error(), end, prepared, saved || mine);
        }
    if (untested)
        return *untested;
    if (end.outcome != TrainRun::Outcome::Failed)
        return end.interrupted ? kInterrupted : kDone; // a signal of its own says more (main.cpp)
    if (end.error)
        context.report.error(*end.error);
    return kRuntimeFailure;
}

} // namespace

void addTrainCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<TrainArguments>();
    CLI::App& command = addCommand(program, context, "train", "Train a model; without --out it trains and reports only",
                                   [&context, arguments] { return runTrain(context, *arguments); });
    addDataOptions(command, arguments->data)->required();
    command.add_option("--out", arguments->out, "Where to save the model: a file that ends in .safetensors")->type_name("FILE");
    command.add_option("--resume", arguments->resume, "Go on with a saved run of the same data, up to --epochs; model, objective, likelihood, batch, optimiser and seed are its own. Learning rate, "
                                                       "beta, schedules, clipping and patience may be given anew and count from there")
        ->type_name("FILE");
    command.add_option("--folds", arguments->folds, "Cross-validation: K runs, each validated on another K-th of the training part; reports mean and spread")
        ->check(wholeNumber(2, 1000))->type_name("K");
    command.add_option("--join-timeout", arguments->joinTimeout, "Under torchrun: how long to wait for the other processes, in seconds")
        ->check(wholeNumber(1, 86400))->type_name("SECONDS")->capture_default_str();
    addScheduleOptions(command, arguments->options);
    addPrecisionOption(command, context);
    addModelOptions(command, arguments->options);
}

} // namespace latentscape::app
