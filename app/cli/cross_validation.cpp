// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cross_validation.h"

#include "app/cli/json_values.h"
#include "app/cli/outputs.h"
#include "app/cli/train_run.h"
#include "core/data/split.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace latentscape::app {

namespace {

/// Mean and the standard deviation of a sample (n − 1).
std::pair<double, double> meanAndSpread(const std::vector<double>& values)
{
    double mean = 0.0, squares = 0.0;
    for (const double value : values)
        mean += value / static_cast<double>(values.size());
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return {mean, values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : 0.0};
}

/// The record whose weights the run ended with.
const EpochRecord& decidingRecord(const History& history)
{
    const auto best = std::find_if(history.epochs.begin(), history.epochs.end(), [&](const EpochRecord& record) { return record.epoch == history.bestEpoch; });
    return best == history.epochs.end() ? history.epochs.back() : *best;
}

TrainRun::End runFold(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, std::vector<std::int32_t> held,
                      const std::string& title, std::function<void(const TrainerStatus&)> started)
{
    Trainer::Setup setup;
    setup.data = data;
    setup.config = config;
    setup.factory = context.factory;
    setup.device = context.device;
    setup.threads = context.threads;
    setup.precision = context.precision;
    setup.validation = std::move(held);
    setup.snapshotsPerSecond = 0.0;
    setup.niceness = 0;
    TrainRun run(std::move(setup), context.stop());
    TrainRun::Handlers handlers{std::move(started), [](const TrainerEvent&) {}, {}};
    if (context.report.showsProgress())
        handlers.tick = [&](const TrainerStatus& status) {
            const double perEpoch = static_cast<double>(std::max<std::int64_t>(1, status.stepsPerEpoch));
            const double done = status.progress.epochsDone + static_cast<double>(status.progress.stepInEpoch) / perEpoch;
            context.report.progress(done / std::max(1, status.epochs), title);
        };
    return run.run(handlers);
}

} // namespace

Result<int> crossValidate(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int folds,
                          const std::function<void(const TrainerStatus&)>& started)
{
    const DataPart& train = data->train();
    if (static_cast<std::size_t>(folds) > train.count)
        return Error{ErrorCode::InvalidArgument, "There are more folds than training samples", "2 to " + std::to_string(train.count), std::to_string(folds),
                     "Give --folds at most " + std::to_string(train.count) + "."};
    const std::vector<std::vector<std::int32_t>> parts = stratifiedFolds(train.count, train.labels, folds, config.training.seed);
    DataTraits traits = data->traits();
    const auto largest = std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    traits.trainCount = train.count - largest->size();
    if (const Result<void> valid = validateFor(config, traits); !valid)
        return valid.error();

    std::vector<double> nelbo, reconstruction, kl;
    for (int fold = 0; fold < folds; ++fold) {
        const std::string title = "fold " + std::to_string(fold + 1) + "/" + std::to_string(folds);
        const TrainRun::End end = runFold(context, config, data, parts[static_cast<std::size_t>(fold)], title,
                                          [&started, fold](const TrainerStatus& status) {
                                              if (fold == 0)
                                                  started(status);
                                          });
        if (end.interrupted)
            return Error{ErrorCode::Cancelled, "The cross-validation was interrupted in " + title, {}, {}, {}};
        if (end.error)
            return *end.error;
        if (!end.checkpoint || end.checkpoint->history.epochs.empty())
            return Error{ErrorCode::Internal, "The run of " + title + " ended without an epoch", {}, {}, {}};
        const EpochRecord& record = decidingRecord(end.checkpoint->history);
        nelbo.push_back(record.held.nelbo);
        reconstruction.push_back(record.held.reconstruction);
        kl.push_back(record.held.kl);
        context.report.json({{"event", "fold"},
                             {"fold", fold + 1},
                             {"train", train.count - parts[static_cast<std::size_t>(fold)].size()},
                             {"validation_samples", parts[static_cast<std::size_t>(fold)].size()},
                             {"validation", toJsonValue(record.held)},
                             {"epoch", record.epoch}});
        context.report.text(title + "  validation NELBO " + fixed(record.held.nelbo, 2) + " = " + fixed(record.held.reconstruction, 2) + " + KL "
                            + fixed(record.held.kl, 2) + "  after epoch " + std::to_string(record.epoch));
    }
    const auto [mean, spread] = meanAndSpread(nelbo);
    context.report.json({{"event", "folds"},
                         {"folds", folds},
                         {"nelbo_mean", mean},
                         {"nelbo_sd", spread},
                         {"reconstruction_mean", meanAndSpread(reconstruction).first},
                         {"kl_mean", meanAndSpread(kl).first}});
    context.report.text("validation NELBO over " + std::to_string(folds) + " folds: " + fixed(mean, 2) + " ± " + fixed(spread, 2));
    return 0;
}

} // namespace latentscape::app
