// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_engine.h"

#include "core/torch/device_copy.h"
#include "core/torch/likelihood.h"
#include "core/torch/noise.h"
#include "core/torch/torch_devices.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace latentscape {

namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8, kAlpha = 0.99;
/// Steps of a kind that run as they are first: libraries set up their handles and choose their kernels then, which cannot be recorded. One step
/// makes one graph: the host needs some ten µs to launch one, a tenth of the shortest step, and several steps at once would need a trainer that
/// asks for several.
constexpr int kStepsBeforeRecording = 3;

/// While it lives, a GPU multiplies the matrices of float32 in TF32 (10 bits of mantissa, sums in float32), as cuDNN's convolutions do anyway: a
/// step's gradients are far noisier than that by their batch, and the exact products alone would take most of a step's time. Evaluation, codes
/// and everything on a CPU stay exact.
class FastProducts {
public:
    explicit FastProducts(const at::Device& device) : m_active(device.is_cuda()), m_before(m_active && at::globalContext().allowTF32CuBLAS())
    {
        if (m_active)
            at::globalContext().setAllowTF32CuBLAS(true);
    }
    ~FastProducts()
    {
        if (m_active)
            at::globalContext().setAllowTF32CuBLAS(m_before);
    }
    FastProducts(const FastProducts&) = delete;
    FastProducts& operator=(const FastProducts&) = delete;

private:
    bool m_active, m_before;
};

} // namespace

at::Tensor TensorEngine::trainingBatch(const at::Tensor& positions, const at::Tensor& samples) const
{
    switch (binarizationOf(m_setup.config.objective)) {
    case Binarization::None: break;
    case Binarization::Threshold: return valuesOf(m_train, samples).ge(0.5).to(at::kFloat);
    case Binarization::Dynamic: return m_drawn.index_select(0, positions - m_drawnOffset).to(at::kFloat);
    }
    return valuesOf(m_train, samples);
}

at::Tensor TensorEngine::logSigma() const
{
    const Likelihood likelihood = m_setup.config.objective.likelihood;
    if (likelihood != Likelihood::Gaussian && likelihood != Likelihood::GaussianLearned)
        return {};
    const at::Tensor raw = m_layout.logSigma() ? m_leaves[m_layout.indexOf("log_sigma")].squeeze() : at::Tensor();
    return logSigmaOf(m_setup.config.objective, raw, m_parameters);
}

TensorEngine::Pass TensorEngine::forward(const at::Tensor& positions, const at::Tensor& samples, const ForwardMode& mode) const
{
    const std::int64_t latent = m_layout.latent();
    const ObjectiveConfig& objective = m_setup.config.objective;
    const at::Tensor x = trainingBatch(positions, samples);
    const at::Tensor labels = labelsOf(m_train, samples);

    const c10::AutoGradMode gradients(true);
    const at::Tensor heads = m_network->encode(m_leaves, x, labels, mode);
    const at::Tensor raw = heads.narrow(1, latent, latent);
    Pass pass;
    Codes& codes = pass.codes;
    codes.mu = heads.narrow(1, 0, latent);
    // The cut lets gradients through unchanged: a saturated head still feels where the objective wants it.
    codes.logvar = raw + (raw.clamp(-kMaxLogVariance, kMaxLogVariance) - raw).detach();
    codes.z = objective.isVariational() ? at::addcmul(codes.mu, (0.5 * codes.logvar).exp(), m_noise.index_select(0, positions)) : codes.mu;
    if (objective.kind == ObjectiveKind::InfoVae)
        codes.prior = m_prior.index_select(0, positions);
    pass.nats = negativeLogLikelihood(objective.likelihood, m_network->decode(m_leaves, codes.z, labels, mode), x, logSigma());
    return pass;
}

TensorEngine::Pass TensorEngine::emptyPass() const
{
    const at::Tensor none = at::zeros({0, m_layout.latent()}, m_parameters.options());
    Pass pass{at::zeros({0}, m_losses.options()), {none, none, none, {}}};
    if (m_setup.config.objective.kind == ObjectiveKind::InfoVae)
        pass.codes.prior = none;
    return pass;
}

