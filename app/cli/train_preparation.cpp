// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_preparation.h"

#include "app/cli/opened_model.h"
#include "core/data/split.h"
#include "core/train/resume_check.h"

#include <utility>

namespace latentscape::app {

namespace {

Result<void> checkEpochsLeft(const Checkpoint& saved, const TrainConfig& training)
{
    const int last = training.stopAfter > 0 ? training.stopAfter : training.epochs;
    if (saved.progress.epochsDone < last)
        return {};
    return Error{ErrorCode::InvalidArgument, "This run has no epochs left", "--epochs or --stop-after of at least " + std::to_string(saved.progress.epochsDone + 1),
                 std::to_string(last), training.stopAfter > 0 ? "Give a larger --stop-after, or leave it out." : "Give a larger --epochs."};
}

Result<RunConfig> configOf(Context& context, const TrainArguments& arguments, std::shared_ptr<const Checkpoint>& resumeFrom)
{
    if (arguments.resume.empty()) {
        const Result<RunConfig> base = baseConfig(arguments.options);
        return base ? withOptions(base.value(), arguments.options, context.seed) : base;
    }
    if (!arguments.options.configFile.empty())
        return Error{ErrorCode::InvalidArgument, "--config and --resume exclude each other", "one of them", "both", "The resumed file holds its configuration."};
    if (!arguments.options.preset.empty())
        return Error{ErrorCode::InvalidArgument, "--preset and --resume exclude each other", "one of them", "both",
                     "The resumed file holds its configuration."};
    Result<Checkpoint> saved = openCheckpoint(context, arguments.resume);
    if (!saved)
        return saved.error();
    resumeFrom = std::make_shared<const Checkpoint>(std::move(saved).value());
    RunConfig base = resumeFrom->config;
    base.training.stopAfter = 0; // an early stop belongs to the call that asked for it
    return withOptions(base, arguments.options, context.seed);
}

} // namespace

Result<void> checkFolds(const TrainArguments& arguments)
{
    const auto refuse = [](const char* option, const char* why) {
        return Error{ErrorCode::InvalidArgument, std::string("--folds and ") + option + " exclude each other", "one of them", "both", why};
    };
    if (!arguments.out.empty())
        return refuse("--out", "Cross-validation measures settings and makes no single model; train once more on all samples to save one.");
    if (!arguments.resume.empty())
        return refuse("--resume", "Each fold starts with fresh weights.");
    if (arguments.options.validationFraction)
        return refuse("--val-fraction", "Each fold is the validation part of its own run.");
    return {};
}

Result<Prepared> prepare(Context& context, const TrainArguments& arguments)
{
    Prepared prepared;
    if (!arguments.out.empty()) {
        const Result<Output> out = planOutput(context, "--out", arguments.out, {OutputKind::Safetensors});
        if (!out)
            return out.error();
        prepared.out = out.value();
    }
    Result<RunConfig> config = configOf(context, arguments, prepared.resumeFrom);
    if (!config)
        return config.error();
    prepared.config = std::move(config).value();
    if (prepared.resumeFrom)
        if (const Result<void> left = checkEpochsLeft(*prepared.resumeFrom, prepared.config.training); !left)
            return left.error();

    Result<std::shared_ptr<const Dataset>> data = openData(context, arguments.data);
    if (!data)
        return data.error();
    prepared.data = std::move(data).value();
    prepared.config = fittedTo(std::move(prepared.config), prepared.data->traits());
    if (prepared.resumeFrom)
        if (const Result<void> same = checkResumable(*prepared.resumeFrom, prepared.config, *prepared.data); !same)
            return same.error();
    const DataPart& train = prepared.data->train();
    const TrainConfig& training = prepared.config.training;
    DataTraits traits = prepared.data->traits();
    traits.trainCount = 0; // not known before the split, which relies on a sound fraction
    if (const Result<void> valid = validateFor(prepared.config, traits); !valid)
        return valid.error();
    if (training.validationFraction > 0.0 && arguments.folds == 0) // each fold is another validation part
        prepared.validation = stratifiedSplit(train.count, train.labels, training.validationFraction, training.seed).held.size();
    traits.trainCount = train.count - prepared.validation;
    if (const Result<void> valid = validateFor(prepared.config, traits); !valid)
        return valid.error();
    return prepared;
}

} // namespace latentscape::app
