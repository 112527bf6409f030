// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include "core/torch/device_copy.h"
#include "core/torch/likelihood.h"
#include "core/torch/matrix_product.h"
#include "core/torch/memory_reuse.h"
#include "core/torch/noise.h"
#include "core/torch/torch_devices.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kMostRows = 1000;
/// Floats of the widest layer in one pass of an evaluation: 128 MiB.
constexpr std::size_t kMostFloats = std::size_t{1} << 25;

/// Numbers for all pairs of a batch's codes that one thread compares in less time than sharing the rest among all saves.
constexpr std::size_t kMostPairs = std::size_t{1} << 18;

std::size_t pairsOf(const RunConfig& config)
{
    const auto batch = static_cast<std::size_t>(config.training.batchSize);
    return config.objective.comparesPairs() ? batch * batch * static_cast<std::size_t>(config.model.latent) : 0;
}

/// Floats that the widest layer makes of one sample, at most.
std::size_t widestLayer(const ModelConfig& model)
{
    std::size_t widest = 1;
    const auto widen = [&](int width) { widest = std::max(widest, static_cast<std::size_t>(width)); };
    std::for_each(model.encoderHidden.begin(), model.encoderHidden.end(), widen);
    const std::vector<int> decoder = model.decoderWidths();
    std::for_each(decoder.begin(), decoder.end(), widen);
    switch (model.architecture) {
    case Architecture::Mlp: return std::max(widest, model.inputShape.size());
    case Architecture::Conv: return widest * static_cast<std::size_t>(model.inputShape.height) * static_cast<std::size_t>(model.inputShape.width);
    case Architecture::Gru: break;
    }
    return 3 * widest * static_cast<std::size_t>(model.inputShape.width); // three gates a step
}

at::Tensor floatsView(std::span<const float> values, at::IntArrayRef shape)
{
    // from_blob wants a mutable pointer; the tensor is only copied from, or the caller's span was mutable.
    return at::from_blob(const_cast<float*>(values.data()), shape, at::kFloat);
}

} // namespace

std::unique_ptr<VaeEngine> makeTensorEngine(EngineSetup setup, const std::string& device, bool graphs)
{
    if (!graphs)
        return std::make_unique<TensorEngine>(std::move(setup), device, StepGraphs{{}, "Graphs were not asked for."});
    return std::make_unique<TensorEngine>(std::move(setup), device);
}

TensorEngine::TensorEngine(EngineSetup setup, const std::string& device) : TensorEngine(std::move(setup), device, stepGraphsOf(at::Device(device)))
{
}

TensorEngine::TensorEngine(EngineSetup setup, const std::string& deviceId, StepGraphs graphs)
    : m_setup(std::move(setup)), m_layout(m_setup.config), m_network(makeNetwork(m_setup.config, m_layout)),
      m_chunkRows(std::clamp<std::size_t>(kMostFloats / widestLayer(m_setup.config.model), 1, kMostRows)),
      m_shards(at::Device(deviceId).is_cpu() && pairsOf(m_setup.config) <= kMostPairs ? m_setup.threads : 1), m_rowOf(rowOfSample(m_setup)),
      m_graphs(std::move(graphs)), m_pool(m_setup.threads, useOneComputeThread)
{
    // Not inference mode: its tensors may not take part in a graph.
    const c10::NoGradGuard noGradients;
    const at::Device device(deviceId);
    useComputeThreads(device.is_cpu() ? m_setup.threads / m_shards : 1);
    if (device.is_cpu())
        keepFreedMemory();
    if (device.is_cpu() && m_setup.threads > m_shards)
        m_idleTeam.emplace();
    if (device.is_cuda())
        at::globalContext().setDeterministicCuDNN(true); // a repeat with the same seed is bit-identical on the same device
    const auto size = static_cast<std::int64_t>(m_layout.size());
    const at::TensorOptions floats = at::TensorOptions(device).dtype(at::kFloat);
    for (at::Tensor* flat : {&m_parameters, &m_gradients, &m_first, &m_second, &m_keptParameters, &m_keptFirst, &m_keptSecond})
        *flat = at::zeros({size}, floats);
    if (m_setup.group) {
        m_graphs = {{}, "A step that meets other processes has to hear of their end, which a recording cannot."};
        m_exchange = at::zeros({size + static_cast<std::int64_t>(TorchProcessGroup::kStepTail)}, floats);
        m_gradients = m_exchange.narrow(0, 0, size);
    }
    m_stepTensor = at::zeros({}, floats);
    m_losses = at::zeros({static_cast<std::int64_t>(kLossRing), 4}, floats.dtype(at::kDouble));
    for (const at::Tensor& view : viewsOf(m_layout, m_parameters))
        m_leaves.push_back(view.detach().requires_grad_(true));
    m_gradientViews = viewsOf(m_layout, m_gradients);
    if (m_shards > 1) {
        m_shardGradients = at::zeros({m_shards, size}, floats);
        for (const at::Tensor& row : m_shardGradients.unbind())
            m_shardViews.push_back(viewsOf(m_layout, row));
    }
    std::vector<float> initial(m_layout.size());
    m_layout.initialise(initial, m_setup.config.training.seed);
    write(StateBuffer::Parameters, initial);

    if (m_setup.data) {
        m_train = residentOf(m_setup.data->train());
        m_test = residentOf(m_setup.data->test());
    }
    m_harvest = at::zeros({static_cast<std::int64_t>(m_setup.trainingIndices.size()) + 1, 2 * m_layout.latent()}, floats);
    m_counters = at::zeros({2}, floats.dtype(at::kLong));
    m_epochNumber = at::zeros({1}, floats.dtype(at::kLong));
    m_drawnOffset = at::zeros({1}, floats.dtype(at::kLong));
    m_rate = at::full({}, m_deviceControls.learningRate, device.is_cpu() ? floats.dtype(at::kDouble) : floats); // what the fused kernels read
    m_beta = at::full({}, m_deviceControls.beta, floats.dtype(at::kDouble));
    m_capacity = at::full({}, m_deviceControls.capacity, floats.dtype(at::kDouble));
    if (drawsOnDevice()) {
        const std::uint64_t seed = m_setup.config.training.seed;
        m_noiseRows.emplace(seed, StreamPurpose::Reparameterisation, device);
        m_priorRows.emplace(seed, StreamPurpose::Prior, device);
        m_binarizationRows.emplace(seed, StreamPurpose::Binarization, device);
    }
    if (m_setup.config.model.dropout > 0.0) {
        for (int shard = 0; shard < m_shards; ++shard)
            m_dropouts.push_back(at::globalContext().defaultGenerator(device).clone());
        m_graphs = {{}, "Dropout sets a seed for each step, which a recording would freeze."};
    }
    keep();
}

