// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/outputs.h"
#include "app/cli/probe_report.h"
#include "core/store/atomic_file.h"

#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

struct EvalArguments {
    std::string file;
    DataOptions data;
    std::string split = "test";
    int samples = 1;
    int iwae = 0;
    bool probe = false;
    int anomalies = 0; ///< how many to name
    std::string perSample;
};

/// NELBO of the training samples in ascending order: what is usual.
Result<std::vector<double>> usualLosses(Context& context, const OpenedModel& opened)
{
    const Result<std::vector<LossTerms>> losses =
        opened.backend->evaluatePerSample(/*test=*/false, allIndices(opened.data->train().count), context.stop());
    if (!losses)
        return losses.error();
    std::vector<double> nelbo;
    for (const LossTerms& loss : losses.value())
        nelbo.push_back(loss.nelbo);
    std::sort(nelbo.begin(), nelbo.end());
    return nelbo;
}

/// Share of the usual losses that are smaller: near 1 for an anomaly.
double anomalyScore(std::span<const double> usual, double nelbo)
{
    const auto below = std::lower_bound(usual.begin(), usual.end(), nelbo) - usual.begin();
    return static_cast<double>(below) / static_cast<double>(std::max<std::size_t>(1, usual.size()));
}

/// The samples with the highest NELBO, worst first.
ordered_json anomaliesOf(const DataPart& part, std::span<const LossTerms> losses, std::span<const double> usual, std::size_t count, Reporter& report)
{
    std::vector<std::size_t> order(losses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    count = std::min(count, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                      [&](std::size_t a, std::size_t b) { return losses[a].nelbo > losses[b].nelbo || (losses[a].nelbo == losses[b].nelbo && a < b); });
    ordered_json list = ordered_json::array();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t sample = order[i];
        const double score = anomalyScore(usual, losses[sample].nelbo);
        list.push_back({{"index", sample},
                        {"label", part.labels.empty() ? ordered_json() : ordered_json(part.labels[sample])},
                        {"nelbo", losses[sample].nelbo},
                        {"anomaly", score}});
        report.text("anomaly  sample " + std::to_string(sample) + "  NELBO " + fixed(losses[sample].nelbo, 2) + "  above " + fixed(100.0 * score, 2)
                    + " % of the training samples");
    }
    return list;
}

std::string perSampleCsv(const DataPart& part, std::span<const LossTerms> losses, std::span<const double> usual)
{
    std::string csv = "index,label,nelbo,reconstruction,kl,anomaly\n";
    for (std::size_t i = 0; i < losses.size(); ++i) {
        csv += std::to_string(i) + ',';
        if (!part.labels.empty())
            csv += std::to_string(part.labels[i]);
        for (const double value : {losses[i].nelbo, losses[i].reconstruction, losses[i].kl, anomalyScore(usual, losses[i].nelbo)})
            csv += ',' + ordered_json(value).dump(); // shortest form that reads back exactly, whatever the locale
        csv += '\n';
    }
    return csv;
}

std::string listText(std::span<const double> values)
{
    std::string text;
    for (const double value : values)
        text.append(text.empty() ? "" : " ").append(fixed(value, 3));
    return text;
}

void printText(Reporter& report, const OpenedModel& opened, const EvalArguments& arguments, const Evaluation& evaluation)
{
    const LossTerms& loss = evaluation.loss;
    const LatentDiagnostics& diagnostics = evaluation.diagnostics;
    report.text(std::to_string(evaluation.images) + " samples of the " + arguments.split + " part of " + opened.data->name() + "; nats per image, "
                + likelihoodText(opened.checkpoint.config.objective, opened.part(arguments.split == "test")));
    report.text("NELBO           " + fixed(loss.nelbo, 3) + "  (" + std::to_string(arguments.samples)
                + (arguments.samples == 1 ? " sample" : " samples") + " of z an image)");
    report.text("reconstruction  " + fixed(loss.reconstruction, 3));
    report.text("KL              " + fixed(loss.kl, 3));
    report.text("active units    " + std::to_string(diagnostics.activeUnits()) + " of " + std::to_string(diagnostics.klPerDimension.size()));
    report.text("KL per dimension    " + listText(diagnostics.klPerDimension));
    report.text("aggregate variance  " + listText(diagnostics.aggregateVariance));
}

ordered_json perClass(const OpenedModel& opened, const Evaluation& evaluation, Reporter& report)
{
    ordered_json list = ordered_json::array();
    for (std::size_t label = 0; label < evaluation.classes.size(); ++label) {
        const Evaluation::ClassLoss& of = evaluation.classes[label];
        const std::string& className = opened.data->classNames()[label];
        list.push_back({{"class", className}, {"images", of.images}, {"nelbo", of.loss.nelbo}, {"reconstruction", of.loss.reconstruction}, {"kl", of.loss.kl}});
        report.text("class " + className + "  NELBO " + fixed(of.loss.nelbo, 3) + "  KL " + fixed(of.loss.kl, 3) + "  (" + std::to_string(of.images)
                    + " samples)");
    }
    return list;
}

