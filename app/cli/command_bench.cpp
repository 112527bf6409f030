// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_runs.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/train_options.h"
#include "core/torch/matrix_product_bench.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

struct BenchArguments {
    DataOptions data{"digits", 1};
    TrainOptions options;
    int repeats = 5;
    int decodes = 2000;
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
    const Result<TrainTimes> measured = measureTraining(context, config, subject.value().data, arguments.repeats);
    if (!measured)
        return measured.error();
    const TrainTimes& times = measured.value();
    const auto images = static_cast<double>(subject.value().data->train().count);
    const double gflops = productFlops(config, subject.value().data->train().count) / times.epochSeconds * 1e-9;
    const bool compared = times.productsSeconds > 0.0;
    const double efficiency = times.productsSeconds / times.epochSeconds;
    const auto known = [compared](double value) { return compared ? ordered_json(value) : ordered_json(); };
    context.report.json({{"model", modelText(config.model)},
                         {"batch", config.training.batchSize},
                         {"threads", times.threads},
                         {"epoch_seconds_median", times.epochSeconds},
                         {"images_per_second", images / times.epochSeconds},
                         {"gflops", gflops},
                         {"products_alone_seconds", known(times.productsSeconds)},
                         {"efficiency", known(efficiency)},
                         {"data", subject.value().data->name()},
                         {"images", subject.value().data->train().count},
                         {"device", times.device},
                         {"repeats", arguments.repeats}});
    context.report.text(modelText(config.model) + ", batch " + std::to_string(config.training.batchSize) + ", " + times.device + ", " + std::to_string(times.threads)
                        + (times.threads == 1 ? " thread" : " threads") + "; medians of " + std::to_string(arguments.repeats) + " alternating repeats");
    context.report.text("epoch of " + fixed(images, 0) + " images   " + fixed(times.epochSeconds, 3) + " s   " + fixed(images / times.epochSeconds, 0) + " images/s   "
                        + fixed(gflops, 1) + " GFLOP/s");
    if (!compared)
        return kDone;
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

} // namespace

void addBenchCommand(CLI::App& program, Context& context)
{
    CLI::App* bench = program.add_subcommand("bench", "Measure this machine; medians of repeated runs");
    bench->require_subcommand(1);
    auto arguments = std::make_shared<BenchArguments>();
    CLI::App& train = addCommand(*bench, context, "train", "Time of an epoch, against the step's own matrix products alone (same shapes, same threads)",
                                 [&context, arguments] { return runBenchTrain(context, *arguments); });
    train.add_option("--repeats", arguments->repeats, "Measured epochs; the median counts")->check(wholeNumber(1, 1000))->type_name("N")->capture_default_str();
    CLI::App& decode = addCommand(*bench, context, "decode", "Time of a single decode on the CPU, alone and while a training runs on all cores",
                                  [&context, arguments] { return runBenchDecode(context, *arguments); });
    decode.add_option("--count", arguments->decodes, "Measured decodes")->check(wholeNumber(10, 1000000))->type_name("N")->capture_default_str();
    for (CLI::App* command : {&train, &decode}) {
        addDataOptions(*command, arguments->data)->capture_default_str();
        addModelOptions(*command, arguments->options);
    }
}

} // namespace latentscape::app
