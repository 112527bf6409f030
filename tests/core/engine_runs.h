// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/tiny_data.h"
#include "torch_reference.h"

#include <QtTest>

#include <functional>
#include <numeric>

namespace latentscape::tests {

inline RunConfig tinyConfig(OptimizerKind optimizer = OptimizerKind::Adam)
{
    RunConfig config;
    config.model.encoderHidden = {24, 12};
    config.model.latent = 3;
    config.training.batchSize = 20;
    config.training.optimizer = optimizer;
    config.training.learningRate = 1e-3;
    config.training.seed = 11;
    return config;
}

inline std::vector<std::int32_t> shuffled(std::size_t count, int epoch)
{
    std::vector<std::int32_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    RandomStream(11, StreamPurpose::Shuffling, static_cast<std::uint64_t>(epoch)).shuffle(order);
    return order;
}

/// Trains whole epochs (the last batch of each is partial); returns the losses of all steps.
inline std::vector<StepLoss> train(VaeEngine& engine, int epochs, std::size_t count, std::size_t batch, double rate = 1e-3)
{
    for (int epoch = 0; epoch < epochs; ++epoch) {
        engine.beginEpoch(epoch, shuffled(count, epoch));
        for (std::size_t begin = 0; begin < count; begin += batch)
            engine.step(begin, std::min(batch, count - begin), {1.0, rate});
    }
    return engine.drainSteps();
}

inline std::vector<float> stateOf(const VaeEngine& engine, StateBuffer which)
{
    std::vector<float> values(engine.layout().size());
    engine.read(which, values);
    return values;
}

inline void compareSteps(const std::vector<StepLoss>& found, const std::vector<StepLoss>& expected)
{
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QCOMPARE(found[i].images, expected[i].images);
        QVERIFY(found[i].reconstruction == expected[i].reconstruction);
        QVERIFY(found[i].kl == expected[i].kl);
        QVERIFY(found[i].objective == expected[i].objective);
        QVERIFY(found[i].gradientNorm == expected[i].gradientNorm);
    }
}

inline std::unique_ptr<VaeEngine> makeEngine(const EngineSetup& setup, bool tensors)
{
    return tensors ? makeTensorEngine(setup, "cpu") : makeCpuEngine(setup);
}

inline double normOf(const std::vector<float>& values)
{
    return std::sqrt(std::transform_reduce(values.begin(), values.end(), 0.0, std::plus<>(),
                                           [](float value) { return static_cast<double>(value) * static_cast<double>(value); }));
}

} // namespace latentscape::tests
