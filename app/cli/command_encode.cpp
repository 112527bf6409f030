// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/store/atomic_file.h"
#include "core/store/code_export.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

struct EncodeArguments {
    std::string file;
    DataOptions data;
    std::string split = "test";
    bool scores = false;
    std::string out;
};

Result<void> writeCodes(const Output& output, const CodeTable& codes)
{
    if (output.kind == OutputKind::Csv)
        return writeFileAtomically(output.path, codesToCsv(codes));
    const Result<std::vector<std::byte>> bytes = codesToNpz(codes);
    return bytes ? writeFileAtomically(output.path, bytes.value()) : bytes.error();
}

Result<int> runEncode(Context& context, const EncodeArguments& arguments)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Csv, OutputKind::Npz});
    if (!output)
        return output.error();
    const Result<OpenedModel> opened = openModel(context, arguments.file, arguments.data);
    if (!opened)
        return opened.error();
    const bool test = arguments.split == "test";
    const DataPart& part = opened.value().part(test);
    if (const Result<void> some = checkIndices("--split", {}, part, arguments.split); !some)
        return some.error();
    context.report.progress(0.5, "encoding");
    Result<LatentFrame> frame = opened.value().backend->encode(test, allIndices(part.count), context.stop());
    if (!frame)
        return frame.error();
    CodeTable codes;
    codes.latent = frame.value().latent;
    codes.indices = allIndices(part.count);
    codes.labels = part.labels;
    codes.mu = std::move(frame.value().mu);
    codes.logvar = std::move(frame.value().logvar);
    if (arguments.scores) {
        Result<std::vector<LossTerms>> losses = opened.value().backend->evaluatePerSample(test, codes.indices, context.stop());
        if (!losses)
            return losses.error();
        codes.losses = std::move(losses).value();
    }
    const Result<Evaluation> evaluation = opened.value().backend->evaluate(test, codes.indices, /*samples=*/1, context.stop());
    if (!evaluation)
        return evaluation.error();
    if (const Result<void> written = writeCodes(output.value(), codes); !written)
        return written.error();
    const LossTerms& loss = evaluation.value().loss;
    const LatentDiagnostics& diagnostics = evaluation.value().diagnostics;
    context.report.json({{"file", arguments.out},
                         {"split", arguments.split},
                         {"count", codes.count()},
                         {"latent", codes.latent},
                         {"nelbo", loss.nelbo},
                         {"reconstruction", loss.reconstruction},
                         {"kl", loss.kl},
                         {"active_units", diagnostics.activeUnits()},
                         {"kl_per_dimension", diagnostics.klPerDimension},
                         {"aggregate_variance", diagnostics.aggregateVariance}});
    context.report.text("Codes of " + std::to_string(codes.count()) + " samples in " + arguments.out + ".");
    return kDone;
}

} // namespace

void addEncodeCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<EncodeArguments>();
    CLI::App& command = addCommand(program, context, "encode", "Write the latent codes of data: index, label (class number), mu_0 …, logvar_0 …",
                                   [&context, arguments] { return runEncode(context, *arguments); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    addSplitOption(command, arguments->split);
    command.add_flag("--scores", arguments->scores, "Also each sample's losses: columns nelbo, reconstruction, kl");
    command.add_option("--out", arguments->out, "A file that ends in .csv or .npz")->required()->type_name("FILE");
}

} // namespace latentscape::app
