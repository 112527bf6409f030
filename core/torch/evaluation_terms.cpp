// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/evaluation_terms.h"

#include "core/torch/noise.h"
#include "core/torch/objective.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace latentscape {

BatchTerms::BatchTerms(const RunConfig& config, bool test, int draws, std::int64_t datasetSize)
    : m_config(config), m_test(test), m_draws(static_cast<std::size_t>(draws)), m_datasetSize(datasetSize), m_z(m_draws)
{
}

bool BatchTerms::areIn(const ObjectiveConfig& objective) noexcept
{
    return objective.kind == ObjectiveKind::InfoVae || objective.kind == ObjectiveKind::BetaTcVae || objective.kind == ObjectiveKind::DipVae;
}

void BatchTerms::add(std::int32_t sample, std::span<const float> mu, std::span<const float> logvar, std::span<const float> noise)
{
    m_mu.insert(m_mu.end(), mu.begin(), mu.end());
    m_logvar.insert(m_logvar.end(), logvar.begin(), logvar.end());
    for (std::size_t draw = 0; draw < m_draws; ++draw)
        for (std::size_t j = 0; j < mu.size(); ++j)
            m_z[draw].push_back(static_cast<double>(mu[j]) +
                                std::exp(0.5 * static_cast<double>(logvar[j])) * static_cast<double>(noise[draw * mu.size() + j]));
    if (m_config.objective.kind == ObjectiveKind::InfoVae) {
        std::vector<float> prior(mu.size());
        evaluationPrior(m_config.training.seed, m_test, sample, prior);
        m_prior.insert(m_prior.end(), prior.begin(), prior.end());
    }
    if (++m_inGroup == static_cast<std::size_t>(m_config.training.batchSize))
        closeGroup();
}

void BatchTerms::closeGroup()
{
    const auto rows = static_cast<std::int64_t>(m_inGroup);
    const auto tensorOf = [&](std::vector<double>& values) { return at::from_blob(values.data(), {rows, m_config.model.latent}, at::kDouble); };
    const ObjectiveConfig& objective = m_config.objective;
    const at::Tensor mu = tensorOf(m_mu), logvar = tensorOf(m_logvar);
    const auto count = static_cast<double>(m_inGroup);
    if (m_inGroup == 1) {
        const c10::NoGradGuard noGradients;
        const double kl = klPerElement(mu, logvar).sum().item<double>();
        m_sum.value += objective.beta * kl;
        m_sum.betaSlope += kl;
    } else {
        const c10::AutoGradMode gradients(true); // of β alone: codes are constants
        const at::Tensor beta = at::scalar_tensor(objective.beta, at::kDouble).requires_grad_(true);
        const ObjectiveControls full{beta, at::scalar_tensor(objective.capacity, at::kDouble)};
        const at::Tensor prior = objective.kind == ObjectiveKind::InfoVae ? tensorOf(m_prior) : at::Tensor();
        const double share = count / static_cast<double>(m_draws);
        for (std::vector<double>& z : m_z) {
            const at::Tensor value = regulariserWith(objective, full, {mu, logvar, tensorOf(z), prior}, std::max(m_datasetSize, rows));
            m_sum.value += share * value.item<double>();
            m_sum.betaSlope += share * torch::autograd::grad({value}, {beta}).front().item<double>();
        }
    }
    m_seen += count;
    m_inGroup = 0;
    m_mu.clear();
    m_logvar.clear();
    m_prior.clear();
    for (std::vector<double>& z : m_z)
        z.clear();
}

BatchTerms::Means BatchTerms::finish()
{
    if (m_inGroup > 0)
        closeGroup();
    return m_seen > 0.0 ? Means{m_sum.value / m_seen, m_sum.betaSlope / m_seen} : Means{};
}

double weightedByBeta(const ObjectiveConfig& objective, std::span<const double> klPerDimension) noexcept
{
    if (!objective.isVariational() || objective.gamma > 0.0)
        return 0.0;
    const auto paid = [&](double sum, double kl) { return sum + (objective.freeBits > 0.0 ? std::max(objective.freeBits, kl) : kl); };
    return std::accumulate(klPerDimension.begin(), klPerDimension.end(), 0.0, paid);
}

double objectiveOf(const ObjectiveConfig& objective, double reconstruction, std::span<const double> klPerDimension) noexcept
{
    if (objective.isVariational() && objective.gamma > 0.0) {
        const double kl = std::accumulate(klPerDimension.begin(), klPerDimension.end(), 0.0);
        return reconstruction + objective.gamma * std::abs(kl - objective.capacity);
    }
    return reconstruction + objective.beta * weightedByBeta(objective, klPerDimension);
}

} // namespace latentscape