Result<int> runEval(Context& context, const EvalArguments& arguments)
{
    std::optional<Output> table;
    if (!arguments.perSample.empty()) {
        const Result<Output> planned = planOutput(context, "--per-sample", arguments.perSample, {OutputKind::Csv});
        if (!planned)
            return planned.error();
        table = planned.value();
    }
    const Result<OpenedModel> opened = openModel(context, arguments.file, arguments.data);
    if (!opened)
        return opened.error();
    const bool test = arguments.split == "test";
    const DataPart& part = opened.value().part(test);
    if (const Result<void> some = checkIndices("--split", {}, part, arguments.split); !some)
        return some.error();
    VaeBackend& backend = *opened.value().backend;
    const std::vector<std::int32_t> indices = allIndices(part.count);

    context.report.progress(0.1, "evaluating");
    const Result<Evaluation> evaluation = backend.evaluate(test, indices, arguments.samples, context.stop());
    if (!evaluation)
        return evaluation.error();
    const LossTerms& loss = evaluation.value().loss;
    const LatentDiagnostics& diagnostics = evaluation.value().diagnostics;
    ordered_json line{{"likelihood", name(opened.value().checkpoint.config.objective.likelihood)},
                      {"split", arguments.split},
                      {"images", evaluation.value().images},
                      {"nelbo", loss.nelbo},
                      {"reconstruction", loss.reconstruction},
                      {"kl", loss.kl},
                      {"objective", loss.objective},
                      {"active_units", diagnostics.activeUnits()},
                      {"kl_per_dimension", diagnostics.klPerDimension},
                      {"aggregate_variance", diagnostics.aggregateVariance}};
    printText(context.report, opened.value(), arguments, evaluation.value());
    if (!evaluation.value().classes.empty())
        line["per_class"] = perClass(opened.value(), evaluation.value(), context.report);
    if (table || arguments.anomalies > 0) {
        const Result<std::vector<LossTerms>> losses = backend.evaluatePerSample(test, indices, context.stop());
        if (!losses)
            return losses.error();
        const Result<std::vector<double>> usual = usualLosses(context, opened.value());
        if (!usual)
            return usual.error();
        if (arguments.anomalies > 0)
            line["anomalies"] = anomaliesOf(part, losses.value(), usual.value(), static_cast<std::size_t>(arguments.anomalies), context.report);
        if (table) {
            if (const Result<void> written = writeFileAtomically(table->path, perSampleCsv(part, losses.value(), usual.value())); !written)
                return written.error();
            context.report.text("Losses of each sample in " + arguments.perSample + ".");
        }
    }
    if (arguments.iwae > 0) {
        context.report.progress(0.4, "IWAE bound");
        const Result<VaeBackend::IwaeBound> bound = backend.iwae(test, indices, arguments.iwae, context.stop());
        if (!bound)
            return bound.error();
        line["iwae"] = {{"k", bound.value().k}, {"bound", bound.value().bound}, {"standard_error", bound.value().standardError}};
        context.report.text("IWAE bound      " + fixed(bound.value().bound, 3) + " ± " + fixed(bound.value().standardError, 3) + "  (log-likelihood, K = "
                            + std::to_string(bound.value().k) + ")");
    }
    if (arguments.probe) {
        const Result<ordered_json> probe = probeReport(context, opened.value());
        if (!probe)
            return probe.error();
        line["probe"] = probe.value();
    }
    context.report.json(line);
    return kDone;
}

} // namespace

void addEvalCommand(CLI::App& program, Context& context)
{
    auto arguments = std::make_shared<EvalArguments>();
    CLI::App& command = addCommand(program, context, "eval", "Losses and diagnostics of a model on data",
                                   [&context, arguments] { return runEval(context, *arguments); });
    addModelFile(command, arguments->file);
    addDataOptions(command, arguments->data)->required();
    addSplitOption(command, arguments->split);
    command.add_option("--samples", arguments->samples, "Draws of z an image")->check(wholeNumber(1, 10000))->type_name("N")->capture_default_str();
    command.add_option("--iwae", arguments->iwae, "Also the importance-weighted bound with K draws an image")->check(wholeNumber(1, 100000))->type_name("K");
    command.add_flag("--probe", arguments->probe,
                     "Also what the codes know: accuracy of 10 nearest neighbours and of a multinomial logistic regression on μ (fitted on the "
                     "training part, measured on the test part), and R² of a least-squares fit of each numeric column");
    command.add_option("--anomalies", arguments->anomalies, "Also the N samples with the highest NELBO")->check(wholeNumber(1, 1000000))->type_name("N");
    command.add_option("--per-sample", arguments->perSample,
                       "Also a table of each sample's losses: index, label, nelbo, reconstruction, kl, and anomaly: the share of the training "
                       "samples with a lower NELBO")
        ->type_name("FILE.csv");
}

} // namespace latentscape::app