TensorEngine::Loss TensorEngine::lossOf(Pass& pass, const StepShare& share) const
{
    const ObjectiveConfig& objective = m_setup.config.objective;
    const auto images = static_cast<std::int64_t>(m_setup.trainingIndices.size());
    Codes& codes = pass.codes;
    Loss loss;
    {
        const c10::AutoGradMode gradients(true);
        if (objective.isVariational())
            codes.kl = klPerElement(codes.mu, codes.logvar);
        loss.objective = sharedObjective(objective, {m_beta, m_capacity}, pass.nats, codes, images, share);
    }
    loss.reconstruction = pass.nats.sum(at::kDouble);
    loss.kl = codes.kl.defined() ? codes.kl.sum(at::kDouble) : at::zeros_like(loss.reconstruction);
    loss.codes = at::cat({codes.mu, codes.logvar}, 1);
    return loss;
}

ForwardMode TensorEngine::modeOf(const StepShare& share, const Shard& shard)
{
    ForwardMode mode{{}, static_cast<std::int64_t>(share.slice.begin + shard.first), static_cast<std::int64_t>(share.batch)};
    if (m_setup.config.model.dropout > 0.0) {
        mode.dropout = m_dropouts[shard.index];
        mode.dropout->set_current_seed(dropoutSeed(m_setup.config.training.seed, m_epoch, m_begin));
    }
    return mode;
}

void TensorEngine::differentiate(const std::vector<at::Tensor>& outputs, const std::vector<at::Tensor>& slopes,
                                 const std::vector<at::Tensor>& gradients) const
{
    std::vector<at::Tensor> found = torch::autograd::grad(outputs, m_leaves, slopes, /*retain_graph=*/false, /*create_graph=*/false,
                                                          /*allow_unused=*/true);
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!found[i].defined()) // the head of log σ² of an autoencoder
            found[i] = at::zeros_like(gradients[i]);
    at::_foreach_copy_(gradients, found);
}

TensorEngine::Loss TensorEngine::gradientsOfWhole(const at::Tensor& positions, const at::Tensor& samples, const StepShare& share)
{
    Pass pass = share.slice.count == 0 ? emptyPass() : forward(positions, samples, modeOf(share, {}));
    Loss loss = lossOf(pass, share);
    if (loss.objective.requires_grad())
        differentiate({loss.objective}, {}, m_gradientViews);
    else
        m_gradients.zero_(); // of a slice without rows
    return loss;
}

at::Tensor TensorEngine::measuredNorm()
{
    const at::Tensor norm = at::linalg_vector_norm(m_gradients, 2, at::OptionalIntArrayRef(), /*keepdim=*/false, at::kDouble);
    const double most = m_setup.config.training.clipNorm;
    if (most > 0.0) // clipFactor() on the device: the host does not wait for the norm
        m_gradients.mul_((norm + kClipEpsilon).reciprocal_().mul_(most).clamp_max_(1.0));
    return norm;
}

