// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/trainer.h"
#include "support/fake_backend.h"
#include "support/tiny_data.h"
#include "support/trainer_events.h"

#include <memory>
#include <utility>

namespace latentscape::tests {

inline constexpr int kStepsPerEpoch = 8; // 64 samples in batches of 8

inline RunConfig tinyConfig(int epochs = 3)
{
    RunConfig config;
    config.model.inputShape = ItemShape{1, 8, 8};
    config.model.encoderHidden = {16};
    config.training.batchSize = 8;
    config.training.epochs = epochs;
    return config;
}

/// A run on the fake backend with everything a test looks at.
struct TrainerBench {
    std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>();
    TrainerEvents events;
    Trainer::Setup setup;

    explicit TrainerBench(RunConfig config = tinyConfig(), std::size_t samples = 64)
    {
        setup.data = tinyDataset(samples, 16, 8);
        setup.config = std::move(config);
        setup.factory = std::make_shared<FakeBackendFactory>(script);
        setup.niceness = 0;
        setup.onEvent = events.receiver();
    }
    [[nodiscard]] std::unique_ptr<Trainer> start()
    {
        auto trainer = std::make_unique<Trainer>(setup);
        trainer->waitUntilIdle();
        return trainer;
    }
    [[nodiscard]] std::shared_ptr<const Checkpoint> checkpointOf(Trainer& trainer)
    {
        trainer.requestCheckpoint();
        trainer.waitUntilIdle();
        return events.lastCheckpoint();
    }
};

inline bool sameHistory(const History& a, const History& b)
{
    if (a.epochs.size() != b.epochs.size() || a.marks.size() != b.marks.size() || a.bestEpoch != b.bestEpoch)
        return false;
    for (std::size_t i = 0; i < a.epochs.size(); ++i)
        if (a.epochs[i].epoch != b.epochs[i].epoch || !(a.epochs[i].train == b.epochs[i].train) || !(a.epochs[i].held == b.epochs[i].held)
            || a.epochs[i].learningRate != b.epochs[i].learningRate || a.epochs[i].gradientNorm != b.epochs[i].gradientNorm)
            return false;
    for (std::size_t i = 0; i < a.marks.size(); ++i)
        if (a.marks[i].epoch != b.marks[i].epoch || a.marks[i].text != b.marks[i].text)
            return false;
    return true;
}

inline bool sameState(const Checkpoint& a, const Checkpoint& b)
{
    return a.progress == b.progress && a.kept == b.kept && a.weights == b.weights && a.trainState == b.trainState
        && sameHistory(a.history, b.history);
}

inline std::shared_ptr<const Checkpoint> stateAfterWholeRun(const RunConfig& config)
{
    TrainerBench bench(config);
    auto trainer = bench.start();
    trainer->run();
    trainer->waitUntilIdle();
    return bench.checkpointOf(*trainer);
}

} // namespace latentscape::tests
