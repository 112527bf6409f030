// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_runs.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/train_options.h"
#include "core/torch/matrix_product_bench.h"
#include "core/torch/optimizer_bench.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

struct BenchArguments {
    DataOptions data{"digits", 1};
    TrainOptions options;
    int repeats = 5;
    bool noGraph = false;
    int decodes = 2000;
    int side = 20;
};

/// Configuration and data of a benchmark, checked.
struct BenchSubject {
    RunConfig config;
    std::shared_ptr<const Dataset> data;
};

Result<BenchSubject> prepare(Context& context, const BenchArguments& arguments)
{
    const Result<RunConfig> base = baseConfig(arguments.options);
    if (!base)
        return base.error();
    Result<RunConfig> config = withOptions(base.value(), arguments.options, context.seed);
    if (!config)
        return config.error();
    Result<std::shared_ptr<const Dataset>> data = openData(context, arguments.data);
    if (!data)
        return data.error();
    BenchSubject subject{std::move(config).value(), std::move(data).value()};
    subject.config = fittedTo(std::move(subject.config), subject.data->traits());
    if (const Result<void> valid = validateFor(subject.config, subject.data->traits()); !valid)
        return valid.error();
    return subject;
}

Result<int> runBenchTrain(Context& context, const BenchArguments& arguments)
{
    const Result<BenchSubject> subject = prepare(context, arguments);
    if (!subject)
        return subject.error();
    const RunConfig& config = subject.value().config;
    const Result<TrainTimes> measured = measureTraining(context, config, subject.value().data, arguments.repeats, !arguments.noGraph);
    if (!measured)
        return measured.error();
    const TrainTimes& times = measured.value();
    const auto images = static_cast<double>(subject.value().data->train().count);
    const double columns = times.stepMode.inputColumns;
    const double gflops = productFlops(config, subject.value().data->train().count, columns) / times.epochSeconds * 1e-9;
    const bool compared = times.productsSeconds > 0.0;
    const double efficiency = times.productsSeconds / times.epochSeconds;
    const auto known = [compared](double value) { return compared ? ordered_json(value) : ordered_json(); };
    context.report.json({{"model", modelText(config.model)},
                         {"pixels", config.model.inputShape.size()},
                         {"parameters", config.model.parameterCount()},
                         {"batch", config.training.batchSize},
                         {"threads", times.threads},
                         {"precision", precisionName(context.precision)},
                         {"epoch_seconds_median", times.epochSeconds},
                         {"images_per_second", images / times.epochSeconds},
                         {"gflops", gflops > 0.0 ? ordered_json(gflops) : ordered_json()},
                         {"input_columns", columns > 0.0 ? ordered_json(columns) : ordered_json()},
                         {"products_alone_seconds", known(times.productsSeconds)},
                         {"efficiency", known(efficiency)},
                         {"data", subject.value().data->name()},
                         {"images", subject.value().data->train().count},
                         {"device", times.device},
                         {"graph", times.stepMode.graph},
                         {"repeats", arguments.repeats}});
    context.report.text(modelText(config.model) + ", batch " + std::to_string(config.training.batchSize) + ", " + times.device + ", " + std::to_string(times.threads)
                        + (times.threads == 1 ? " thread" : " threads") + "; medians of " + std::to_string(arguments.repeats) + " alternating repeats");
    context.report.text("epoch of " + fixed(images, 0) + " images   " + fixed(times.epochSeconds, 3) + " s   " + fixed(images / times.epochSeconds, 0)
                        + " images/s" + (gflops > 0.0 ? "   " + fixed(gflops, 1) + " GFLOP/s" : std::string())); // counted for plain networks
    if (!times.device.starts_with("CPU"))
        context.report.text(times.stepMode.graph ? std::string("steps replayed as a graph") : "steps run operation by operation: " + times.stepMode.reason);
    if (!compared)
        return kDone;
    if (columns > 0.0 && columns < static_cast<double>(config.model.inputShape.size()))
        context.report.text("input columns        " + fixed(columns, 0) + " of " + std::to_string(config.model.inputShape.size()) + ": the others are zero in all images of a step");
    context.report.text("its products alone   " + fixed(times.productsSeconds, 3) + " s");
    context.report.text("efficiency           " + fixed(efficiency, 3));
    return kDone;
}

Result<int> runBenchDecode(Context& context, const BenchArguments& arguments)
{
    const Result<BenchSubject> subject = prepare(context, arguments);
    if (!subject)
        return subject.error();
    const Result<DecodeTimes> measured = measureDecoding(context, subject.value().config, subject.value().data, arguments.decodes);
    if (!measured)
        return measured.error();
    const auto& [alone, busy] = measured.value();
    context.report.json({{"p50_us", alone.p50},
                         {"p99_us", alone.p99},
                         {"under_training", {{"p50_us", busy.p50}, {"p99_us", busy.p99}}},
                         {"model", modelText(subject.value().config.model)},
                         {"decodes", arguments.decodes}});
    context.report.text(modelText(subject.value().config.model) + ", one decode at a time, one a millisecond, " + std::to_string(arguments.decodes) + " of each");
    context.report.text("alone            p50 " + fixed(alone.p50, 1) + " µs   p99 " + fixed(alone.p99, 1) + " µs");
    context.report.text("under training   p50 " + fixed(busy.p50, 1) + " µs   p99 " + fixed(busy.p99, 1) + " µs");
    return kDone;
}

