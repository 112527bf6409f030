// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/store/checkpoint_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace latentscape {

inline TensorBlob filled(TensorBlob blob, RandomStream& stream)
{
    std::size_t count = 1;
    for (const std::int64_t size : blob.shape)
        count *= static_cast<std::size_t>(size);
    std::vector<float> values(count);
    for (float& value : values) // uniform, not normal: logarithms differ in the last bit between C libraries, and a file holds these numbers
        value = static_cast<float>(stream.uniform(-1.0, 1.0));
    blob.bytes.resize(4 * count);
    std::memcpy(blob.bytes.data(), values.data(), blob.bytes.size());
    return blob;
}

/// A small checkpoint with awkward numbers and texts; tests/data/checkpoint-1.0.safetensors holds it too, so it must not change.
inline Checkpoint exampleCheckpoint()
{
    Checkpoint checkpoint;
    checkpoint.config.model.inputShape = {1, 4, 4};
    checkpoint.config.model.encoderHidden = {6, 3};
    checkpoint.config.model.latent = 2;
    checkpoint.config.objective.beta = 0.1 + 0.2;
    checkpoint.config.objective.likelihood = Likelihood::GaussianLearned;
    checkpoint.config.training.seed = ~std::uint64_t{0};
    checkpoint.data = {"digits", "built in, seed 1", std::string(64, 'a'), "0 … 255 → 0 … 1", 20000, 2000, {}};
    checkpoint.classNames = {"zero", "\"one\"", "zwölf"};
    for (int epoch = 1; epoch <= 3; ++epoch) {
        EpochRecord record;
        record.epoch = epoch;
        record.train = {100.0 / 3.0 / epoch, 80.1, 25.3, 0.1};
        record.held = {1e-300, std::nextafter(1.0, 2.0), -0.0, 105.7};
        record.seconds = 1.25; // must not reach the file
        record.imagesPerSecond = 41000;
        checkpoint.history.epochs.push_back(record);
    }
    checkpoint.history.marks = {{1.5, "β 1.5 → 1.0"}};
    checkpoint.progress = {471, 3, 2, {256, 1.0 / 7.0, 1e-17, 12.5}};
    RandomStream stream(5, StreamPurpose::Initialisation);
    for (TensorBlob& blob : expectedWeights(checkpoint.config.model, checkpoint.config.objective)) {
        checkpoint.weights.push_back(filled(blob, stream));
        blob.name = "train_state.m." + blob.name;
        checkpoint.trainState.push_back(filled(std::move(blob), stream));
    }
    TensorBlob step{"train_state.step", TensorType::I64, {1}, std::vector<std::byte>(8)};
    step.bytes[0] = std::byte{7};
    checkpoint.trainState.push_back(step);
    return checkpoint;
}

/// Two directions of its latent space; tests/data/checkpoint-1.1.safetensors holds the example with them.
inline std::vector<AttributeDirection> exampleDirections()
{
    return {{"slant", {0.6f, -0.8f}, 2.5, 7.25, 1.0 / 3.0, 0.125, 120, 80}, {"zwölf \"dick\"", {0.0f, 1.0f}, 1e-9, 1.0, -0.5, 1.0 / 201.0, 1, 2}};
}

inline Checkpoint exampleWithDirections()
{
    Checkpoint checkpoint = exampleCheckpoint();
    checkpoint.directions = exampleDirections();
    return checkpoint;
}

