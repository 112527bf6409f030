// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include "core/torch/matrix_product.h"
#include "core/torch/noise.h"
#include "core/torch/torch_devices.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <iterator>
#include <utility>

namespace latentscape {

namespace {

constexpr std::int64_t kLossRing = 4096;
constexpr std::size_t kEvaluationRows = 1000;
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8, kAlpha = 0.99;

at::Tensor resident(const DataPart& part, std::int64_t pixels, at::Device device)
{
    const auto count = static_cast<std::int64_t>(part.count);
    // from_blob wants a mutable pointer; the tensor is only copied from.
    const at::Tensor host = part.isBytes() ? at::from_blob(const_cast<std::uint8_t*>(part.bytes().data()), {count, pixels}, at::kByte)
                                           : at::from_blob(const_cast<float*>(part.floats().data()), {count, pixels}, at::kFloat);
    return host.to(device, host.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor floatsView(std::span<const float> values, at::IntArrayRef shape)
{
    return at::from_blob(const_cast<float*>(values.data()), shape, at::kFloat);
}

} // namespace

std::unique_ptr<VaeEngine> makeTensorEngine(EngineSetup setup, const std::string& device)
{
    return std::make_unique<TensorEngine>(std::move(setup), device);
}

TensorEngine::TensorEngine(EngineSetup setup, const std::string& deviceId) : m_setup(std::move(setup)), m_layout(m_setup.config)
{
    useOneComputeThread();
    const c10::InferenceMode inference;
    const at::Device device(deviceId);
    const auto size = static_cast<std::int64_t>(m_layout.size());
    const at::TensorOptions floats = at::TensorOptions(device).dtype(at::kFloat);
    for (at::Tensor* flat : {&m_parameters, &m_gradients, &m_first, &m_second, &m_keptParameters, &m_keptFirst, &m_keptSecond})
        *flat = at::zeros({size}, floats);
    m_stepTensor = at::zeros({}, floats);
    m_losses = at::zeros({kLossRing, 2}, floats.dtype(at::kDouble));
    std::vector<float> initial(m_layout.size());
    m_layout.initialise(initial, m_setup.config.training.seed);
    write(StateBuffer::Parameters, initial);

    std::transform(m_layout.encoder().begin(), m_layout.encoder().end(), std::back_inserter(m_encoder), [&](const auto& s) { return layerOf(s); });
    std::transform(m_layout.decoder().begin(), m_layout.decoder().end(), std::back_inserter(m_decoder), [&](const auto& s) { return layerOf(s); });
    m_heads = layerOf(m_layout.heads());
    if (m_setup.data) {
        m_train = resident(m_setup.data->train(), m_layout.pixels(), device);
        m_test = resident(m_setup.data->test(), m_layout.pixels(), device);
        std::vector<std::int32_t> rows = rowOfSample(m_setup);
        m_rowOf = at::from_blob(rows.data(), {static_cast<std::int64_t>(rows.size())}, at::kInt).to(at::kLong).to(device);
    }
    m_harvest = at::zeros({static_cast<std::int64_t>(m_setup.trainingIndices.size()), 2 * m_layout.latent()}, floats);
    keep();
}

TensorEngine::Layer TensorEngine::layerOf(const LinearSlot& slot) const
{
    const auto view = [](const at::Tensor& flat, std::size_t offset, at::IntArrayRef shape) {
        return flat.narrow(0, static_cast<std::int64_t>(offset), c10::multiply_integers(shape)).view(shape);
    };
    const std::int64_t in = slot.in, out = slot.out;
    return {view(m_parameters, slot.weight, {out, in}), view(m_parameters, slot.bias, {out}), view(m_gradients, slot.weight, {out, in}),
            view(m_gradients, slot.bias, {out})};
}

std::string TensorEngine::deviceName() const
{
    return describeDevice(m_parameters.device().str());
}

std::size_t TensorEngine::chunkRows() const noexcept
{
    return kEvaluationRows;
}

void TensorEngine::beginEpoch(int epoch, std::span<const std::int32_t> order)
{
    const c10::InferenceMode inference;
    m_order = samplesTensor(order);
    const auto latent = static_cast<std::size_t>(m_layout.latent());
    std::vector<float> noise;
    if (m_setup.config.objective.kind == ObjectiveKind::Vae) {
        noise.resize(order.size() * latent);
        for (std::size_t position = 0; position < order.size(); ++position)
            trainingNoise(m_setup.config.training.seed, epoch, position, std::span(noise).subspan(position * latent, latent));
        m_noise = floatsView(noise, {static_cast<std::int64_t>(order.size()), m_layout.latent()}).to(m_parameters.device(), at::kFloat, false, true);
    }
}

at::Tensor TensorEngine::samplesTensor(std::span<const std::int32_t> samples) const
{
    const at::Tensor host = at::from_blob(const_cast<std::int32_t*>(samples.data()), {static_cast<std::int64_t>(samples.size())}, at::kInt);
    return host.to(at::kLong).to(m_parameters.device());
}

at::Tensor TensorEngine::batch(bool test, const at::Tensor& samples) const
{
    const at::Tensor& part = test ? m_test : m_train;
    at::Tensor x = part.index_select(0, samples);
    return part.scalar_type() == at::kByte ? x.to(at::kFloat).mul_(1.0f / 255.0f) : x;
}

at::Tensor TensorEngine::hiddenForward(const std::vector<Layer>& layers, std::size_t count, at::Tensor x, std::vector<Trace>* traces) const
{
    for (std::size_t i = 0; i < count; ++i) {
        at::Tensor pre = at::addmm(layers[i].bias, x, layers[i].weight.t());
        at::Tensor y;
        switch (m_setup.config.model.activation) {
        case Activation::Relu: y = at::relu(pre); break;
        case Activation::Silu: y = at::silu(pre); break;
        case Activation::Tanh: y = at::tanh(pre); break;
        }
        if (traces)
            traces->push_back({x, pre, y});
        x = y;
    }
    return x;
}

at::Tensor TensorEngine::hiddenBackward(const std::vector<Layer>& layers, const std::vector<Trace>& traces, at::Tensor gradient,
                                        bool inputGradient) const
{
    for (std::size_t i = traces.size(); i-- > 0;) {
        switch (m_setup.config.model.activation) {
        case Activation::Relu: gradient = at::threshold_backward(gradient, traces[i].output, 0); break;
        case Activation::Silu: gradient = at::silu_backward(gradient, traces[i].pre); break;
        case Activation::Tanh: gradient = at::tanh_backward(gradient, traces[i].output); break;
        }
        at::Tensor weight = layers[i].weightGradient, bias = layers[i].biasGradient;
        at::mm_out(weight, gradient.t(), traces[i].input);
        at::sum_out(bias, gradient, at::IntArrayRef{0});
        if (i > 0 || inputGradient)
            gradient = at::mm(gradient, layers[i].weight);
    }
    return gradient;
}

at::Tensor TensorEngine::logSigma() const
{
    if (!m_layout.logSigma())
        return at::scalar_tensor(std::log(m_setup.config.objective.sigma), m_parameters.options().dtype(at::kDouble));
    const at::Tensor raw = m_parameters[static_cast<std::int64_t>(*m_layout.logSigma())].to(at::kDouble);
    return at::softplus(raw + 6.0) - 6.0;
}

TensorEngine::OutputLoss TensorEngine::lossOf(const at::Tensor& output, const at::Tensor& x) const
{
    if (m_setup.config.objective.likelihood == Likelihood::Bernoulli)
        return {(at::softplus(output) - x * output).sum(1, false, at::kDouble), at::sigmoid(output) - x, {}};
    const at::Tensor residual = output - x;
    const at::Tensor squared = residual.square().sum(1, false, at::kDouble);
    const at::Tensor scale = logSigma();
    const at::Tensor precision = (-2.0 * scale).exp();
    const at::Tensor nats = 0.5 * squared * precision + m_layout.pixels() * (scale + 0.5 * std::log(2.0 * std::numbers::pi));
    return {nats, residual * precision.to(at::kFloat), squared};
}

void TensorEngine::step(std::size_t begin, std::size_t count, const StepControls& controls)
{
    const c10::InferenceMode inference;
    const auto first = static_cast<std::int64_t>(begin), n = static_cast<std::int64_t>(count), latent = std::int64_t{m_layout.latent()};
    const bool sampled = m_setup.config.objective.kind == ObjectiveKind::Vae;
    const at::Tensor samples = m_order.narrow(0, first, n);
    const at::Tensor x = batch(/*test=*/false, samples);

    std::vector<Trace> encoderTraces, decoderTraces;
    const at::Tensor hidden = hiddenForward(m_encoder, m_encoder.size(), x, &encoderTraces);
    const at::Tensor heads = at::addmm(m_heads.bias, hidden, m_heads.weight.t());
    const at::Tensor mu = heads.narrow(1, 0, latent);
    const at::Tensor logvar = heads.narrow(1, latent, latent).clamp(-kMaxLogVariance, kMaxLogVariance);
    m_harvest.index_copy_(0, m_rowOf.index_select(0, samples), at::cat({mu, logvar}, 1));
    const at::Tensor sigma = (0.5f * logvar).exp();
    const at::Tensor noise = sampled ? m_noise.narrow(0, first, n) : at::Tensor();
    const at::Tensor z = sampled ? at::addcmul(mu, sigma, noise) : mu.contiguous();
    const at::Tensor top = hiddenForward(m_decoder, m_decoder.size() - 1, z, &decoderTraces);
    const Layer& last = m_decoder.back();
    const OutputLoss loss = lossOf(at::addmm(last.bias, top, last.weight.t()), x);

    if (m_pendingImages.size() == static_cast<std::size_t>(kLossRing))
        flushLosses();
    const at::Tensor slot = m_losses[static_cast<std::int64_t>(m_pendingImages.size())];
    slot[0].copy_(loss.nats.sum());
    if (sampled)
        slot[1].copy_((-0.5 * (1.0 + logvar - mu.square() - logvar.exp())).sum(at::kDouble));
    else
        slot[1].zero_();
    m_pendingImages.push_back(static_cast<int>(count));

    const at::Tensor gradient = loss.gradient.div(static_cast<double>(n));
    at::Tensor lastWeight = last.weightGradient, lastBias = last.biasGradient;
    at::mm_out(lastWeight, gradient.t(), top);
    at::sum_out(lastBias, gradient, at::IntArrayRef{0});
    if (m_layout.logSigma()) {
        const auto at = static_cast<std::int64_t>(*m_layout.logSigma());
        const at::Tensor slope = at::sigmoid(m_parameters[at].to(at::kDouble) + 6.0);
        const at::Tensor precision = (-2.0 * logSigma()).exp();
        m_gradients[at].copy_((m_layout.pixels() - loss.squared.sum() * precision / static_cast<double>(n)) * slope);
    }
    const at::Tensor dz = hiddenBackward(m_decoder, decoderTraces, at::mm(gradient, last.weight), /*inputGradient=*/true);
    at::Tensor headGradient;
    if (sampled) {
        const double klScale = controls.beta / static_cast<double>(n);
        headGradient = at::cat({dz + klScale * mu, 0.5 * (dz * noise * sigma + klScale * (sigma.square() - 1.0))}, 1);
    } else {
        headGradient = at::cat({dz, at::zeros_like(dz)}, 1);
    }
    at::mm_out(m_heads.weightGradient, headGradient.t(), hidden);
    at::sum_out(m_heads.biasGradient, headGradient, at::IntArrayRef{0});
    if (!m_encoder.empty())
        (void)hiddenBackward(m_encoder, encoderTraces, at::mm(headGradient, m_heads.weight), /*inputGradient=*/false);
    update(controls.learningRate);
}

void TensorEngine::update(double learningRate)
{
    ++m_steps;
    m_stepTensor.add_(1.0f); // the fused kernel reads its step from a tensor, which is ours to count
    switch (m_setup.config.training.optimizer) {
    case OptimizerKind::Adam:
        at::_fused_adam_({m_parameters}, {m_gradients}, {m_first}, {m_second}, {}, {m_stepTensor}, learningRate, kBeta1, kBeta2,
                         /*weight_decay=*/0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::RmsProp:
        m_second.mul_(kAlpha).addcmul_(m_gradients, m_gradients, 1.0 - kAlpha);
        m_parameters.addcdiv_(m_gradients, m_second.sqrt().add_(kEpsilon), -learningRate);
        break;
    case OptimizerKind::Sgd:
        m_first.mul_(m_setup.config.training.momentum).add_(m_gradients);
        m_parameters.add_(m_first, -learningRate);
        break;
    }
}

void TensorEngine::flushLosses()
{
    const auto count = static_cast<std::int64_t>(m_pendingImages.size());
    const at::Tensor host = m_losses.narrow(0, 0, count).to(at::kCPU).contiguous();
    const double* values = host.const_data_ptr<double>();
    for (std::size_t i = 0; i < m_pendingImages.size(); ++i)
        m_flushed.push_back({m_pendingImages[i], values[2 * i], values[2 * i + 1]});
    m_pendingImages.clear();
}

std::vector<StepLoss> TensorEngine::drainSteps()
{
    const c10::InferenceMode inference;
    flushLosses();
    return std::exchange(m_flushed, {});
}

void TensorEngine::posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar)
{
    const c10::InferenceMode inference;
    const std::int64_t latent = m_layout.latent();
    const at::Tensor hidden = hiddenForward(m_encoder, m_encoder.size(), batch(test, samplesTensor(samples)), nullptr);
    const at::Tensor heads = at::addmm(m_heads.bias, hidden, m_heads.weight.t()).to(at::kCPU);
    const std::array<std::int64_t, 2> shape{static_cast<std::int64_t>(samples.size()), latent};
    floatsView(mu, shape).copy_(heads.narrow(1, 0, latent));
    floatsView(logvar, shape).copy_(heads.narrow(1, latent, latent).clamp(-kMaxLogVariance, kMaxLogVariance));
}

void TensorEngine::reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats)
{
    const c10::InferenceMode inference;
    const at::Tensor code = floatsView(z, {static_cast<std::int64_t>(samples.size()), m_layout.latent()}).to(m_parameters.device());
    const at::Tensor top = hiddenForward(m_decoder, m_decoder.size() - 1, code, nullptr);
    const at::Tensor output = at::addmm(m_decoder.back().bias, top, m_decoder.back().weight.t());
    const at::Tensor host = lossOf(output, batch(test, samplesTensor(samples))).nats.to(at::kCPU).contiguous();
    std::copy_n(host.const_data_ptr<double>(), nats.size(), nats.data());
}

void TensorEngine::readHarvest(std::span<float> mu, std::span<float> logvar) const
{
    const c10::InferenceMode inference;
    const at::Tensor host = m_harvest.to(at::kCPU);
    const std::int64_t latent = m_layout.latent();
    floatsView(mu, {host.size(0), latent}).copy_(host.narrow(1, 0, latent));
    floatsView(logvar, {host.size(0), latent}).copy_(host.narrow(1, latent, latent));
}

void TensorEngine::writeHarvest(std::span<const float> mu, std::span<const float> logvar)
{
    const c10::InferenceMode inference;
    const std::array<std::int64_t, 2> shape{m_harvest.size(0), m_layout.latent()};
    m_harvest.copy_(at::cat({floatsView(mu, shape), floatsView(logvar, shape)}, 1));
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
    const c10::InferenceMode inference;
    floatsView(out, {static_cast<std::int64_t>(out.size())}).copy_(buffer(which));
}

void TensorEngine::write(StateBuffer which, std::span<const float> in)
{
    const c10::InferenceMode inference;
    buffer(which).copy_(floatsView(in, {static_cast<std::int64_t>(in.size())}));
}

void TensorEngine::setStepCount(std::int64_t steps)
{
    const c10::InferenceMode inference;
    m_steps = steps;
    m_stepTensor.fill_(static_cast<double>(steps));
}

void TensorEngine::keep()
{
    const c10::InferenceMode inference;
    m_keptParameters.copy_(m_parameters);
    m_keptFirst.copy_(m_first);
    m_keptSecond.copy_(m_second);
    m_keptSteps = m_steps;
}

void TensorEngine::rollBack()
{
    const c10::InferenceMode inference;
    m_parameters.copy_(m_keptParameters);
    m_first.copy_(m_keptFirst);
    m_second.copy_(m_keptSecond);
    setStepCount(m_keptSteps);
}

} // namespace latentscape
