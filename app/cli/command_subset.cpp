// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "app/cli/sample_choice.h"
#include "core/store/idx_writer.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

namespace latentscape::app {

namespace {

struct SubsetArguments {
    DataOptions data;
    std::string labels;
    std::string column;
    std::optional<double> from;
    std::optional<double> to;
    std::string out;
};

/// Samples of the train part that every option lets through, ascending.
Result<std::vector<std::size_t>> chooseSamples(const Dataset& data, const SubsetArguments& arguments)
{
    std::vector<std::size_t> samples;
    if (arguments.labels.empty()) {
        for (std::size_t i = 0; i < data.train().count; ++i)
            samples.push_back(i);
    } else {
        const auto classes = parseClasses("--labels", arguments.labels, data);
        if (!classes)
            return classes.error();
        samples = samplesOfClasses(data, classes.value());
    }
    if (arguments.column.empty())
        return samples;
    const auto column = findColumn("--column", arguments.column, data);
    if (!column)
        return column.error();
    const std::vector<float>& values = data.train().factors[column.value()].values;
    const double low = arguments.from.value_or(-HUGE_VAL), high = arguments.to.value_or(HUGE_VAL);
    std::erase_if(samples, [&](std::size_t i) {
        const auto value = static_cast<double>(values[i]);
        return !(value >= low && value <= high); // NaN lies nowhere
    });
    return samples;
}

Result<void> checkOptions(const SubsetArguments& arguments)
{
    if (arguments.column.empty() && (arguments.from || arguments.to))
        return Error{ErrorCode::InvalidArgument, "--from and --to do not say of what", "--column with them", "no --column", {}};
    if (!arguments.column.empty() && !arguments.from && !arguments.to)
        return Error{ErrorCode::InvalidArgument, "--column does not say which values", "--from, --to or both with it", "neither", {}};
    if (arguments.from && arguments.to && *arguments.from > *arguments.to)
        return Error{ErrorCode::InvalidArgument, "--from lies above --to", "--from at most --to", std::to_string(*arguments.from) + " and " + std::to_string(*arguments.to), {}};
    return checkPlace(arguments.out, "--out");
}

Result<int> runSubset(Context& context, const SubsetArguments& arguments)
{
    if (const Result<void> clear = checkOptions(arguments); !clear)
        return clear.error();
    const Result<std::shared_ptr<const Dataset>> opened = openData(context, arguments.data);
    if (!opened)
        return opened.error();
    const Dataset& data = *opened.value();
    const Result<std::vector<std::size_t>> samples = chooseSamples(data, arguments);
    if (!samples)
        return samples.error();
    const std::shared_ptr<const Dataset> chosen = data.subset(samples.value(), data.name() + " (part)");
    if (!chosen)
        return Error{ErrorCode::InvalidArgument, "Too few training samples are left", "at least 2, one for each part of the new set",
                     std::to_string(samples.value().size()), "Choose more classes or a wider range."};
    if (const Result<void> written = writeIdxFolder(*chosen, arguments.out); !written)
        return written.error();
    nlohmann::ordered_json classes = nlohmann::ordered_json::array();
    for (const std::string& name : chosen->classNames())
        classes.push_back(name);
    context.report.json({{"folder", arguments.out}, {"train", chosen->train().count}, {"test", chosen->test().count}, {"classes", std::move(classes)}});
    context.report.text(std::to_string(samples.value().size()) + " of " + std::to_string(data.train().count) + " training samples in " + arguments.out + ": "
                        + std::to_string(chosen->train().count) + " for training, " + std::to_string(chosen->test().count) + " for testing.");
    if (!data.train().factors.empty())
        context.report.note("Numeric columns are not kept in IDX files.");
    return kDone;
}

} // namespace

void addSubsetCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<SubsetArguments>();
    CLI::App& command = addCommand(program, context, "subset", "Save some of a set's training samples as a set of its own (IDX files, the format of MNIST)",
                                   [&context, arguments] { return runSubset(context, *arguments); });
    addDataOptions(command, arguments->data)->required();
    command.add_option("--labels", arguments->labels, "Only these classes, by name")->type_name("A,B");
    command.add_option("--column", arguments->column, "Only samples whose value in this numeric column lies in a range")->type_name("NAME");
    command.add_option("--from", arguments->from, "Least value of the column")->check(finiteNumber())->type_name("X");
    command.add_option("--to", arguments->to, "Largest value of the column")->check(finiteNumber())->type_name("X");
    command.add_option("--out", arguments->out, "A folder that holds no data set yet; it is made if need be. A tenth becomes the test part")->required()->type_name("DIR");
}

} // namespace latentscape::app