int TensorEngine::tensorThreads() const noexcept
{
    return m_parameters.is_cpu() ? m_setup.threads / m_shards : 1;
}

void TensorEngine::computeOnOwnThreads() const
{
    // Another engine made on this thread may have changed the count; to set it costs LibTorch its caches.
    if (at::get_num_threads() != tensorThreads())
        useComputeThreads(tensorThreads());
}

TensorEngine::Resident TensorEngine::residentOf(const DataPart& part) const
{
    const auto count = static_cast<std::int64_t>(part.count);
    const at::Tensor host = part.isBytes()
                                ? at::from_blob(const_cast<std::uint8_t*>(part.bytes().data()), {count, m_layout.pixels()}, at::kByte)
                                : floatsView(part.floats(), {count, m_layout.pixels()});
    Resident resident;
    resident.values = host.to(m_parameters.device()); // on the CPU the set's own memory, which the setup keeps alive
    if (m_setup.config.model.classes > 0)
        resident.labels = onDevice(part.labels);
    return resident;
}

std::string TensorEngine::deviceName() const
{
    return describeDevice(m_parameters.device().str());
}

at::Tensor TensorEngine::onDevice(std::span<const std::int32_t> integers) const
{
    const at::Tensor host = at::from_blob(const_cast<std::int32_t*>(integers.data()), {static_cast<std::int64_t>(integers.size())}, at::kInt);
    return host.to(at::kLong).to(m_parameters.device());
}

at::Tensor TensorEngine::valuesOf(const Resident& part, const at::Tensor& samples) const
{
    const at::Tensor x = part.values.index_select(0, samples);
    return x.scalar_type() == at::kByte ? x.to(at::kFloat).mul_(1.0f / 255.0f) : x;
}

at::Tensor TensorEngine::labelsOf(const Resident& part, const at::Tensor& samples) const
{
    if (!part.labels.defined())
        return {};
    return oneHotOf(part.labels.index_select(0, samples), m_setup.config.model.classes, m_parameters);
}

at::Tensor TensorEngine::evaluationBatch(bool test, std::span<const std::int32_t> samples)
{
    const Binarization binarization = binarizationOf(m_setup.config.objective);
    if (binarization != Binarization::Dynamic) {
        const at::Tensor x = valuesOf(test ? m_test : m_train, onDevice(samples));
        return binarization == Binarization::Threshold ? x.ge(0.5).to(at::kFloat) : x;
    }
    const DataPart& part = test ? m_setup.data->test() : m_setup.data->train();
    const auto pixels = static_cast<std::size_t>(m_layout.pixels());
    // Many draws of one sample in a row, as an importance-weighted bound asks for, need its drawing once.
    std::vector<std::int32_t> drawn, rowOf(samples.size());
    for (std::size_t row = 0; row < samples.size(); ++row) {
        if (row == 0 || samples[row] != samples[row - 1])
            drawn.push_back(samples[row]);
        rowOf[row] = static_cast<std::int32_t>(drawn.size() - 1);
    }
    const at::Tensor host = at::empty({static_cast<std::int64_t>(drawn.size()), m_layout.pixels()}, at::kFloat);
    float* values = host.mutable_data_ptr<float>();
    forEachRow(drawn.size(), [&](std::size_t row, std::size_t) noexcept {
        const std::span<float> x(values + row * pixels, pixels);
        m_setup.data->copyFloats(part, static_cast<std::size_t>(drawn[row]), x);
        binariseEvaluation(m_setup.config.training.seed, test, drawn[row], x, x);
    });
    const at::Tensor x = host.to(m_parameters.device());
    return drawn.size() == samples.size() ? x : x.index_select(0, onDevice(rowOf));
}

