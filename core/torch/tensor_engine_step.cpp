// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include "core/torch/likelihood.h"
#include "core/torch/noise.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <utility>

namespace latentscape {

namespace {

/// Binarised samples are drawn ahead in pieces of this many bytes: a whole epoch of MNIST, or a part of a larger one.
constexpr std::size_t kDrawnBytes = std::size_t{1} << 26;
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8, kAlpha = 0.99;

} // namespace

void TensorEngine::drawBinarised(std::size_t begin, std::size_t count)
{
    const auto known = m_drawn.defined() ? static_cast<std::size_t>(m_drawn.size(0)) : 0;
    if (begin >= m_drawnFirst && begin + count <= m_drawnFirst + known)
        return;
    const auto pixels = static_cast<std::size_t>(m_layout.pixels());
    const std::size_t rows = std::min(m_hostOrder.size() - begin, std::max(count, kDrawnBytes / pixels));
    const at::Tensor host = at::empty({static_cast<std::int64_t>(rows), m_layout.pixels()}, at::kByte);
    std::uint8_t* bytes = host.mutable_data_ptr<std::uint8_t>();
    std::vector<float> scratch(static_cast<std::size_t>(m_setup.threads) * pixels);
    forEachRow(rows, [&](std::size_t row, std::size_t task) noexcept {
        const std::span<float> x = std::span(scratch).subspan(task * pixels, pixels);
        m_setup.data->copyFloats(m_setup.data->train(), static_cast<std::size_t>(m_hostOrder[begin + row]), x);
        binariseTraining(m_setup.config.training.seed, m_epoch, begin + row, x, x);
        std::transform(x.begin(), x.end(), bytes + row * pixels, [](float value) { return static_cast<std::uint8_t>(value); });
    });
    m_drawn = host.to(m_parameters.device());
    m_drawnFirst = begin;
}

at::Tensor TensorEngine::trainingBatch(std::size_t begin, std::size_t count)
{
    const auto first = static_cast<std::int64_t>(begin), n = static_cast<std::int64_t>(count);
    switch (binarizationOf(m_setup.config.objective)) {
    case Binarization::None: break;
    case Binarization::Threshold: return valuesOf(m_train, m_order.narrow(0, first, n)).ge(0.5).to(at::kFloat);
    case Binarization::Dynamic:
        drawBinarised(begin, count);
        return m_drawn.narrow(0, static_cast<std::int64_t>(begin - m_drawnFirst), n).to(at::kFloat);
    }
    return valuesOf(m_train, m_order.narrow(0, first, n));
}

at::Tensor TensorEngine::logSigma() const
{
    const Likelihood likelihood = m_setup.config.objective.likelihood;
    if (likelihood != Likelihood::Gaussian && likelihood != Likelihood::GaussianLearned)
        return {};
    const at::Tensor raw = m_layout.logSigma() ? m_leaves[m_layout.indexOf("log_sigma")].squeeze() : at::Tensor();
    return logSigmaOf(m_setup.config.objective, raw, m_parameters);
}

TensorEngine::Loss TensorEngine::forward(std::size_t begin, const StepShare& share, const StepControls& controls)
{
    const std::size_t own = begin + share.slice.begin, count = share.slice.count;
    const auto first = static_cast<std::int64_t>(own), n = static_cast<std::int64_t>(count), latent = std::int64_t{m_layout.latent()};
    const ObjectiveConfig& objective = m_setup.config.objective;
    if (count == 0)
        return emptyLoss(share, controls);
    const at::Tensor x = trainingBatch(own, count);
    const at::Tensor labels = labelsOf(m_train, m_order.narrow(0, first, n));
    if (m_dropout)
        m_dropout->set_current_seed(dropoutSeed(m_setup.config.training.seed, m_epoch, begin));
    const ForwardMode mode{m_dropout, static_cast<std::int64_t>(share.slice.begin), static_cast<std::int64_t>(share.batch)};

    const c10::AutoGradMode gradients(true);
    const at::Tensor heads = m_network->encode(m_leaves, x, labels, mode);
    const at::Tensor raw = heads.narrow(1, latent, latent);
    Codes codes;
    codes.mu = heads.narrow(1, 0, latent);
    // The cut lets gradients through unchanged: a saturated head still feels where the objective wants it.
    codes.logvar = raw + (raw.clamp(-kMaxLogVariance, kMaxLogVariance) - raw).detach();
    codes.z = objective.isVariational() ? at::addcmul(codes.mu, (0.5 * codes.logvar).exp(), m_noise.narrow(0, first, n)) : codes.mu;
    if (objective.kind == ObjectiveKind::InfoVae)
        codes.prior = m_prior.narrow(0, first, n);
    const at::Tensor nats = negativeLogLikelihood(objective.likelihood, m_network->decode(m_leaves, codes.z, labels, mode), x, logSigma());
    const at::Tensor mean = sharedObjective(objective, controls, nats, codes, static_cast<std::int64_t>(m_setup.trainingIndices.size()), share);

    const c10::AutoGradMode noGradients(false);
    const at::Tensor reconstruction = nats.sum();
    const at::Tensor kl = objective.isVariational() ? klPerElement(codes.mu, codes.logvar).sum(at::kDouble) : at::zeros_like(reconstruction);
    return {mean, reconstruction, kl, at::cat({codes.mu, codes.logvar}, 1)};
}

/// Of a process whose slice of the epoch's last batch has no rows: it only takes part in what the others gather.
TensorEngine::Loss TensorEngine::emptyLoss(const StepShare& share, const StepControls& controls) const
{
    const at::Tensor none = at::zeros({0, m_layout.latent()}, m_parameters.options());
    Codes codes{none, none, none, {}};
    if (m_setup.config.objective.kind == ObjectiveKind::InfoVae)
        codes.prior = none;
    const at::Tensor nats = at::zeros({0}, m_losses.options());
    const at::Tensor mean =
        sharedObjective(m_setup.config.objective, controls, nats, codes, static_cast<std::int64_t>(m_setup.trainingIndices.size()), share);
    return {mean.to(at::kDouble), nats.sum(), nats.sum(), at::cat({none, none}, 1)};
}

void TensorEngine::differentiate(const at::Tensor& objective)
{
    if (!objective.requires_grad()) { // of a slice without rows
        m_gradients.zero_();
        return;
    }
    std::vector<at::Tensor> slopes = torch::autograd::grad({objective}, m_leaves, /*grad_outputs=*/{}, /*retain_graph=*/false,
                                                           /*create_graph=*/false, /*allow_unused=*/true);
    for (std::size_t i = 0; i < slopes.size(); ++i)
        if (!slopes[i].defined()) // the head of log σ² of an autoencoder
            slopes[i] = at::zeros_like(m_gradientViews[i]);
    at::_foreach_copy_(m_gradientViews, slopes);
}

at::Tensor TensorEngine::clip()
{
    const TrainConfig& training = m_setup.config.training;
    if (!measuresNorm(training, m_steps))
        return at::zeros({}, m_losses.options());
    const at::Tensor norm = at::linalg_vector_norm(m_gradients, 2, at::OptionalIntArrayRef(), /*keepdim=*/false, at::kDouble);
    if (training.clipNorm > 0.0) // clipFactor() on the device: the host does not wait for the norm
        m_gradients.mul_((norm + kClipEpsilon).reciprocal_().mul_(training.clipNorm).clamp_max_(1.0));
    return norm;
}

void TensorEngine::step(std::size_t begin, std::size_t count, const StepControls& controls)
{
    computeOnOwnThreads();
    const c10::NoGradGuard noGradients;
    if (m_pending.size() == kLossRing)
        flushLosses();
    const StepShare share = shareOf(m_setup.group.get(), count);
    const Loss loss = forward(begin, share, controls);
    m_harvest.index_copy_(0, m_harvestRows.narrow(0, static_cast<std::int64_t>(begin + share.slice.begin), static_cast<std::int64_t>(share.slice.count)),
                          loss.codes);
    const bool measured = measuresNorm(m_setup.config.training, m_steps);
    differentiate(loss.objective);
    const at::Tensor objective = loss.objective.detach().to(at::kDouble) * static_cast<double>(count);
    at::Tensor sums = at::stack({loss.reconstruction, loss.kl, objective});
    if (share.group) {
        const at::Tensor tail = m_exchange.narrow(0, m_gradients.size(0), 3);
        tail.copy_(sums);
        share.group->sumStep(m_exchange);
        sums = tail.to(at::kDouble);
    }
    const at::Tensor norm = clip();
    m_losses[static_cast<std::int64_t>(m_pending.size())].copy_(at::cat({sums, norm.reshape({1})}));
    m_pending.push_back({static_cast<int>(count), measured});
    update(controls.learningRate);
}

void TensorEngine::update(double learningRate)
{
    ++m_steps;
    m_stepTensor.add_(1.0f); // the fused kernels read their step from a tensor, which is ours to count
    const TrainConfig& training = m_setup.config.training;
    switch (training.optimizer) {
    case OptimizerKind::Adam:
        at::_fused_adam_({m_parameters}, {m_gradients}, {m_first}, {m_second}, {}, {m_stepTensor}, learningRate, kBeta1, kBeta2,
                         /*weight_decay=*/0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::AdamW:
        at::_fused_adamw_({m_parameters}, {m_gradients}, {m_first}, {m_second}, {}, {m_stepTensor}, learningRate, kBeta1, kBeta2,
                          training.weightDecay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::RmsProp:
        m_second.mul_(kAlpha).addcmul_(m_gradients, m_gradients, 1.0 - kAlpha);
        m_parameters.addcdiv_(m_gradients, m_second.sqrt().add_(kEpsilon), -learningRate);
        break;
    case OptimizerKind::Sgd:
        m_first.mul_(training.momentum).add_(m_gradients);
        m_parameters.add_(m_first, -learningRate);
        break;
    }
}

void TensorEngine::flushLosses()
{
    if (m_pending.empty())
        return;
    const at::Tensor host = m_losses.narrow(0, 0, static_cast<std::int64_t>(m_pending.size())).to(at::kCPU).contiguous();
    const double* values = host.const_data_ptr<double>();
    for (const Pending& pending : m_pending) {
        m_flushed.push_back({pending.images, values[0], values[1], values[2], pending.normMeasured ? values[3] : -1.0});
        values += 4;
    }
    m_pending.clear();
}

std::vector<StepLoss> TensorEngine::drainSteps()
{
    const c10::NoGradGuard noGradients;
    flushLosses();
    return std::exchange(m_flushed, {});
}

} // namespace latentscape
