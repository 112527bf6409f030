// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_engine.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace latentscape {

namespace {

std::size_t width(int value) noexcept { return static_cast<std::size_t>(value); }

} // namespace

int CpuEngine::updateTasks() const noexcept
{
    return pieces(m_layout.size(), kColumnGranule, 40.0 * static_cast<double>(m_layout.size()));
}

template <typename Body>
void CpuEngine::eachOwnRange(int task, int tasks, float factor, Body&& body)
{
    const auto whole = [&](std::size_t first, std::size_t count) {
        float* gradients = m_gradients.data() + first;
        if (factor != 1.0f)
            loops::scale(gradients, factor, count);
        body(first, count, gradients);
    };
    // Cut like the layers' phases: the task that made rows of a gradient finds them, their weights and moments in its own cache. Cut anywhere
    // else, on a machine whose cores share no cache the optimiser takes three times as long.
    const auto ownRows = [&](const LinearSlot& layer) {
        const Range rows = piece(width(layer.out), kColumnGranule, tasks, task);
        const std::size_t inputs = width(layer.in);
        if (m_compactGradient && layer.weight == m_layout.encoder().front().weight) {
            const std::size_t stride = m_active.stride();
            float* spread = m_gradientRow.data() + width(task) * ActiveColumns::strideOf(m_pixels);
            for (std::size_t row = rows.begin; row < rows.end; ++row) {
                float* compact = m_compactWeights.data() + row * stride;
                if (factor != 1.0f)
                    loops::scale(compact, factor, m_active.count());
                m_active.spread(compact, spread);
                body(layer.weight + row * inputs, inputs, spread);
            }
        } else {
            whole(layer.weight + rows.begin * inputs, rows.size() * inputs);
        }
        whole(layer.bias + rows.begin, rows.size());
    };
    std::for_each(m_layout.encoder().begin(), m_layout.encoder().end(), ownRows);
    std::for_each(m_layout.decoder().begin(), m_layout.decoder().end(), ownRows);
    ownRows(m_layout.heads());
    if (task == 0 && m_layout.logSigma())
        whole(*m_layout.logSigma(), std::size_t{1});
}

void CpuEngine::spreadFirstGradient()
{
    if (!m_compactGradient)
        return;
    const LinearSlot& layer = m_layout.encoder().front();
    const int tasks = updateTasks();
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(width(layer.out), kColumnGranule, tasks, task);
        for (std::size_t row = rows.begin; row < rows.end; ++row)
            m_active.spread(m_compactWeights.data() + row * m_active.stride(), m_gradients.data() + layer.weight + row * width(layer.in));
    });
    m_compactGradient = false;
}

double CpuEngine::gradientNorm()
{
    const int tasks = updateTasks();
    m_pool.run(tasks, [&](int task) noexcept {
        double sum = 0.0;
        eachOwnRange(task, tasks, 1.0f, [&](std::size_t, std::size_t count, const float* g) { sum += loops::squareSum(g, count); });
        m_taskSquares[width(task)] = sum;
    });
    return std::sqrt(std::accumulate(m_taskSquares.begin(), m_taskSquares.begin() + tasks, 0.0));
}

void CpuEngine::update(double learningRate, double factor)
{
    ++m_steps;
    const TrainConfig& training = m_setup.config.training;
    const auto rate = static_cast<float>(learningRate);
    loops::AdamStep adam{.learningRate = rate};
    adam.correction1 = 1.0 - std::pow(0.9, static_cast<double>(m_steps));
    adam.correction2 = 1.0 - std::pow(0.999, static_cast<double>(m_steps));
    if (training.optimizer == OptimizerKind::AdamW)
        adam.keep = static_cast<float>(1.0 - learningRate * training.weightDecay);
    const int tasks = updateTasks();
    m_pool.run(tasks, [&](int task) noexcept {
        eachOwnRange(task, tasks, static_cast<float>(factor), [&](std::size_t first, std::size_t count, const float* g) {
            float* p = m_parameters.data() + first;
            switch (training.optimizer) {
            case OptimizerKind::Adam:
            case OptimizerKind::AdamW: loops::adam(adam, p, g, m_firstMoment.data() + first, m_secondMoment.data() + first, count); break;
            case OptimizerKind::RmsProp: loops::rmsProp(rate, p, g, m_secondMoment.data() + first, count); break;
            case OptimizerKind::Sgd: loops::sgd(rate, static_cast<float>(training.momentum), p, g, m_firstMoment.data() + first, count); break;
            }
        });
    });
}

} // namespace latentscape
