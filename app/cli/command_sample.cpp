// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/class_choice.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/explore/sampling.h"
#include "core/store/montage.h"
#include "core/train/control_marks.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <optional>

namespace latentscape::app {

namespace {

constexpr double kHighestTemperature = 10.0;

struct SampleArguments {
    std::string file;
    std::string label;
    int count = 100;
    std::string from = "prior";
    double temperature = 1.0;
    std::optional<int> index;
    DataOptions data;
    std::string split = "test";
    int columns = 0;
    int scale = 1;
    std::string out;
};

/// The posteriors to draw from: of the whole training part, or of the one sample that was named.
Result<LatentFrame> encodeSource(Context& context, const Checkpoint& model, const SampleArguments& arguments)
{
    DataOptions options = arguments.data;
    if (options.spec.empty())
        options.spec = model.data.name;
    const Result<std::shared_ptr<const Dataset>> data = openData(context, options);
    if (!data) {
        Error error = data.error();
        error.remedy = "Give the data that the model was trained on with --data, or sample --from prior. " + error.remedy;
        return error;
    }
    if (const Result<void> fits = checkFits(context, model, *data.value()); !fits)
        return fits.error();
    const bool single = arguments.index.has_value(), test = single && arguments.split == "test";
    const DataPart& part = test ? data.value()->test() : data.value()->train();
    const std::vector<int> named = single ? std::vector<int>{*arguments.index} : std::vector<int>();
    if (const Result<void> there = checkIndices(single ? "--index" : "--from aggregate", named, part, test ? "test" : "train"); !there)
        return there.error();
    const Result<std::unique_ptr<VaeBackend>> backend = openBackend(context, model, data.value());
    if (!backend)
        return backend.error();
    return backend.value()->encode(test, single ? named : allIndices(part.count), context.stop());
}

Result<void> checkOptions(const SampleArguments& arguments, const CLI::App& command)
{
    if (arguments.temperature < 0.0 || arguments.temperature > kHighestTemperature)
        return Error{ErrorCode::InvalidArgument, "--temperature is out of range", "a number from 0 to 10",
                     plainNumber(arguments.temperature), "1 draws as the model says."};
    if ((arguments.from == "posterior") != arguments.index.has_value())
        return Error{ErrorCode::InvalidArgument, "--from posterior and --index go together", "both or neither", arguments.index ? "--index alone" : "--from posterior alone",
                     "Name the sample whose posterior is meant with --index."};
    if (arguments.from == "prior")
        return refuseIgnored(command, {"--data", "--data-seed", "--split"}, "with --from prior");
    return arguments.from == "aggregate" ? refuseIgnored(command, {"--split"}, "with --from aggregate, which is of the training part") : Result<void>();
}

/// "of the prior", for the person.
std::string sourceText(const SampleArguments& arguments)
{
    if (arguments.index)
        return "of the posterior of " + arguments.split + " sample " + std::to_string(*arguments.index);
    return arguments.from == "prior" ? "of the prior" : "of the aggregate posterior";
}

Result<int> runSample(Context& context, const SampleArguments& arguments, const CLI::App& command)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz, OutputKind::Csv, OutputKind::Folder});
    if (!output)
        return output.error();
    if (const Result<void> clear = refuseGridOptions(command, output.value()); !clear)
        return clear.error();
    if (const Result<void> clear = checkOptions(arguments, command); !clear)
        return clear.error();
    if (const Result<void> alone = refuseLongerSet(output.value(), static_cast<std::size_t>(arguments.count), sampleFileName); !alone)
        return alone.error();
    const Result<Checkpoint> opened = openCheckpoint(context, arguments.file);
    if (!opened)
        return opened.error();
    const Checkpoint& model = opened.value();
    const ModelConfig& config = model.config.model;
    const auto count = static_cast<std::size_t>(arguments.count);
    const int columns = arguments.columns > 0 ? arguments.columns : squareColumns(count);
    if (const Result<void> drawable = checkPicture(output.value(), config.inputShape, {count, columns, arguments.scale}); !drawable)
        return drawable.error();

    RandomStream stream(context.seed.value_or(model.config.training.seed), StreamPurpose::Interface);
    std::vector<float> z;
    if (arguments.from == "prior") {
        z = samplePrior(config.latent, count, stream, arguments.temperature);
    } else {
        const Result<LatentFrame> frame = encodeSource(context, model, arguments);
        if (!frame)
            return frame.error();
        z = arguments.index ? samplePosterior(frame.value(), /*row=*/0, count, stream, arguments.temperature)
                            : sampleAggregate(frame.value(), count, stream, arguments.temperature);
    }
    const auto decoder = context.factory->createDecoder(model.config, model.weights);
    if (!decoder)
        return decoder.error();
    const auto chosen = decoderOfClass(context, model, decoder.value(), arguments.label);
    if (!chosen)
        return chosen.error();
    const Result<std::vector<float>> means = decodeAll(context, *chosen.value(), z, count);
    if (!means)
        return means.error();
    const DecodedItems items{config.inputShape, config.latent, z, means.value(), model.data.columns};
    if (const Result<void> written = writeItems(context, output.value(), items, columns, arguments.scale); !written)
        return written.error();
    nlohmann::ordered_json line{{"file", arguments.out}, {"count", count}, {"from", arguments.from}, {"temperature", arguments.temperature}};
    if (arguments.index) {
        line["split"] = arguments.split;
        line["index"] = *arguments.index;
    }
    context.report.json(line);
    context.report.text(std::to_string(count) + " samples " + sourceText(arguments) + " in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addSampleCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<SampleArguments>();
    CLI::App& command = addCommand(program, context, "sample", "Decode random codes: of the prior, of the aggregate posterior, or of one sample's posterior",
                                   [&context, &program, arguments] { return runSample(context, *arguments, *program.get_subcommand("sample")); });
    addModelFile(command, arguments->file);
    command.add_option("--count", arguments->count, "How many")->check(wholeNumber(1, 100000))->type_name("N")->capture_default_str();
    command.add_option("--from", arguments->from, "prior: N(0, I); aggregate: the posterior of a random training sample each; posterior: that of one sample")
        ->check(oneOf({"prior", "aggregate", "posterior"}))->type_name("WHERE")->capture_default_str();
    command.add_option("--temperature", arguments->temperature, "Factor on the standard deviation of the draws; 0 gives the means")
        ->check(finiteNumber())->type_name("T")->capture_default_str();
    command.add_option("--index", arguments->index, "For --from posterior: which sample of the part")->check(wholeNumber(0, 1000000000))->type_name("N");
    addSplitOption(command, arguments->split);
    addDataOptions(command, arguments->data)->description("For --from aggregate or posterior: the data (default: the set of the model's own name)");
    addLabelOption(command, arguments->label);
    addGridOptions(command, arguments->columns, arguments->scale);
    command.add_option("--out", arguments->out, "A file that ends in .png (a grid), .npz or .csv, or a folder (one .png a sample)")->required()->type_name("FILE|DIR");
}

} // namespace latentscape::app
