// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/probe_report.h"

#include "core/explore/probes.h"

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

constexpr int kNeighbours = 10;

Error interrupted() { return {ErrorCode::Cancelled, "The probes were interrupted", {}, {}, {}}; }

ordered_json columnScores(Context& context, const Dataset& data, const ProbeCodes& train, const ProbeCodes& test)
{
    ordered_json scores = ordered_json::object();
    for (const FactorColumn& column : data.train().factors) {
        const auto same = std::ranges::find(data.test().factors, column.name, &FactorColumn::name);
        if (same == data.test().factors.end())
            continue;
        const std::optional<double> r2 = linearR2(train, column.values, test, same->values);
        scores[column.name] = r2 ? ordered_json(*r2) : ordered_json();
        context.report.text("R² of " + column.name + "  " + (r2 ? fixed(*r2, 3) : "– (constant)"));
    }
    return scores;
}

} // namespace

Result<ordered_json> probeReport(Context& context, const OpenedModel& opened)
{
    const Dataset& data = *opened.data;
    if (!data.isLabelled() && data.train().factors.empty())
        return Error{ErrorCode::InvalidArgument, "--probe has nothing to predict", "labels or numeric columns", "data with neither", "Leave --probe out."};
    for (const auto& [part, split] : {std::pair{&data.train(), "train"}, std::pair{&data.test(), "test"}})
        if (const Result<void> some = checkIndices("--probe", {}, *part, split); !some)
            return some.error();
    context.report.progress(0.6, "encoding for the probes");
    const Result<LatentFrame> trainCodes = opened.backend->encode(/*test=*/false, allIndices(data.train().count), context.stop());
    if (!trainCodes)
        return trainCodes.error();
    const Result<LatentFrame> testCodes = opened.backend->encode(/*test=*/true, allIndices(data.test().count), context.stop());
    if (!testCodes)
        return testCodes.error();
    const ProbeCodes train{trainCodes.value().latent, trainCodes.value().mu}, test{testCodes.value().latent, testCodes.value().mu};

    ordered_json report = ordered_json::object();
    if (data.isLabelled()) {
        context.report.progress(0.7, "nearest neighbours");
        const auto knn = knnAccuracy(train, data.train().labels, test, data.test().labels, kNeighbours, context.stop());
        if (!knn)
            return interrupted();
        context.report.text("10-NN accuracy     " + fixed(100.0 * *knn, 2) + " %");
        context.report.progress(0.9, "logistic regression");
        const auto linear = linearAccuracy(train, data.train().labels, test, data.test().labels, context.stop());
        if (!linear)
            return interrupted();
        context.report.text("linear accuracy    " + fixed(100.0 * *linear, 2) + " %  (logistic regression)");
        report["knn_accuracy"] = *knn;
        report["linear_accuracy"] = *linear;
    }
    report["r2"] = columnScores(context, data, train, test);
    return report;
}

} // namespace latentscape::app
