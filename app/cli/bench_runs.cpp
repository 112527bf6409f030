// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_runs.h"

#include "app/cli/opened_model.h"
#include "core/base/random_stream.h"
#include "core/explore/sampling.h"
#include "core/torch/matrix_product_bench.h"
#include "core/model/parameter_layout.h"
#include "core/train/trainer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>

namespace latentscape::app {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Nearest rank.
double quantile(std::vector<double>& values, double q)
{
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

double median(std::vector<double>& values)
{
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

Error interrupted() { return {ErrorCode::Cancelled, "The benchmark was interrupted", {}, {}, {}}; }

Result<double> timeEpoch(VaeBackend& backend, int epoch, std::span<const std::int32_t> order)
{
    const TrainConfig& training = backend.config().training;
    const auto batch = static_cast<std::size_t>(training.batchSize);
    const StepControls controls{backend.config().objective.beta, training.learningRate};
    const Clock::time_point start = Clock::now();
    if (const Result<void> begun = backend.beginEpoch(epoch, order); !begun)
        return begun.error();
    for (std::size_t first = 0; first < order.size(); first += batch)
        if (const Result<void> done = backend.step(first, std::min(batch, order.size() - first), controls); !done)
            return done.error();
    (void)backend.drainSteps(); // on a GPU this is where the host waits: without it the clock would stop too early
    return secondsSince(start);
}

/// A Trainer that runs until it is destroyed; the constructor returns when its first step is done, or it has failed.
class BusyTrainer {
public:
    BusyTrainer(Context& context, RunConfig config, const std::shared_ptr<const Dataset>& data)
    {
        config.training.epochs = 100000;
        config.training.stopAfter = 0;
        Trainer::Setup setup;
        setup.data = data;
        setup.config = std::move(config);
        setup.factory = context.factory;
        setup.device = "cpu";
        setup.threads = context.threads;
        setup.onEvent = [this](const TrainerEvent& event) { receive(event); };
        m_trainer = std::make_unique<Trainer>(std::move(setup));
        wait(context, [this] { return m_ready; });
        m_trainer->run();
        wait(context, [this] { return m_trainer->status().progress.step > 0; });
    }

    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    void receive(const TrainerEvent& event)
    {
        const std::lock_guard lock(m_mutex);
        m_ready = m_ready || (event.kind == TrainerEvent::Kind::StateChanged && event.state == TrainerState::Ready);
        if (event.kind == TrainerEvent::Kind::Failed)
            m_error = event.error;
        m_changed.notify_all();
    }

    template <typename Condition>
    void wait(Context& context, Condition condition)
    {
        std::unique_lock lock(m_mutex);
        // Steps send no event, hence the bound on each wait.
        while (!condition() && !m_error && !context.stop().stop_requested())
            m_changed.wait_for(lock, std::chrono::milliseconds(20));
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_ready = false;
    std::optional<Error> m_error;
    std::unique_ptr<Trainer> m_trainer; // last: its thread uses everything above
};

Percentiles timeDecodes(Context& context, const Decoder& decoder, int count)
{
    std::vector<double> microseconds;
    std::jthread([&] {
        context.factory->prepareDecodingThread();
        RandomStream stream(/*seed=*/1, StreamPurpose::Interface);
        const std::vector<float> z = samplePrior(decoder.latent(), static_cast<std::size_t>(count), stream);
        std::vector<float> means(decoder.shape().size());
        const auto latent = static_cast<std::size_t>(decoder.latent());
        Clock::time_point next = Clock::now();
        for (std::size_t i = 0; i < static_cast<std::size_t>(count) && !context.stop().stop_requested(); ++i) {
            next += std::chrono::milliseconds(1);
            std::this_thread::sleep_until(next);
            const Clock::time_point start = Clock::now();
            decoder.decode(std::span(z).subspan(i * latent, latent), 1, means);
            microseconds.push_back(secondsSince(start) * 1e6);
        }
    }).join();
    if (microseconds.empty())
        return {};
    return {quantile(microseconds, 0.5), quantile(microseconds, 0.99)};
}

Result<std::shared_ptr<const Decoder>> freshDecoder(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data)
{
    BackendRequest request;
    request.config = config;
    request.data = data;
    request.device = "cpu";
    request.threads = context.threads;
    const Result<std::unique_ptr<VaeBackend>> backend = context.factory->create(std::move(request));
    if (!backend)
        return backend.error();
    return backend.value()->copyDecoder();
}

} // namespace

Result<TrainTimes> measureTraining(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int repeats, bool graphs)
{
    BackendRequest request;
    request.graphs = graphs;
    request.config = config;
    request.data = data;
    request.device = context.device;
    request.threads = context.threads;
    request.precision = context.precision;
    const Result<std::unique_ptr<VaeBackend>> created = context.factory->create(std::move(request));
    if (!created)
        return created.error();
    VaeBackend& backend = *created.value();

    std::vector<std::int32_t> order = allIndices(data->train().count);
    // The products are those of an MLP, measured on the CPU: beside a GPU's step or another network's they would be no yardstick.
    const bool comparable = backend.deviceName().starts_with("CPU") && ParameterLayout(config).isPlainMlp();
    std::vector<double> epochs, products;
    for (int round = 0; round <= repeats; ++round) {
        if (context.stop().stop_requested())
            return interrupted();
        context.report.progress(static_cast<double>(round) / (repeats + 1), "epoch " + std::to_string(round) + " of " + std::to_string(repeats));
        RandomStream(config.training.seed, StreamPurpose::Shuffling, static_cast<std::uint64_t>(round)).shuffle(order);
        const Result<double> epoch = timeEpoch(backend, round, order);
        if (!epoch)
            return epoch.error();
        const double alone = comparable ? productsAloneSeconds(config, backend.threads(), order.size(), context.precision, backend.stepMode().inputColumns) : 0.0;
        if (round == 0)
            continue; // memory and threads were still being set up
        epochs.push_back(epoch.value());
        products.push_back(alone);
    }
    return TrainTimes{median(epochs), median(products), backend.threads(), backend.deviceName(), backend.stepMode()};
}

Result<DecodeTimes> measureDecoding(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int count)
{
    const Result<std::shared_ptr<const Decoder>> decoder = freshDecoder(context, config, data);
    if (!decoder)
        return decoder.error();
    DecodeTimes times;
    context.report.progress(0.1, "decoding alone");
    times.alone = timeDecodes(context, *decoder.value(), count);
    context.report.progress(0.5, "decoding under training");
    const BusyTrainer trainer(context, config, data);
    if (trainer.error())
        return *trainer.error();
    times.underTraining = timeDecodes(context, *decoder.value(), count);
    if (context.stop().stop_requested())
        return interrupted();
    return times;
}

Result<ManifoldTimes> measureManifold(Context& context, const RunConfig& config, const std::shared_ptr<const Dataset>& data, int side, int repeats)
{
    const Result<std::shared_ptr<const Decoder>> made = freshDecoder(context, config, data);
    if (!made)
        return made.error();
    const Decoder& decoder = *made.value();
    const auto count = static_cast<std::size_t>(side) * static_cast<std::size_t>(side), latent = static_cast<std::size_t>(decoder.latent());
    RandomStream stream(/*seed=*/1, StreamPurpose::Interface);
    const std::vector<float> z = samplePrior(decoder.latent(), count, stream);
    std::vector<float> means(count * decoder.shape().size());
    const std::span<float> first = std::span(means).first(decoder.shape().size());
    const auto timed = [&](int threads, auto&& work) {
        double seconds = 0.0;
        std::jthread([&] {
            context.factory->prepareDecodingThread(threads);
            work(); // the BLAS starts its threads at a thread's first product
            const Clock::time_point start = Clock::now();
            work();
            seconds = secondsSince(start);
        }).join();
        return seconds;
    };
    std::vector<double> whole, single;
    for (int round = 0; round <= repeats; ++round) {
        if (context.stop().stop_requested())
            return interrupted();
        const double together = timed(context.usedThreads(), [&] { decoder.decode(z, count, means); });
        const double one = timed(/*threads=*/1, [&] {
            for (std::size_t i = 0; i < count; ++i)
                decoder.decode(std::span(z).subspan(i * latent, latent), 1, first);
        });
        if (round == 0)
            continue; // memory was still being set up
        whole.push_back(together);
        single.push_back(one);
    }
    return ManifoldTimes{median(whole), median(single)};
}

} // namespace latentscape::app
