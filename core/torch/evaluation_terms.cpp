// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/evaluation_terms.h"

#include "core/torch/noise.h"
#include "core/torch/objective.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

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
    const c10::AutoGradMode noGradients(false);
    const auto rows = static_cast<std::int64_t>(m_inGroup);
    const auto tensorOf = [&](std::vector<double>& values) { return at::from_blob(values.data(), {rows, m_config.model.latent}, at::kDouble); };
    const ObjectiveConfig& objective = m_config.objective;
    const at::Tensor mu = tensorOf(m_mu), logvar = tensorOf(m_logvar);
    const auto count = static_cast<double>(m_inGroup);
    if (m_inGroup == 1) {
        m_sum += objective.beta * klPerElement(mu, logvar).sum().item<double>();
    } else {
        const StepControls full{.beta = objective.beta, .capacity = objective.capacity};
        const at::Tensor prior = objective.kind == ObjectiveKind::InfoVae ? tensorOf(m_prior) : at::Tensor();
        for (std::vector<double>& z : m_z)
            m_sum += count / static_cast<double>(m_draws) *
                     regulariser(objective, full, {mu, logvar, tensorOf(z), prior}, std::max(m_datasetSize, rows)).item<double>();
    }
    m_seen += count;
    m_inGroup = 0;
    m_mu.clear();
    m_logvar.clear();
    m_prior.clear();
    for (std::vector<double>& z : m_z)
        z.clear();
}

double BatchTerms::finish()
{
    if (m_inGroup > 0)
        closeGroup();
    return m_seen > 0.0 ? m_sum / m_seen : 0.0;
}

double objectiveOf(const ObjectiveConfig& objective, double reconstruction, std::span<const double> klPerDimension) noexcept
{
    const double kl = std::accumulate(klPerDimension.begin(), klPerDimension.end(), 0.0);
    if (!objective.isVariational())
        return reconstruction;
    if (objective.gamma > 0.0)
        return reconstruction + objective.gamma * std::abs(kl - objective.capacity);
    if (objective.freeBits > 0.0)
        return reconstruction + objective.beta * std::accumulate(klPerDimension.begin(), klPerDimension.end(), 0.0, [&](double sum, double one) {
                   return sum + std::max(objective.freeBits, one);
               });
    return reconstruction + objective.beta * kl;
}

} // namespace latentscape
