// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_processes.h"

#include "app/cli/common_options.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

namespace latentscape::app {

namespace {

const char* environmentVariable(const char* name) { return std::getenv(name); }

/// Weights, optimiser and counters as one text.
std::string digestOf(const Checkpoint& checkpoint)
{
    Sha256 hash;
    const auto add = [&hash](const TensorBlob& tensor) {
        hash.update(std::as_bytes(std::span(tensor.name)));
        hash.update(std::span(tensor.bytes));
    };
    std::for_each(checkpoint.weights.begin(), checkpoint.weights.end(), add);
    std::for_each(checkpoint.trainState.begin(), checkpoint.trainState.end(), add);
    return hash.hexDigest() + " after " + std::to_string(checkpoint.progress.step) + " steps";
}

} // namespace

Result<std::shared_ptr<ProcessGroup>> joinProcesses(Context& context, const TrainArguments& arguments)
{
    Result<std::optional<ProcessSettings>> read = readProcessSettings(environmentVariable);
    if (!read)
        return read.error();
    if (!read.value())
        return std::shared_ptr<ProcessGroup>();
    ProcessSettings settings = *std::move(read).value();
    if (arguments.folds > 0)
        return Error{ErrorCode::InvalidArgument, "--folds works in one process", "1", std::to_string(settings.size) + " processes",
                     "Unset RANK and WORLD_SIZE, or leave --folds out."};
    if (const Result<RunConfig> base = baseConfig(arguments.options); base && arguments.resume.empty())
        if (const Result<void> divides = checkBatchDivides(arguments.options.batchSize.value_or(base.value().training.batchSize), settings.size); !divides)
            return divides.error();
    settings.timeoutSeconds = arguments.joinTimeout;
    settings.stop = context.stop();
    context.report.setErrorsOnly(settings.rank > 0);
    if (context.threads == 0)
        context.threads = std::max(1, context.usedThreads() / settings.localSize);
    if (context.device == "auto" || context.device == "cuda") {
        const std::vector<DeviceReport> devices = context.factory->devices();
        const auto cards = static_cast<int>(std::count_if(devices.begin(), devices.end(), [](const auto& d) { return d.usable && d.id != "cpu"; }));
        if (cards > 0)
            context.device = "cuda:" + std::to_string(settings.localRank % cards);
        settings.cuda = cards >= settings.localSize; // NCCL wants a card for each process
    }
    return context.factory->join(settings);
}

Result<void> agreeOnRun(const Context& context, ProcessGroup& group, const RunConfig& config, const Dataset& data, const Checkpoint* resumeFrom)
{
    std::vector<SharedFact> facts{{"version of the program", LATENTSCAPE_VERSION},
                                  {"data", data.provenance().sha256},
                                  {"number of threads", std::to_string(context.usedThreads())},
                                  {"kind of device", context.device.starts_with("cuda") ? "CUDA" : "CPU"},
                                  {"precision", std::string(precisionName(context.precision))},
                                  {"resumed state", resumeFrom ? digestOf(*resumeFrom) : "none"}};
    const nlohmann::ordered_json settings = nlohmann::ordered_json::parse(toJson(config)).flatten();
    for (const auto& [name, value] : settings.items())
        facts.push_back({"setting " + name.substr(1), value.dump()});
    return group.agreeOn(facts);
}

void noteIgnoredProcesses(Context& context)
{
    const char* size = environmentVariable("WORLD_SIZE");
    if (size && std::string_view(size) != "1")
        context.report.note("WORLD_SIZE is set, but only train works in many processes: this one does the whole work alone.");
}

} // namespace latentscape::app
