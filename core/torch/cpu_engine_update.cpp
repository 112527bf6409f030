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
    std::size_t left = m_layout.size();
    for (const auto* layers : {&m_layout.encoder(), &m_layout.decoder()})
        for (const LinearSlot& layer : *layers)
            if (updatesAlong(layer))
                left -= width(layer.in) * width(layer.out);
    return pieces(left, kColumnGranule, 40.0 * static_cast<double>(left));
}

void CpuEngine::prepareUpdate(double learningRate)
{
    const TrainConfig& training = m_setup.config.training;
    m_updatesAlong = !m_setup.group && !measuresNorm(training, m_steps);
    const auto step = static_cast<double>(m_steps + 1);
    m_adam = {.learningRate = static_cast<float>(learningRate)};
    m_adam.correction1 = 1.0 - std::pow(0.9, step);
    m_adam.correction2 = 1.0 - std::pow(0.999, step);
    if (training.optimizer == OptimizerKind::AdamW)
        m_adam.keep = static_cast<float>(1.0 - learningRate * training.weightDecay);
}

bool CpuEngine::updatesAlong(const LinearSlot& layer) const noexcept
{
    if (!m_updatesAlong)
        return false;
    if (m_byRows)
        return layer.weight != m_layout.heads().weight; // their rows are too few to share
    if (!m_encoder.empty() && layer.weight == m_layout.encoder().front().weight)
        return true; // nothing lies below it
    return m_partCount > 0 && layer.weight == m_layout.decoder().back().weight;
}

template <typename Body>
void CpuEngine::wholeRange(std::size_t first, std::size_t count, float factor, Body&& body)
{
    float* gradients = m_gradients.data() + first;
    if (factor != 1.0f)
        loops::scale(gradients, factor, count);
    body(first, count, gradients);
}

template <typename Body>
void CpuEngine::eachRange(const LinearSlot& layer, Range rows, int task, float factor, Body&& body)
{
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
        wholeRange(layer.weight + rows.begin * inputs, rows.size() * inputs, factor, body);
    }
    wholeRange(layer.bias + rows.begin, rows.size(), factor, body);
}

template <typename Body>
void CpuEngine::eachOwnRange(int task, int tasks, float factor, Body&& body)
{
    // Where all is updated at the end, cut like the layers' phases: the task that made rows of a gradient finds them, their weights and moments
    // in its own cache. Cut anywhere else, on a machine whose cores share no cache the optimiser takes three times as long.
    const auto ownRows = [&](const LinearSlot& layer) {
        if (!updatesAlong(layer))
            eachRange(layer, piece(width(layer.out), kColumnGranule, tasks, task), task, factor, body);
    };
    std::for_each(m_layout.encoder().begin(), m_layout.encoder().end(), ownRows);
    std::for_each(m_layout.decoder().begin(), m_layout.decoder().end(), ownRows);
    ownRows(m_layout.heads());
    if (task == 0 && m_layout.logSigma())
        wholeRange(*m_layout.logSigma(), std::size_t{1}, factor, body);
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

void CpuEngine::updateRange(std::size_t first, std::size_t count, const float* gradients) noexcept
{
    const TrainConfig& training = m_setup.config.training;
    float* p = m_parameters.data() + first;
    float* m = m_firstMoment.data() + first;
    float* v = m_secondMoment.data() + first;
    switch (training.optimizer) {
    case OptimizerKind::Adam:
    case OptimizerKind::AdamW: loops::adam(m_adam, p, gradients, m, v, count); break;
    case OptimizerKind::RmsProp: loops::rmsProp(m_adam.learningRate, p, gradients, v, count); break;
    case OptimizerKind::Sgd: loops::sgd(m_adam.learningRate, static_cast<float>(training.momentum), p, gradients, m, count); break;
    }
}

void CpuEngine::updateAlong(const LinearSlot& layer, Range rows, int task) noexcept
{
    eachRange(layer, rows, task, 1.0f, [this](std::size_t first, std::size_t count, const float* g) { updateRange(first, count, g); });
}

void CpuEngine::update(double factor)
{
    ++m_steps;
    const int tasks = updateTasks();
    m_pool.run(tasks, [&](int task) noexcept {
        eachOwnRange(task, tasks, static_cast<float>(factor),
                     [this](std::size_t first, std::size_t count, const float* g) { updateRange(first, count, g); });
    });
}

} // namespace latentscape