template <typename Make>
at::Tensor TensorEngine::inShards(std::size_t rows, Make&& make)
{
    const int shards = shardsOf(rows);
    if (shards == 1)
        return make(Shard{0, 0, rows});
    std::vector<at::Tensor> parts(static_cast<std::size_t>(shards));
    runShards(shards, rows, [&](const Shard& shard) { parts[shard.index] = make(shard); });
    return at::cat(parts);
}

void TensorEngine::posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar)
{
    computeOnOwnThreads();
    const c10::NoGradGuard noGradients;
    const at::Tensor x = evaluationBatch(test, samples);
    const at::Tensor labels = labelsOf(test ? m_test : m_train, onDevice(samples));
    const auto encoded = [&](const Shard& shard) { return m_network->encode(m_leaves, shard.of(x), shard.of(labels), {}); };
    const at::Tensor heads = download(inShards(samples.size(), encoded));
    const std::int64_t latent = m_layout.latent();
    const std::array<std::int64_t, 2> shape{static_cast<std::int64_t>(samples.size()), latent};
    floatsView(mu, shape).copy_(heads.narrow(1, 0, latent));
    floatsView(logvar, shape).copy_(heads.narrow(1, latent, latent).clamp(-kMaxLogVariance, kMaxLogVariance));
}

void TensorEngine::reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats)
{
    computeOnOwnThreads();
    const c10::NoGradGuard noGradients;
    const at::Tensor codes = floatsView(z, {static_cast<std::int64_t>(samples.size()), m_layout.latent()}).to(m_parameters.device());
    const at::Tensor labels = labelsOf(test ? m_test : m_train, onDevice(samples));
    const at::Tensor x = evaluationBatch(test, samples), sigma = logSigma();
    const at::Tensor host = download(inShards(samples.size(), [&](const Shard& shard) {
        const at::Tensor output = m_network->decode(m_leaves, shard.of(codes), shard.of(labels), {});
        return negativeLogLikelihood(m_setup.config.objective.likelihood, output, shard.of(x), sigma).to(at::kDouble);
    }));
    std::copy_n(host.const_data_ptr<double>(), nats.size(), nats.data());
}

void TensorEngine::readHarvest(std::span<float> mu, std::span<float> logvar) const
{
    const c10::NoGradGuard noGradients;
    const std::array<std::int64_t, 2> shape{m_harvest.size(0) - 1, m_layout.latent()};
    const at::Tensor host = download(m_harvest.narrow(0, 0, shape[0]));
    floatsView(mu, shape).copy_(host.narrow(1, 0, shape[1]));
    floatsView(logvar, shape).copy_(host.narrow(1, shape[1], shape[1]));
}

void TensorEngine::writeHarvest(std::span<const float> mu, std::span<const float> logvar)
{
    const c10::NoGradGuard noGradients;
    const std::array<std::int64_t, 2> shape{m_harvest.size(0) - 1, m_layout.latent()};
    m_harvest.narrow(0, 0, shape[0]).copy_(at::cat({floatsView(mu, shape), floatsView(logvar, shape)}, 1));
}

const at::Tensor& TensorEngine::buffer(StateBuffer which) const noexcept
{
    switch (which) {
    case StateBuffer::Parameters: return m_parameters;
    case StateBuffer::Gradients: return m_gradients;
    case StateBuffer::FirstMoment: return m_first;
    case StateBuffer::SecondMoment: break;
    }
    return m_second;
}

void TensorEngine::read(StateBuffer which, std::span<float> out) const
{
    const c10::NoGradGuard noGradients;
    floatsView(out, {static_cast<std::int64_t>(out.size())}).copy_(download(buffer(which)));
}

void TensorEngine::write(StateBuffer which, std::span<const float> in)
{
    const c10::NoGradGuard noGradients;
    buffer(which).copy_(floatsView(in, {static_cast<std::int64_t>(in.size())}));
}

void TensorEngine::setStepCount(std::int64_t steps)
{
    const c10::NoGradGuard noGradients;
    m_steps = steps;
    m_stepTensor.fill_(static_cast<double>(steps));
}

void TensorEngine::keep()
{
    const c10::NoGradGuard noGradients;
    m_keptParameters.copy_(m_parameters);
    m_keptFirst.copy_(m_first);
    m_keptSecond.copy_(m_second);
    m_keptSteps = m_steps;
}

void TensorEngine::rollBack()
{
    const c10::NoGradGuard noGradients;
    m_parameters.copy_(m_keptParameters);
    m_first.copy_(m_keptFirst);
    m_second.copy_(m_keptSecond);
    setStepCount(m_keptSteps);
}

} // namespace latentscape
