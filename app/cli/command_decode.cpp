// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/class_choice.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "core/base/read_file.h"
#include "core/store/code_export.h"
#include "core/store/montage.h"
#include "core/train/control_marks.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <system_error>

namespace latentscape::app {

namespace {

struct DecodeArguments {
    std::string file;
    std::string label;
    std::string z;
    std::string codes;
    std::string direction;
    std::optional<double> amount;
    int columns = 0;
    int scale = 1;
    std::string out;
};

/// The codes that were given, [N, L].
struct GivenCodes {
    int latent = 0;
    std::vector<float> z;
};

Result<GivenCodes> readCodes(const DecodeArguments& arguments)
{
    if (arguments.z.empty() == arguments.codes.empty())
        return Error{ErrorCode::InvalidArgument, "The codes to decode are not clear", "either --z or --codes", arguments.z.empty() ? "neither" : "both", {}};
    if (!arguments.z.empty()) {
        Result<std::vector<float>> z = parseNumberList("--z", arguments.z);
        if (!z)
            return z.error();
        const int latent = static_cast<int>(z.value().size());
        return GivenCodes{latent, std::move(z).value()};
    }
    const Result<std::vector<std::byte>> bytes = readFile(arguments.codes);
    if (!bytes)
        return bytes.error();
    const std::string_view text(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
    Result<CodeTable> table = codesFromCsv(text, arguments.codes);
    if (!table)
        return table.error();
    return GivenCodes{table.value().latent, std::move(table.value().mu)};
}

/// Moves every code along one of the model's directions, amount of its lengths far.
Result<void> moveAlong(const Checkpoint& model, const DecodeArguments& arguments, std::vector<float>& z)
{
    std::string names;
    for (const AttributeDirection& direction : model.directions) {
        if (direction.name == arguments.direction) {
            for (std::size_t i = 0; i < z.size(); ++i)
                z[i] = static_cast<float>(static_cast<double>(z[i])
                                          + *arguments.amount * direction.length * static_cast<double>(direction.direction[i % direction.direction.size()]));
            if (!std::ranges::all_of(z, [](float value) { return std::isfinite(value); }))
                return Error{ErrorCode::InvalidArgument, "--amount leads beyond all numbers", "an amount of a few lengths, such as -1 or 2",
                             plainNumber(*arguments.amount), "Nothing was written; give a smaller one."};
            return {};
        }
        names += (names.empty() ? "" : ", ") + direction.name;
    }
    return Error{ErrorCode::NotFound, "The model has no such direction", names.empty() ? "a model with directions" : names, '"' + arguments.direction.substr(0, 80) + '"',
                 "Find one with the direction command and save it with its --out."};
}

Result<int> runDecode(Context& context, const DecodeArguments& arguments, const CLI::App& command)
{
    const Result<Output> output = planOutput(context, "--out", arguments.out, {OutputKind::Png, OutputKind::Npz, OutputKind::Csv});
    if (!output)
        return output.error();
    if (const Result<void> clear = refuseGridOptions(command, output.value()); !clear)
        return clear.error();
    std::error_code unknown;
    if (!arguments.codes.empty() && std::filesystem::equivalent(arguments.codes, output.value().path, unknown))
        return Error{ErrorCode::InvalidArgument, "--out would replace the table of --codes", "two files", '"' + arguments.out + '"',
                     "Choose another name for --out."};
    if (arguments.direction.empty() != !arguments.amount)
        return Error{ErrorCode::InvalidArgument, "--direction and --amount go together", "both or neither", arguments.amount ? "--amount alone" : "--direction alone", {}};
    Result<GivenCodes> given = readCodes(arguments);
    if (!given)
        return given.error();
    const Result<Checkpoint> model = openCheckpoint(context, arguments.file);
    if (!model)
        return model.error();
    const ModelConfig& config = model.value().config.model;
    if (given.value().latent != config.latent)
        return Error{ErrorCode::Mismatch, "The codes do not fit the model", std::to_string(config.latent) + " numbers a code",
                     std::to_string(given.value().latent), "Give one number for each latent dimension."};
    if (!arguments.direction.empty())
        if (const Result<void> moved = moveAlong(model.value(), arguments, given.value().z); !moved)
            return moved.error();
    const std::size_t count = given.value().z.size() / static_cast<std::size_t>(config.latent);
    const int columns = arguments.columns > 0 ? arguments.columns : squareColumns(count);
    if (const Result<void> drawable = checkPicture(output.value(), config.inputShape, {count, columns, arguments.scale}); !drawable)
        return drawable.error();
    const auto decoder = context.factory->createDecoder(model.value().config, model.value().weights);
    if (!decoder)
        return decoder.error();
    const auto chosen = decoderOfClass(context, model.value(), decoder.value(), arguments.label);
    if (!chosen)
        return chosen.error();
    const Result<std::vector<float>> means = decodeAll(context, *chosen.value(), given.value().z, count);
    if (!means)
        return means.error();
    const DecodedItems items{config.inputShape, config.latent, given.value().z, means.value(), model.value().data.columns};
    if (const Result<void> written = writeItems(context, output.value(), items, columns, arguments.scale); !written)
        return written.error();
    context.report.json({{"file", arguments.out}, {"count", count}});
    context.report.text(std::to_string(count) + (count == 1 ? " decoded code in " : " decoded codes in ") + arguments.out + ".");
    return kDone;
}

} // namespace

void addDecodeCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<DecodeArguments>();
    CLI::App& command = addCommand(program, context, "decode", "Decode one code, or a table of codes as a grid, into the likelihood's means",
                                   [&context, &program, arguments] { return runDecode(context, *arguments, *program.get_subcommand("decode")); });
    addModelFile(command, arguments->file);
    command.add_option("--z", arguments->z, "One code: a number for each latent dimension, such as \"0.5,-1.2\"")->type_name("X,X");
    command.add_option("--codes", arguments->codes, "A table with columns mu_0, mu_1 …, as encode writes it")->type_name("FILE.csv");
    command.add_option("--direction", arguments->direction, "Move every code along this direction of the model")->type_name("NAME");
    command.add_option("--amount", arguments->amount, "How far: 1 is the way from the one group to the other, negative goes back")->check(finiteNumber())->type_name("X");
    addLabelOption(command, arguments->label);
    addGridOptions(command, arguments->columns, arguments->scale);
    command.add_option("--out", arguments->out, "A file that ends in .png, .npz (arrays images and z) or .csv; columns of a table in their own units")->required()->type_name("FILE");
}

} // namespace latentscape::app
