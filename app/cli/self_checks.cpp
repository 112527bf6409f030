// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/self_checks.h"

#include "app/cli/opened_model.h"
#include "app/cli/train_run.h"
#include "core/data/data_catalogue.h"
#include "core/explore/sampling.h"
#include "core/store/checkpoint_file.h"
#include "core/store/montage.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <set>
#include <system_error>

namespace latentscape::app {

namespace {

/// A folder that is gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::error_code problem;
        std::string pattern = (std::filesystem::temp_directory_path(problem) / "latentscape-doctor-XXXXXX").string();
        if (!problem && ::mkdtemp(pattern.data()) != nullptr)
            m_path = pattern;
    }
    ~TemporaryFolder()
    {
        std::error_code problem;
        if (!m_path.empty())
            std::filesystem::remove_all(m_path, problem);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

SelfCheck failedCheck(std::string name, const Error& error) { return {std::move(name), false, error.text()}; }

std::shared_ptr<const Dataset> checkDigits(Context& context, std::vector<SelfCheck>& checks)
{
    const char* name = "the digits set has ten classes";
    DataRequest request;
    request.trainCount = 500;
    request.testCount = 100;
    const auto data = loadDataset(request, context.stop());
    if (!data) {
        checks.push_back(failedCheck(name, data.error()));
        return nullptr;
    }
    const auto& labels = data.value()->train().labels;
    const std::size_t classes = std::set<std::int32_t>(labels.begin(), labels.end()).size();
    checks.push_back({name, classes == 10 && data.value()->train().count == 500, std::to_string(classes) + " classes in " + std::to_string(labels.size()) + " digits"});
    return data.value();
}

std::shared_ptr<const Checkpoint> checkTraining(Context& context, const std::shared_ptr<const Dataset>& data, std::vector<SelfCheck>& checks)
{
    const char* name = "training lowers the loss";
    Trainer::Setup setup;
    setup.data = data;
    setup.config = fittedTo(setup.config, data->traits());
    setup.config.model.encoderHidden = {64};
    setup.config.training.batchSize = 50;
    setup.config.training.epochs = 4;
    setup.factory = context.factory;
    setup.device = context.device;
    setup.threads = context.threads;
    setup.snapshotsPerSecond = 0.0;
    setup.niceness = 0;
    TrainRun run(std::move(setup), context.stop());
    const TrainRun::End end = run.run({[](const TrainerStatus&) {}, [](const TrainerEvent&) {}, {}});
    if (end.error) {
        checks.push_back(failedCheck(name, *end.error));
    } else if (!end.checkpoint || end.checkpoint->history.epochs.size() < 2) {
        checks.push_back({name, false, "the run ended early"});
    } else {
        const double first = end.checkpoint->history.epochs.front().train.nelbo, last = end.checkpoint->history.epochs.back().train.nelbo;
        checks.push_back({name, last < first, "NELBO " + fixed(first, 1) + " → " + fixed(last, 1) + " nats per image"});
    }
    return end.checkpoint;
}

void checkFile(Context& context, const Checkpoint& checkpoint, std::vector<SelfCheck>& checks)
{
    const char* name = "a saved model is read back unchanged";
    const TemporaryFolder folder;
    if (folder.path().empty()) {
        checks.push_back({name, false, "no temporary folder could be made"});
        return;
    }
    const auto file = folder.path() / "model.safetensors";
    if (const Result<void> saved = saveCheckpoint(checkpoint, file); !saved) {
        checks.push_back(failedCheck(name, saved.error()));
        return;
    }
    const Result<Checkpoint> loaded = openCheckpoint(context, file);
    if (!loaded) {
        checks.push_back(failedCheck(name, loaded.error()));
        return;
    }
    const auto sorted = [](std::vector<TensorBlob> tensors) {
        std::ranges::sort(tensors, {}, &TensorBlob::name);
        return tensors;
    };
    const bool same = sorted(loaded.value().weights) == sorted(checkpoint.weights) && loaded.value().config == checkpoint.config;
    checks.push_back({name, same, std::to_string(checkpoint.weights.size()) + " tensors"});
}

void checkDecoding(Context& context, const Checkpoint& checkpoint, std::vector<SelfCheck>& checks)
{
    const char* name = "the same code decodes to the same image";
    const auto decoder = context.factory->createDecoder(checkpoint.config, checkpoint.weights);
    if (!decoder) {
        checks.push_back(failedCheck(name, decoder.error()));
        return;
    }
    constexpr std::size_t kCount = 8;
    RandomStream stream(/*seed=*/1, StreamPurpose::Interface);
    const std::vector<float> z = samplePrior(decoder.value()->latent(), kCount, stream);
    const auto first = decodeAll(context, *decoder.value(), z, kCount), second = decodeAll(context, *decoder.value(), z, kCount);
    const bool passed = first && second && first.value() == second.value();
    checks.push_back({name, passed, std::to_string(kCount) + " codes"});
    if (!context.codec || !first)
        return;
    const auto png = context.codec->encodePng(gridMontage(decoder.value()->shape(), toBytes(first.value()), 4));
    checks.push_back({"pictures can be written", png.ok(), png ? std::to_string(png.value().size()) + " bytes of PNG" : png.error().text()});
}

/// The losses of whole epochs in one way to compute them.
Result<std::vector<StepLoss>> lossesOn(Context& context, const std::shared_ptr<const Dataset>& data, const std::string& device, bool graphs, StepMode& mode)
{
    BackendRequest request;
    request.config = fittedTo(request.config, data->traits());
    request.config.model.encoderHidden = {64};
    request.config.training.batchSize = 128; // 500 samples: each epoch ends with a smaller batch
    request.data = data;
    request.device = device;
    request.threads = context.threads;
    request.graphs = graphs;
    const auto backend = context.factory->create(std::move(request));
    if (!backend)
        return backend.error();
    constexpr int kEpochs = 8; // long enough for the last batches to be recorded too
    std::vector<std::int32_t> order = allIndices(data->train().count);
    const auto batch = static_cast<std::size_t>(backend.value()->config().training.batchSize);
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
        RandomStream(/*seed=*/1, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
        if (const Result<void> begun = backend.value()->beginEpoch(epoch, order); !begun)
            return begun.error();
        for (std::size_t begin = 0; begin < order.size(); begin += batch)
            if (const Result<void> done = backend.value()->step(begin, std::min(batch, order.size() - begin), {}); !done)
                return done.error();
    }
    mode = backend.value()->stepMode();
    return backend.value()->drainSteps();
}

/// The largest difference of two runs' objectives, relative; infinite where one has other steps or losses that are no numbers.
double largestDifference(const std::vector<StepLoss>& found, const std::vector<StepLoss>& expected)
{
    double largest = found.size() == expected.size() && !expected.empty() ? 0.0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        const double difference = std::abs(found[i].objective - expected[i].objective) / std::abs(expected[i].objective);
        largest = std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(largest, difference);
    }
    return largest;
}

/// A graph repeats the very operations that run without it; a GPU adds in another order than a CPU and multiplies with fewer bits.
void checkDevice(Context& context, const std::shared_ptr<const Dataset>& data, const DeviceReport& device, std::vector<SelfCheck>& checks)
{
    constexpr double kGraphTolerance = 1e-6, kDeviceTolerance = 5e-3;
    const std::string name = device.name + " computes as the CPU does";
    StepMode graphMode, eagerMode, cpuMode;
    const auto cpu = lossesOn(context, data, "cpu", false, cpuMode);
    const auto eager = lossesOn(context, data, device.id, false, eagerMode);
    const auto graph = lossesOn(context, data, device.id, true, graphMode);
    for (const auto* losses : {&cpu, &eager, &graph})
        if (!*losses) {
            checks.push_back(failedCheck(name, losses->error()));
            return;
        }
    const auto percent = [](double relative) { return fixed(100.0 * relative, 5) + " %"; };
    const double far = largestDifference(eager.value(), cpu.value());
    checks.push_back({name, far <= kDeviceTolerance, "losses of " + std::to_string(cpu.value().size()) + " steps differ by at most " + percent(far)});
    if (!graphMode.graph) {
        checks.push_back({device.name + " runs without a graph", true, graphMode.reason});
        return;
    }
    const double near = largestDifference(graph.value(), eager.value());
    checks.push_back({device.name + " replays steps as they are", near <= kGraphTolerance, "graph and single operations differ by at most " + percent(near)});
}

} // namespace

std::vector<SelfCheck> runSelfChecks(Context& context)
{
    std::vector<SelfCheck> checks;
    const auto data = checkDigits(context, checks);
    if (!data)
        return checks;
    for (const DeviceReport& device : context.factory->devices())
        if (device.usable && device.id != "cpu")
            checkDevice(context, data, device, checks);
    const auto checkpoint = checkTraining(context, data, checks);
    if (!checkpoint)
        return checks;
    checkFile(context, *checkpoint, checks);
    checkDecoding(context, *checkpoint, checks);
    return checks;
}

} // namespace latentscape::app
