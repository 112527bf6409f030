// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/explore/sampling.h"
#include "core/store/montage.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

struct SampleArguments {
    std::string file;
    int count = 100;
    std::string from = "prior";
    DataOptions data;
    int columns = 0;
    int scale = 1;
    std::string out;
};

/// The training part's posterior, of which an aggregate sample is drawn.
Result<LatentFrame> encodeTrainingPart(Context& context, const Checkpoint& model, DataOptions options)
{
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
    const DataPart& part = data.value()->train();
    if (const Result<void> some = checkIndices("--from aggregate", {}, part, "train"); !some)
        return some.error();
    const Result<std::unique_ptr<VaeBackend>> backend = openBackend(context, model, data.value());
    if (!backend)
        return backend.error();
    return backend.value()->encode(/*test=*/false, allIndices(part.count), context.stop());
}

Result<int> runSample(Context& context, const SampleArguments& arguments)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz, OutputKind::Folder});
    if (!output)
        return output.error();
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
        z = samplePrior(config.latent, count, stream);
    } else {
        const Result<LatentFrame> frame = encodeTrainingPart(context, model, arguments.data);
        if (!frame)
            return frame.error();
        z = sampleAggregate(frame.value(), count, stream);
    }
    const auto decoder = context.factory->createDecoder(model.config, model.weights);
    if (!decoder)
        return decoder.error();
    const Result<std::vector<float>> means = decodeAll(context, *decoder.value(), z, count);
    if (!means)
        return means.error();
    const DecodedItems items{config.inputShape, config.latent, z, means.value()};
    if (const Result<void> written = writeItems(context, output.value(), items, columns, arguments.scale); !written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"count", count}, {"from", arguments.from}});
    context.report.text(std::to_string(count) + " samples of the " + (arguments.from == "prior" ? "prior" : "aggregate posterior") + " in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addSampleCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<SampleArguments>();
    CLI::App& command = addCommand(program, context, "sample", "Decode random codes: of the prior, or of the aggregate posterior",
                                   [&context, arguments] { return runSample(context, *arguments); });
    addModelFile(command, arguments->file);
    command.add_option("--count", arguments->count, "How many")->check(wholeNumber(1, 100000))->type_name("N")->capture_default_str();
    command.add_option("--from", arguments->from, "prior: N(0, I); aggregate: the posterior of a random training sample each")
        ->check(oneOf({"prior", "aggregate"}))->type_name("WHERE")->capture_default_str();
    addDataOptions(command, arguments->data)->description("For --from aggregate: the training data (default: the set of the model's own name)");
    addGridOptions(command, arguments->columns, arguments->scale);
    command.add_option("--out", arguments->out, "A file that ends in .png (a grid) or .npz, or a folder (one .png a sample)")->required()->type_name("FILE|DIR");
}

} // namespace latentscape::app
