// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_engine.h"

#include "core/torch/matrix_product.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kEvaluationRows = 500;

} // namespace

std::unique_ptr<VaeEngine> makeCpuEngine(EngineSetup setup)
{
    return std::make_unique<CpuEngine>(std::move(setup));
}

CpuEngine::CpuEngine(EngineSetup setup)
    : m_setup(std::move(setup)), m_layout(m_setup.config), m_pixels(static_cast<std::size_t>(m_layout.pixels())),
      m_latent(static_cast<std::size_t>(m_layout.latent())),
      m_capacity(std::max(static_cast<std::size_t>(m_setup.config.training.batchSize), kEvaluationRows)), m_rowOf(rowOfSample(m_setup)),
      m_parameters(m_layout.size()),
      m_gradients(m_layout.size() + (m_setup.group ? TorchProcessGroup::kStepTail : 0)), m_firstMoment(m_layout.size()),
      m_secondMoment(m_layout.size()),
      m_keptParameters(m_layout.size()), m_keptFirst(m_layout.size()), m_keptSecond(m_layout.size()), m_x(m_capacity * m_pixels),
      m_heads(m_capacity * 2 * m_latent), m_headsGradient(m_capacity * 2 * m_latent), m_noise(m_capacity * m_latent),
      m_sigma(m_capacity * m_latent), m_z(m_capacity * m_latent), m_zGradient(m_capacity * m_latent), m_output(m_capacity * m_pixels),
      m_rowKl(m_capacity), m_taskSquares(ComputePool::kMaxTasks), m_harvestMu(m_setup.trainingIndices.size() * m_latent),
      m_harvestLogvar(m_setup.trainingIndices.size() * m_latent), m_pool(m_setup.threads, useOneComputeThread)
{
    const auto activations = [&](const LinearSlot& layer) {
        const std::size_t count = m_capacity * static_cast<std::size_t>(layer.out);
        const bool needsPre = m_setup.config.model.activation == Activation::Silu;
        return Activations{FloatBuffer(count), FloatBuffer(count), needsPre ? FloatBuffer(count) : FloatBuffer()};
    };
    for (const LinearSlot& layer : m_layout.encoder())
        m_encoder.push_back(activations(layer));
    for (std::size_t i = 0; i + 1 < m_layout.decoder().size(); ++i)
        m_decoder.push_back(activations(m_layout.decoder()[i]));
    m_tileLoss = FloatBuffer(static_cast<std::size_t>(pieces(m_pixels, 1, 1e18)) * m_capacity);
    if (!m_decoder.empty() && m_setup.data && m_setup.threads > 1) {
        const std::size_t rows = static_cast<std::size_t>(m_setup.config.training.batchSize) * static_cast<std::size_t>(m_setup.threads);
        m_parts = FloatBuffer(std::min(m_pixels, rows) * static_cast<std::size_t>(m_layout.decoder().back().in));
    }
    m_layout.initialise(m_parameters.span(), m_setup.config.training.seed);
    if (!m_encoder.empty() && m_setup.data && m_setup.data->train().isBytes()) { // no data: it decodes only
        const std::size_t stride = ActiveColumns::strideOf(m_pixels);
        m_masks.resize(static_cast<std::size_t>(pieces(m_capacity, kRowGranule, 1e18)) * m_pixels);
        m_compactX = FloatBuffer(m_capacity * stride);
        m_compactWeights = FloatBuffer(static_cast<std::size_t>(m_layout.encoder().front().out) * stride);
        m_gradientRow = FloatBuffer(static_cast<std::size_t>(m_setup.threads) * stride);
    }
    useOneComputeThread();
    keep();
}

StepMode CpuEngine::stepMode() const
{
    StepMode mode;
    mode.inputColumns = static_cast<double>(m_pixels);
    if (m_maskedSteps > 0)
        mode.inputColumns -= static_cast<double>(m_columnsLeftOut) / static_cast<double>(m_maskedSteps);
    return mode;
}

void CpuEngine::beginEpoch(int epoch, std::span<const std::int32_t> order)
{
    m_epoch = epoch;
    m_order.assign(order.begin(), order.end());
    m_harvestRow = harvestRows(m_setup, m_rowOf, order);
    const auto batch = static_cast<std::size_t>(m_setup.config.training.batchSize);
    m_losses.reserve(m_losses.size() + (order.size() + batch - 1) / batch);
}

void CpuEngine::step(std::size_t begin, std::size_t count, const StepControls& controls)
{
    assert(count > 0 && count <= m_capacity && begin + count <= m_order.size());
    const TrainConfig& training = m_setup.config.training;
    const double beta = m_setup.config.objective.isVariational() ? controls.beta : 0.0;
    m_batch = count;
    prepareUpdate(controls.learningRate);
    StepLoss loss;
    if (m_setup.group) {
        const BatchSlice own = m_setup.group->sliceOf(count);
        loss = differentiate(begin + own.begin, own.count, beta);
        spreadFirstGradient();
        m_setup.group->sumStep(m_gradients.span(), loss);
    } else {
        loss = differentiate(begin, count, beta);
    }
    loss.images = static_cast<int>(count);
    if (measuresNorm(training, m_steps))
        loss.gradientNorm = gradientNorm();
    m_losses.push_back(loss);
    update(training.clipNorm > 0.0 ? clipFactor(training.clipNorm, loss.gradientNorm) : 1.0);
}

