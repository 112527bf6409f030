// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "app/cli/sample_choice.h"
#include "core/data/path_text.h"
#include "core/explore/direction_finder.h"
#include "core/store/checkpoint_file.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace latentscape::app {

namespace {

constexpr std::size_t kShare = 5; ///< the lowest and the highest fifth of a column

struct DirectionArguments {
    std::string file;
    DataOptions data;
    std::string column;
    std::string labels;
    std::string name;
    std::string out;
};

/// The two groups of training samples between which the direction leads.
struct Groups {
    Selection from;
    Selection to;
};

Groups groupsOf(const Dataset& data, const std::vector<std::size_t>& from, const std::vector<std::size_t>& to)
{
    const Selection none(data.train().count);
    return {none.combined(from, SelectionMode::Replace), none.combined(to, SelectionMode::Replace)};
}

/// Samples with the lowest and with the highest values; equal values by index.
Result<Groups> columnGroups(const Dataset& data, const std::string& name)
{
    const auto column = findColumn("--column", name, data);
    if (!column)
        return column.error();
    const std::vector<float>& values = data.train().factors[column.value()].values;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i]))
            order.push_back(i);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    const auto fifth = static_cast<std::ptrdiff_t>(order.size() / kShare);
    if (fifth == 0 || values[order.front()] == values[order.back()])
        return Error{ErrorCode::InvalidArgument, "The column \"" + name + "\" has no lower and upper fifth", "at least 5 samples and two different values", {}, {}};
    return groupsOf(data, {order.begin(), order.begin() + fifth}, {order.end() - fifth, order.end()});
}

/// "3:8": samples of class 3 and of class 8; each side may name several classes.
Result<Groups> classGroups(const Dataset& data, const std::string& text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos)
        return Error{ErrorCode::InvalidArgument, "--labels cannot be read", "two classes with a colon between them, such as 3:8", '"' + text + '"', {}};
    const auto from = parseClasses("--labels", text.substr(0, colon), data), to = parseClasses("--labels", text.substr(colon + 1), data);
    if (!from || !to)
        return from ? to.error() : from.error();
    const auto both = std::ranges::find_first_of(from.value(), to.value());
    if (both != from.value().end())
        return Error{ErrorCode::InvalidArgument, "--labels names a class on both sides", "two groups without a common class",
                     '"' + data.classNames()[static_cast<std::size_t>(*both)] + '"', "Leave it out on one side."};
    return groupsOf(data, samplesOfClasses(data, from.value()), samplesOfClasses(data, to.value()));
}

Result<void> checkOptions(const DirectionArguments& arguments)
{
    if (arguments.column.empty() == arguments.labels.empty())
        return Error{ErrorCode::InvalidArgument, "It is not clear where the direction leads", "either --column or --labels", arguments.column.empty() ? "neither" : "both", {}};
    if (cleanText(arguments.name) != arguments.name || arguments.name.find_first_not_of(' ') == std::string::npos)
        return Error{ErrorCode::InvalidArgument, "--name cannot be the name of a direction", "text in UTF-8 without control characters and not only spaces",
                     '"' + arguments.name + '"', "Choose another --name."};
    return {};
}

std::string rangeText(const AttributeDirection& direction)
{
    return "length " + fixed(direction.length, 4) + ", effect " + fixed(direction.effect, 2) + " × chance, separation " + fixed(direction.separation, 2)
        + " standard deviations, share of random pairs as long " + fixed(direction.chance, 4);
}

Result<int> runDirection(Context& context, const DirectionArguments& arguments)
{
    if (const Result<void> clear = checkOptions(arguments); !clear)
        return clear.error();
    Result<Output> output = Output{};
    if (!arguments.out.empty())
        output = planOutput(context, "--out", arguments.out, {OutputKind::Safetensors});
    if (!output)
        return output.error();
    Result<OpenedModel> result = openModel(context, arguments.file, arguments.data);
    if (!result)
        return result.error();
    OpenedModel& opened = result.value();
    auto& known = opened.checkpoint.directions;
    if (!arguments.out.empty() && std::ranges::find(known, arguments.name, &AttributeDirection::name) != known.end())
        return Error{ErrorCode::InvalidArgument, "The model already has a direction called \"" + arguments.name + '"', "a name of its own", {}, "Choose another --name."};
    if (!arguments.out.empty() && known.size() >= kMostDirections)
        return Error{ErrorCode::Unsupported, "The model has as many directions as its file holds", "at most " + std::to_string(kMostDirections - 1) + " before this one",
                     std::to_string(known.size()), "Remove some in the window, or leave out --out."};
    const DataPart& part = opened.data->train();
    if (const Result<void> some = checkIndices("--data", {}, part, "train"); !some)
        return some.error();
    const Result<Groups> groups = arguments.labels.empty() ? columnGroups(*opened.data, arguments.column) : classGroups(*opened.data, arguments.labels);
    if (!groups)
        return groups.error();
    context.report.progress(0.5, "encoding");
    const Result<LatentFrame> codes = opened.backend->encode(/*test=*/false, allIndices(part.count), context.stop());
    if (!codes)
        return codes.error();
    RandomStream stream(context.seed.value_or(opened.checkpoint.config.training.seed), StreamPurpose::Interface);
    Result<AttributeDirection> found = findDirection(codes.value(), groups.value().from, groups.value().to, arguments.name, stream, context.stop());
    if (!found)
        return found.error();
    const AttributeDirection direction = std::move(found).value();
    nlohmann::ordered_json line{{"name", direction.name},     {"length", direction.length}, {"effect", direction.effect}, {"separation", direction.separation},
                                {"chance", direction.chance}, {"from", direction.from},     {"to", direction.to},         {"direction", direction.direction}};
    if (!arguments.out.empty()) {
        known.push_back(direction);
        if (const Result<void> saved = saveCheckpoint(opened.checkpoint, output.value().path); !saved)
            return saved.error();
        line["file"] = arguments.out;
    }
    context.report.json(line);
    context.report.text(direction.name + ": from " + std::to_string(direction.from) + " to " + std::to_string(direction.to) + " samples, " + rangeText(direction)
                        + (arguments.out.empty() ? "." : "; saved in " + arguments.out + "."));
    return kDone;
}

} // namespace

void addDirectionCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<DirectionArguments>();
    CLI::App& command = addCommand(program, context, "direction", "Find the direction of latent space between two groups of training samples",
                                   [&context, arguments] { return runDirection(context, *arguments); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    command.add_option("--column", arguments->column, "From the lower to the upper fifth of this numeric column")->type_name("NAME");
    command.add_option("--labels", arguments->labels, "From the codes of one class to those of another; several by commas")->type_name("A:B");
    command.add_option("--name", arguments->name, "What the direction is called")->required()->type_name("NAME");
    command.add_option("--out", arguments->out, "Save the model with the direction in this file")->type_name("FILE.safetensors");
}

} // namespace latentscape::app