void TensorEngine::update(const at::Tensor& parameters, const at::Tensor& gradients, const at::Tensor& first, const at::Tensor& second) const
{
    const TrainConfig& training = m_setup.config.training;
    switch (training.optimizer) {
    case OptimizerKind::Adam:
        at::_fused_adam_({parameters}, {gradients}, {first}, {second}, {}, {m_stepTensor}, m_rate, kBeta1, kBeta2,
                         /*weight_decay=*/0.0, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::AdamW:
        at::_fused_adamw_({parameters}, {gradients}, {first}, {second}, {}, {m_stepTensor}, m_rate, kBeta1, kBeta2,
                          training.weightDecay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
        break;
    case OptimizerKind::RmsProp:
        second.mul_(kAlpha).addcmul_(gradients, gradients, 1.0 - kAlpha);
        parameters.sub_((gradients / second.sqrt().add_(kEpsilon)).mul_(m_rate));
        break;
    case OptimizerKind::Sgd:
        first.mul_(training.momentum).add_(gradients);
        parameters.sub_(first * m_rate);
        break;
    }
}

void TensorEngine::stepBody(const Plan& plan, const Kind& kind)
{
    const FastProducts fast(m_parameters.device());
    const at::Tensor positions = plan.offsets + m_counters[0];
    const at::Tensor table = m_table.index_select(1, positions);
    const StepShare share = shareOf(m_setup.group.get(), kind.count);
    const int shards = shardsOf(share.slice.count);
    const Loss loss = shards > 1 ? gradientsOfShards(shards, positions, table[0], share) : gradientsOfWhole(positions, table[0], share);
    m_harvest.index_copy_(0, table[1], loss.codes);
    const at::Tensor objective = loss.objective.detach().to(at::kDouble) * static_cast<double>(kind.count);
    std::vector<at::Tensor> figures{loss.reconstruction, loss.kl, objective};
    if (share.group) {
        const at::Tensor tail = m_exchange.narrow(0, m_gradients.size(0), static_cast<std::int64_t>(figures.size()));
        tail.copy_(at::stack(figures));
        share.group->sumStep(m_exchange);
        figures = tail.to(at::kDouble).unbind();
    }
    figures.push_back(kind.measuresNorm ? measuredNorm() : at::zeros_like(loss.kl));
    m_losses.index_copy_(0, m_counters.narrow(0, 1, 1), at::stack(figures).unsqueeze(0));
    m_stepTensor.add_(1.0f); // the fused kernels read their step from a tensor, which is ours to count
    if (shards > 1)
        updateInShards(shards);
    else
        update(m_parameters, m_gradients, m_first, m_second);
    m_counters.add_(plan.advance);
}

void TensorEngine::prepareStep(std::size_t begin, std::size_t count, const StepControls& controls)
{
    m_begin = begin;
    if (m_drawn.defined())
        drawBinarised(begin, count);
    const Counters wanted{static_cast<std::int64_t>(begin), static_cast<std::int64_t>(m_pending.size())};
    if (m_deviceCounters != wanted) {
        m_counters[0].fill_(wanted.position);
        m_counters[1].fill_(wanted.slot);
        m_deviceCounters = wanted;
    }
    // Schedules change these at every step: a fill each, which carries its number along and waits for nothing.
    const auto bring = [](const at::Tensor& scalar, double& known, double value) {
        if (known != value)
            scalar.fill_(value);
        known = value;
    };
    bring(m_rate, m_deviceControls.learningRate, controls.learningRate);
    bring(m_beta, m_deviceControls.beta, controls.beta);
    bring(m_capacity, m_deviceControls.capacity, controls.capacity);
}

TensorEngine::Plan& TensorEngine::planOf(const Kind& kind)
{
    const auto [place, isNew] = m_plans.try_emplace(kind);
    if (isNew) {
        const auto count = static_cast<std::int64_t>(kind.count);
        const BatchSlice own = shareOf(m_setup.group.get(), kind.count).slice;
        const auto first = static_cast<std::int64_t>(own.begin);
        place->second.offsets = at::arange(first, first + static_cast<std::int64_t>(own.count), m_counters.options());
        place->second.advance = at::ones({2}, m_counters.options());
        place->second.advance[0].fill_(count);
    }
    return place->second;
}

void TensorEngine::recordPlan(Plan& plan, const Kind& kind)
{
    try {
        std::unique_ptr<StepGraph> graph = m_graphs.make();
        graph->capture([&] { stepBody(plan, kind); });
        plan.graph = std::move(graph);
    } catch (...) {
        m_graphs = {{}, "Recording a step failed: " + currentExceptionAsError().what};
    }
}

void TensorEngine::runPlan(Plan& plan, const Kind& kind)
{
    if (!plan.graph && m_graphs.make && plan.eagerSteps >= kStepsBeforeRecording)
        recordPlan(plan, kind);
    if (plan.graph) {
        plan.graph->replay();
        return;
    }
    stepBody(plan, kind);
    ++plan.eagerSteps;
}

void TensorEngine::step(std::size_t begin, std::size_t count, const StepControls& controls)
{
    computeOnOwnThreads();
    const c10::NoGradGuard noGradients;
    if (m_pending.size() == kLossRing)
        flushLosses();
    const Kind kind{count, measuresNorm(m_setup.config.training, m_steps)};
    prepareStep(begin, count, controls);
    const Counters next{m_deviceCounters.position + static_cast<std::int64_t>(count), m_deviceCounters.slot + 1};
    m_deviceCounters = {-1, -1}; // nobody knows them after a step that failed
    runPlan(planOf(kind), kind);
    m_deviceCounters = next;
    m_pending.push_back({static_cast<int>(count), kind.measuresNorm});
    ++m_steps;
}

void TensorEngine::flushLosses()
{
    if (m_pending.empty())
        return;
    const at::Tensor host = download(m_losses.narrow(0, 0, static_cast<std::int64_t>(m_pending.size())));
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