StepLoss CpuEngine::differentiate(std::size_t begin, std::size_t n, double beta)
{
    StepLoss loss;
    m_compactGradient = false;
    if (n == 0) { // the epoch's last batch may be smaller than the group
        std::fill(m_gradients.span().begin(), m_gradients.span().end(), 0.0f);
        return loss;
    }
    m_reduced = m_setup.precision == Precision::BFloat16;
    gather(/*test=*/false, m_order.data() + begin, n, begin);
    m_compactGradient = m_compact; // by the time that anybody asks for the first layer's gradient
    m_byRows = cutsRows(n);
    if (m_byRows) {
        forwardAndBack(begin, n, static_cast<float>(beta));
        weightGradients(n);
    } else {
        encoderForward(n);
        sampleAndFirstLayer(begin, n);
        decoderForward(/*firstLayer=*/1, n);
        outputLoss(n, /*withGradients=*/true);
        decoderBackward(n);
        latentBackward(n, static_cast<float>(beta));
        encoderBackward(n);
    }
    m_reduced = false;
    for (std::size_t row = 0; row < n; ++row) {
        loss.reconstruction += reconstructionOf(row);
        loss.kl += m_rowKl[row];
    }
    loss.objective = loss.reconstruction + beta * loss.kl;
    return loss;
}

std::vector<StepLoss> CpuEngine::drainSteps()
{
    std::vector<StepLoss> losses(m_losses.begin(), m_losses.end()); // a copy: m_losses keeps its memory for the next steps
    m_losses.clear();
    return losses;
}

void CpuEngine::posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar)
{
    assert(samples.size() <= m_capacity && mu.size() == samples.size() * m_latent && logvar.size() == mu.size());
    gather(test, samples.data(), samples.size(), /*begin=*/std::nullopt);
    encoderForward(samples.size());
    headsForward(samples.size());
    for (std::size_t row = 0; row < samples.size(); ++row) {
        const float* heads = m_heads.data() + row * 2 * m_latent;
        std::copy_n(heads, m_latent, mu.data() + row * m_latent);
        std::copy_n(heads + m_latent, m_latent, logvar.data() + row * m_latent);
    }
}

void CpuEngine::reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats)
{
    assert(samples.size() <= m_capacity && z.size() == samples.size() * m_latent && nats.size() == samples.size());
    gather(test, samples.data(), samples.size(), /*begin=*/std::nullopt);
    std::copy(z.begin(), z.end(), m_z.data());
    decoderForward(/*firstLayer=*/0, samples.size());
    outputLoss(samples.size(), /*withGradients=*/false);
    for (std::size_t row = 0; row < samples.size(); ++row)
        nats[row] = reconstructionOf(row);
}

void CpuEngine::readHarvest(std::span<float> mu, std::span<float> logvar) const
{
    std::copy(m_harvestMu.span().begin(), m_harvestMu.span().end(), mu.begin());
    std::copy(m_harvestLogvar.span().begin(), m_harvestLogvar.span().end(), logvar.begin());
}

void CpuEngine::writeHarvest(std::span<const float> mu, std::span<const float> logvar)
{
    std::copy(mu.begin(), mu.end(), m_harvestMu.data());
    std::copy(logvar.begin(), logvar.end(), m_harvestLogvar.data());
}

FloatBuffer& CpuEngine::buffer(StateBuffer which) noexcept
{
    switch (which) {
    case StateBuffer::Parameters: return m_parameters;
    case StateBuffer::Gradients: return m_gradients;
    case StateBuffer::FirstMoment: return m_firstMoment;
    case StateBuffer::SecondMoment: break;
    }
    return m_secondMoment;
}

void CpuEngine::read(StateBuffer which, std::span<float> out) const
{
    auto* self = const_cast<CpuEngine*>(this);
    if (which == StateBuffer::Gradients)
        self->spreadFirstGradient(); // the same values, elsewhere
    std::copy_n(self->buffer(which).data(), out.size(), out.begin());
}

void CpuEngine::write(StateBuffer which, std::span<const float> in)
{
    std::copy(in.begin(), in.end(), buffer(which).data());
    if (which == StateBuffer::Gradients)
        m_compactGradient = false;
}

void CpuEngine::keep()
{
    const std::size_t bytes = m_layout.size() * sizeof(float);
    std::memcpy(m_keptParameters.data(), m_parameters.data(), bytes);
    std::memcpy(m_keptFirst.data(), m_firstMoment.data(), bytes);
    std::memcpy(m_keptSecond.data(), m_secondMoment.data(), bytes);
    m_keptSteps = m_steps;
}

void CpuEngine::rollBack()
{
    const std::size_t bytes = m_layout.size() * sizeof(float);
    std::memcpy(m_parameters.data(), m_keptParameters.data(), bytes);
    std::memcpy(m_firstMoment.data(), m_keptFirst.data(), bytes);
    std::memcpy(m_secondMoment.data(), m_keptSecond.data(), bytes);
    m_steps = m_keptSteps;
}

} // namespace latentscape
