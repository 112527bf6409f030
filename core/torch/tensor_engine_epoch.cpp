// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/device_copy.h"
#include "core/torch/noise.h"
#include "core/torch/tensor_engine.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace latentscape {

namespace {

/// Binarised samples are drawn ahead in pieces of this many bytes: a whole epoch of MNIST, or a part of a larger one.
constexpr std::size_t kDrawnBytes = std::size_t{1} << 26;
/// Random numbers that a device makes at a time: as int64 and in several copies, some hundred MiB.
constexpr std::size_t kNumbersAtOnce = std::size_t{1} << 22;

} // namespace

template <typename Draw>
void TensorEngine::fillNormals(const at::Tensor& rows, const std::optional<PhiloxRows>& philox, std::size_t count, Draw&& draw)
{
    const auto latent = static_cast<std::size_t>(m_layout.latent());
    if (philox) {
        const std::size_t atOnce = std::max<std::size_t>(kNumbersAtOnce / latent, 1);
        for (std::size_t first = 0; first < count; first += atOnce) {
            const auto begin = static_cast<std::int64_t>(first), end = static_cast<std::int64_t>(std::min(count, first + atOnce));
            const at::Tensor positions = at::arange(begin, end, m_counters.options());
            rows.narrow(0, begin, end - begin).copy_(philox->normals(positions, m_epochNumber, m_layout.latent()));
        }
        return;
    }
    float* numbers = rows.mutable_data_ptr<float>();
    forEachRow(count, [&](std::size_t position, std::size_t) noexcept { draw(position, std::span(numbers + position * latent, latent)); });
}

void TensorEngine::provideEpochBuffers(std::size_t count)
{
    const auto positions = static_cast<std::int64_t>(count);
    if (m_table.defined() && m_table.size(1) >= positions)
        return;
    // What was recorded reads the old buffers; no recording may go while the device runs it.
    waitFor(m_parameters.device());
    m_plans.clear();
    const ObjectiveConfig& objective = m_setup.config.objective;
    m_table = at::zeros({2, positions}, m_counters.options());
    if (objective.isVariational())
        m_noise = at::zeros({positions, m_layout.latent()}, m_parameters.options());
    if (objective.kind == ObjectiveKind::InfoVae)
        m_prior = at::zeros({positions, m_layout.latent()}, m_parameters.options());
    if (binarizationOf(objective) == Binarization::Dynamic) {
        const auto pixels = static_cast<std::size_t>(m_layout.pixels());
        const std::size_t rows = std::max(static_cast<std::size_t>(m_setup.config.training.batchSize), kDrawnBytes / pixels);
        m_drawn = at::zeros({static_cast<std::int64_t>(std::min(count, rows)), m_layout.pixels()}, m_parameters.options().dtype(at::kByte));
    }
}

void TensorEngine::beginEpoch(int epoch, std::span<const std::int32_t> order)
{
    computeOnOwnThreads();
    const c10::NoGradGuard noGradients;
    const std::uint64_t seed = m_setup.config.training.seed;
    m_epoch = epoch;
    m_hostOrder.assign(order.begin(), order.end());
    provideEpochBuffers(order.size());
    m_epochNumber.fill_(epoch);

    const std::vector<std::int32_t> rows = harvestRows(m_setup, m_rowOf, order);
    const auto count = static_cast<std::int64_t>(order.size()), spare = m_harvest.size(0) - 1;
    const at::Tensor table = hostBuffer({2, count}, at::kLong, m_parameters.device());
    std::int64_t* numbers = table.mutable_data_ptr<std::int64_t>();
    std::copy(order.begin(), order.end(), numbers);
    std::transform(rows.begin(), rows.end(), numbers + count, [spare](std::int32_t row) { return row < 0 ? spare : std::int64_t{row}; });
    upload(table, m_table.narrow(1, 0, count));

    m_drawnRows = 0;
    if (m_noise.defined())
        fillNormals(m_noise, m_noiseRows, order.size(),
                    [&](std::size_t position, std::span<float> row) { trainingNoise(seed, epoch, position, row); });
    if (m_prior.defined())
        fillNormals(m_prior, m_priorRows, order.size(),
                    [&](std::size_t position, std::span<float> row) { trainingPrior(seed, epoch, position, row); });
}

void TensorEngine::drawBinarised(std::size_t begin, std::size_t count)
{
    if (begin >= m_drawnFirst && begin + count <= m_drawnFirst + m_drawnRows)
        return;
    const std::size_t rows = std::min(m_hostOrder.size() - begin, static_cast<std::size_t>(m_drawn.size(0)));
    m_drawnRows = 0;
    if (drawsOnDevice())
        drawBinarisedOnDevice(begin, rows);
    else
        drawBinarisedOnHost(begin, rows);
    m_drawnFirst = begin;
    m_drawnRows = rows;
    m_drawnOffset.fill_(static_cast<std::int64_t>(begin));
}

void TensorEngine::drawBinarisedOnHost(std::size_t begin, std::size_t rows)
{
    const auto pixels = static_cast<std::size_t>(m_layout.pixels());
    std::uint8_t* bytes = m_drawn.mutable_data_ptr<std::uint8_t>();
    std::vector<float> scratch(static_cast<std::size_t>(m_setup.threads) * pixels);
    forEachRow(rows, [&](std::size_t row, std::size_t task) noexcept {
        const std::span<float> x = std::span(scratch).subspan(task * pixels, pixels);
        m_setup.data->copyFloats(m_setup.data->train(), static_cast<std::size_t>(m_hostOrder[begin + row]), x);
        binariseTraining(m_setup.config.training.seed, m_epoch, begin + row, x, x);
        std::transform(x.begin(), x.end(), bytes + row * pixels, [](float value) { return static_cast<std::uint8_t>(value); });
    });
}

void TensorEngine::drawBinarisedOnDevice(std::size_t begin, std::size_t rows)
{
    const std::size_t atOnce = std::max<std::size_t>(kNumbersAtOnce / static_cast<std::size_t>(m_layout.pixels()), 1);
    for (std::size_t row = 0; row < rows; row += atOnce) {
        const auto first = static_cast<std::int64_t>(begin + row), count = static_cast<std::int64_t>(std::min(atOnce, rows - row));
        const at::Tensor stored = m_train.values.index_select(0, m_table[0].narrow(0, first, count));
        // A true division, as the host's: a product with 1/255 would now and then be the next float.
        const at::Tensor values = stored.scalar_type() == at::kByte ? stored.to(at::kFloat).div_(255.0f) : stored;
        const at::Tensor positions = at::arange(first, first + count, m_counters.options());
        m_drawn.narrow(0, static_cast<std::int64_t>(row), count).copy_(m_binarizationRows->bernoulli(positions, m_epochNumber, values));
    }
}

} // namespace latentscape