/// What version 1.2 brought, on a table of five standardised columns; tests/data/checkpoint-1.2.safetensors holds it.
inline Checkpoint exampleOfTable()
{
    Checkpoint checkpoint = exampleWithDirections();
    RunConfig& config = checkpoint.config;
    config.model.inputShape = {1, 1, 5};
    config.model.encoderHidden = {4, 3};
    config.model.decoderHidden = {6};
    config.model.denseWidth = 77;
    config.model.activation = Activation::Tanh;
    config.model.layerNorm = true;
    config.model.dropout = 0.1 + 0.2;
    config.model.classes = 3;
    config.model.standardized = true;
    config.objective.kind = ObjectiveKind::ConditionalVae;
    config.objective.warmupEpochs = 1.0 / 3.0;
    config.objective.warmup = Warmup::Cyclic;
    config.objective.capacity = 12.5;
    config.objective.gamma = 1e-3;
    config.objective.lambda = 2.0 / 3.0;
    config.training.optimizer = OptimizerKind::AdamW;
    config.training.weightDecay = 0.7;
    config.training.schedule = LearningRateSchedule::OneCycle;
    config.training.clipNorm = 1.0 / 7.0;
    config.training.patience = 4;
    config.training.balance = true;
    config.training.validationFraction = 0.1;
    checkpoint.data = {"iris", "a table", std::string(64, 'b'), "mean 0, variance 1", 120, 30,
                       {{"width", 5.843333f, 0.8280661f}, {"\"petal\", länge", -1e-20f, 1e20f}, {"", 0.0f, 1.0f}, {"a", 1.0f / 3.0f, 1e-30f}, {"b", -7.0f, 2.0f}}};
    for (EpochRecord& record : checkpoint.history.epochs) {
        record.learningRate = 1e-3 / record.epoch;
        record.gradientNorm = 0.1 * record.epoch;
    }
    checkpoint.history.bestEpoch = 2;
    checkpoint.progress.sums.gradientNorm = 5.0 / 3.0;
    checkpoint.progress.sums.measuredSteps = 2;
    checkpoint.weights.clear();
    checkpoint.trainState.clear();
    RandomStream stream(6, StreamPurpose::Initialisation);
    for (TensorBlob& blob : expectedWeights(config.model, config.objective)) {
        checkpoint.weights.push_back(filled(blob, stream));
        blob.name = "train_state.best." + blob.name;
        checkpoint.trainState.push_back(filled(std::move(blob), stream));
    }
    return checkpoint;
}

/// The example within an epoch, one of whose earlier states is kept.
inline Checkpoint exampleWithKept()
{
    Checkpoint checkpoint = exampleCheckpoint();
    checkpoint.kept = KeptProgress{1, {128, 1.0 / 9.0, -1e-17, 6.5, 2.0 / 3.0, 1}};
    RandomStream stream(7, StreamPurpose::Initialisation);
    for (TensorBlob& blob : expectedWeights(checkpoint.config.model, checkpoint.config.objective)) {
        blob.name = "train_state.kept." + blob.name;
        checkpoint.trainState.push_back(filled(std::move(blob), stream));
    }
    return checkpoint;
}

inline bool sameHistory(const History& a, const History& b)
{
    const auto sameEpoch = [](const EpochRecord& x, const EpochRecord& y) {
        return x.epoch == y.epoch && x.train == y.train && x.held == y.held && x.learningRate == y.learningRate && x.gradientNorm == y.gradientNorm;
    };
    const auto sameMark = [](const ControlMark& x, const ControlMark& y) { return x.epoch == y.epoch && x.text == y.text; };
    return a.bestEpoch == b.bestEpoch && std::ranges::equal(a.epochs, b.epochs, sameEpoch) && std::ranges::equal(a.marks, b.marks, sameMark);
}

inline bool sameTensors(std::vector<TensorBlob> a, std::vector<TensorBlob> b)
{
    std::ranges::sort(a, {}, &TensorBlob::name);
    std::ranges::sort(b, {}, &TensorBlob::name);
    return a == b;
}

inline bool sameContent(const Checkpoint& a, const Checkpoint& b)
{
    return a.config == b.config && a.data.name == b.data.name && a.data.source == b.data.source && a.data.sha256 == b.data.sha256
        && a.data.scale == b.data.scale && a.data.trainCount == b.data.trainCount && a.data.testCount == b.data.testCount
        && a.data.columns == b.data.columns && a.classNames == b.classNames
        && sameHistory(a.history, b.history) && a.progress == b.progress && a.kept == b.kept && a.weights == b.weights
        && a.directions == b.directions
        && sameTensors(a.trainState, b.trainState);
}

} // namespace latentscape
