// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/store/montage.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

constexpr int kPairColumns = 16;

struct ReconstructArguments {
    std::string file;
    DataOptions data;
    std::string split = "test";
    std::string index = "0,1,2,3,4,5,6,7,8,9";
    int columns = 0;
    int scale = 1;
    std::string out;
};

/// The decoded means of codes; a conditional model takes each sample's own label.
Result<std::vector<float>> reconstructionsOf(Context& context, const OpenedModel& opened, const DataPart& part, const LatentFrame& frame,
                                             std::span<const int> indices)
{
    const auto decoder = opened.backend->copyDecoder();
    if (decoder->classes() == 0)
        return decodeAll(context, *decoder, frame.mu, indices.size());
    std::vector<float> all;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const auto own = decoder->forClass(part.labels[static_cast<std::size_t>(indices[i])]);
        const Result<std::vector<float>> means = decodeAll(context, *own, frame.muOf(i), 1);
        if (!means)
            return means;
        all.insert(all.end(), means.value().begin(), means.value().end());
    }
    return all;
}

Result<int> runReconstruct(Context& context, const ReconstructArguments& arguments, const CLI::App& command)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz, OutputKind::Csv});
    if (!output)
        return output.error();
    if (const Result<void> clear = refuseGridOptions(command, output.value()); !clear)
        return clear.error();
    const Result<std::vector<int>> indices = parseWholeList("--index", arguments.index, 0, 1000000000);
    if (!indices)
        return indices.error();
    const Result<OpenedModel> result = openModel(context, arguments.file, arguments.data);
    if (!result)
        return result.error();
    const OpenedModel& opened = result.value();
    const bool test = arguments.split == "test";
    const DataPart& part = opened.part(test);
    if (const Result<void> there = checkIndices("--index", indices.value(), part, arguments.split); !there)
        return there.error();
    const ItemShape shape = opened.data->shape();
    const std::size_t count = indices.value().size(), size = shape.size();
    const int columns = arguments.columns > 0 ? arguments.columns : kPairColumns;
    if (const Result<void> drawable = checkPicture(output.value(), shape, {2 * count, columns, arguments.scale}); !drawable)
        return drawable.error();

    // The means of the posterior, not samples of it: what a reconstruction picture shows by convention here.
    const Result<LatentFrame> frame = opened.backend->encode(test, indices.value(), context.stop());
    if (!frame)
        return frame.error();
    const Result<std::vector<float>> means = reconstructionsOf(context, opened, part, frame.value(), indices.value());
    if (!means)
        return means.error();
    Result<void> written;
    if (output.value().kind != OutputKind::Png) {
        const DecodedItems items{shape, frame.value().latent, frame.value().mu, means.value(), opened.checkpoint.data.columns};
        written = writeItems(context, output.value(), items, columns, arguments.scale);
    } else {
        const bool standardized = opened.data->isStandardized();
        std::vector<std::uint8_t> originals(count * size);
        for (std::size_t i = 0; i < count; ++i)
            opened.data->copyBytes(part, static_cast<std::size_t>(indices.value()[i]), std::span(originals).subspan(i * size, size));
        const Picture pairs = pairMontage(shape, originals, toBytes(means.value(), standardized), columns, {.scale = arguments.scale, .standardized = standardized});
        written = writePicture(context, output.value().path, pairs);
    }
    if (!written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"split", arguments.split}, {"indices", indices.value()}});
    context.report.text(std::to_string(count) + " samples over their reconstructions (from the posterior's means) in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addReconstructCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<ReconstructArguments>();
    CLI::App& command = addCommand(program, context, "reconstruct", "Draw samples over their reconstructions (decoded from the posterior's means)",
                                   [&context, &program, arguments] { return runReconstruct(context, *arguments, *program.get_subcommand("reconstruct")); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    addSplitOption(command, arguments->split);
    command.add_option("--index", arguments->index, "Which samples of the part")->type_name("N,N")->capture_default_str();
    addGridOptions(command, arguments->columns, arguments->scale);
    command.add_option("--out", arguments->out, "A file that ends in .png, or .npz or .csv (reconstructions and their codes)")->required()->type_name("FILE");
}

} // namespace latentscape::app