Result<int> runBenchManifold(Context& context, const BenchArguments& arguments)
{
    const Result<BenchSubject> subject = prepare(context, arguments);
    if (!subject)
        return subject.error();
    const Result<ManifoldTimes> measured = measureManifold(context, subject.value().config, subject.value().data, arguments.side, arguments.repeats);
    if (!measured)
        return measured.error();
    const auto [together, oneByOne] = measured.value();
    const std::string model = modelText(subject.value().config.model), side = std::to_string(arguments.side);
    context.report.json({{"model", model}, {"side", arguments.side}, {"threads", context.usedThreads()}, {"together_seconds", together},
                         {"one_by_one_seconds", oneByOne}, {"ratio", oneByOne / together}, {"repeats", arguments.repeats}});
    context.report.text(model + ", " + side + " × " + side + " decodes; medians of " + std::to_string(arguments.repeats) + " alternating repeats");
    context.report.text("together     " + fixed(together * 1e3, 2) + " ms on " + std::to_string(context.usedThreads())
                        + (context.usedThreads() == 1 ? " thread" : " threads"));
    context.report.text("one by one   " + fixed(oneByOne * 1e3, 2) + " ms on 1 thread");
    context.report.text("ratio        " + fixed(oneByOne / together, 2));
    return kDone;
}

Result<int> runBenchOptimizer(Context& context, const BenchArguments& arguments)
{
    const Result<BenchSubject> subject = prepare(context, arguments);
    if (!subject)
        return subject.error();
    const ModelConfig& model = subject.value().config.model;
    const std::int64_t parameters = model.parameterCount();
    context.report.text(modelText(model) + ", " + std::to_string(parameters) + " parameters, " + std::to_string(context.usedThreads())
                        + (context.usedThreads() == 1 ? " thread" : " threads") + "; one update, own loops and LibTorch's operations");
    for (const OptimizerKind kind : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd}) {
        if (context.stop().stop_requested())
            return Error{ErrorCode::Cancelled, "The benchmark was interrupted", {}, {}, {}};
        const OptimizerTimes times = measureOptimizer(kind, static_cast<std::size_t>(parameters), context.usedThreads(), arguments.repeats);
        if (!(times.own > 0.0))
            return Error{ErrorCode::OutOfMemory, "There was not enough memory for the optimiser's state", {}, {}, "Choose narrower layers."};
        context.report.json({{"optimizer", name(kind)}, {"parameters", parameters}, {"threads", context.usedThreads()}, {"update_us", times.own},
                             {"libtorch_us", times.libTorch}, {"ratio", times.own / times.libTorch}, {"repeats", arguments.repeats}});
        context.report.text(std::string(name(kind)) + "   " + fixed(times.own, 1) + " µs   LibTorch " + fixed(times.libTorch, 1) + " µs");
    }
    return kDone;
}

} // namespace

void addBenchCommand(CLI::App& program, Context& context)
{
    CLI::App* bench = program.add_subcommand("bench", "Measure this machine; medians of repeated runs");
    bench->require_subcommand(1);
    auto arguments = std::make_shared<BenchArguments>();
    CLI::App& train = addCommand(*bench, context, "train", "Time of an epoch, against the step's own matrix products alone (same shapes, same threads)",
                                 [&context, arguments] { return runBenchTrain(context, *arguments); });
    train.add_flag("--no-graph", arguments->noGraph, "Run a GPU's steps operation by operation, to compare");
    CLI::App& decode = addCommand(*bench, context, "decode", "Time of a single decode on the CPU, alone and while a training runs on all cores",
                                  [&context, arguments] { return runBenchDecode(context, *arguments); });
    decode.add_option("--count", arguments->decodes, "Measured decodes")->check(wholeNumber(10, 1000000))->type_name("N")->capture_default_str();
    CLI::App& manifold = addCommand(*bench, context, "manifold", "Time of a grid of decodes in one call, against as many single decodes",
                                    [&context, arguments] { return runBenchManifold(context, *arguments); });
    manifold.add_option("--side", arguments->side, "Decodes along each side")->check(wholeNumber(2, 200))->type_name("N")->capture_default_str();
    CLI::App& optimizer = addCommand(*bench, context, "optimizer", "Time of one update of all parameters, for each optimiser, against LibTorch's own",
                                     [&context, arguments] { return runBenchOptimizer(context, *arguments); });
    for (CLI::App* command : {&train, &manifold, &optimizer})
        command->add_option("--repeats", arguments->repeats, "Measured repeats; the median counts")->check(wholeNumber(1, 1000))->type_name("N")
            ->capture_default_str();
    addPrecisionOption(train, context);
    for (CLI::App* command : {&train, &decode, &manifold, &optimizer}) {
        addDataOptions(*command, arguments->data)->capture_default_str();
        addModelOptions(*command, arguments->options);
    }
}

} // namespace latentscape::app
