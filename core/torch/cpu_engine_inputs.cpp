// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/cpu_engine.h"

#include "core/torch/noise.h"

#include <algorithm>

namespace latentscape {

namespace {

/// Shuffled samples come from anywhere in memory, where the processor's own guesses fail: rows are asked for this far ahead.
constexpr std::size_t kAhead = 4;

void prefetch([[maybe_unused]] const std::uint8_t* data, [[maybe_unused]] std::size_t bytes) noexcept
{
#if defined(__GNUC__)
    constexpr std::size_t kLine = 64;
    for (std::size_t at = 0; at < bytes; at += kLine)
        __builtin_prefetch(data + at);
#endif
}

/// Products of so many rows over one column less pay for copying one column of weights. LibTorch's BLAS runs its AVX-512 kernels on Intel's
/// processors alone, at twice the rate: at batch 128 copying gains nothing there.
std::size_t copyCost() noexcept
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const bool isIntel = __builtin_cpu_is("intel") != 0;
    return isIntel ? 80 : 16;
#else
    return 16;
#endif
}

} // namespace

void CpuEngine::binariseRow(bool test, std::int32_t sample, std::optional<std::size_t> position, std::span<float> x) const noexcept
{
    const std::uint64_t seed = m_setup.config.training.seed;
    switch (binarizationOf(m_setup.config.objective)) {
    case Binarization::None: break;
    case Binarization::Threshold: binariseAtHalf(x, x); break;
    case Binarization::Dynamic:
        if (position)
            binariseTraining(seed, m_epoch, *position, x, x);
        else
            binariseEvaluation(seed, test, sample, x, x);
    }
}

void CpuEngine::gather(bool test, const std::int32_t* samples, std::size_t n, std::optional<std::size_t> begin)
{
    const bool binarised = binarizationOf(m_setup.config.objective) != Binarization::None;
    const DataPart& part = test ? m_setup.data->test() : m_setup.data->train();
    const std::span<const std::uint8_t> bytes = part.bytes();
    const std::span<const float> floats = part.floats();
    const bool masked = begin && part.isBytes() && !m_encoder.empty();
    const int tasks = pieces(n, kRowGranule, 10.0 * static_cast<double>(n * m_pixels));
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(n, kRowGranule, tasks, task);
        std::uint8_t* mask = m_masks.data() + static_cast<std::size_t>(task) * m_pixels;
        if (masked)
            std::fill_n(mask, m_pixels, std::uint8_t{0});
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            const std::size_t first = static_cast<std::size_t>(samples[row]) * m_pixels;
            float* x = m_x.data() + row * m_pixels;
            // Many draws of one sample in a row, as an importance-weighted bound asks for, need its drawing once.
            if (binarised && !begin && row > rows.begin && samples[row] == samples[row - 1]) {
                std::copy_n(x - m_pixels, m_pixels, x);
                continue;
            }
            if (part.isBytes() && row + kAhead < rows.end)
                prefetch(bytes.data() + static_cast<std::size_t>(samples[row + kAhead]) * m_pixels, m_pixels);
            if (masked)
                loops::joinBytes(bytes.data() + first, mask, m_pixels);
            if (part.isBytes())
                loops::bytesToFloats(bytes.data() + first, x, m_pixels);
            else
                std::copy_n(floats.data() + first, m_pixels, x);
            if (binarised)
                binariseRow(test, samples[row], begin ? std::optional(*begin + row) : std::nullopt, {x, m_pixels});
        }
    });
    m_compact = masked && findActiveColumns(n, tasks);
}

bool CpuEngine::findActiveColumns(std::size_t n, int masks)
{
    for (int task = 1; task < masks; ++task)
        loops::joinBytes(m_masks.data() + static_cast<std::size_t>(task) * m_pixels, m_masks.data(), m_pixels);
    m_active.find({m_masks.data(), m_pixels});
    ++m_maskedSteps;
    const std::size_t left = m_pixels - m_active.count();
    // Rows must be many enough for the products to save more than the copies cost.
    if (n * left <= copyCost() * m_active.count())
        return false;
    m_columnsLeftOut += left;
    const std::size_t stride = m_active.stride();
    const int tasks = pieces(n, kRowGranule, 10.0 * static_cast<double>(n * m_pixels));
    const LinearSlot& layer = m_layout.encoder().front();
    m_pool.run(tasks, [&](int task) noexcept {
        const Range rows = piece(n, kRowGranule, tasks, task);
        for (std::size_t row = rows.begin; row < rows.end; ++row)
            m_active.compact(m_x.data() + row * m_pixels, m_compactX.data() + row * stride);
        const Range units = piece(static_cast<std::size_t>(layer.out), kColumnGranule, tasks, task);
        for (std::size_t unit = units.begin; unit < units.end; ++unit)
            m_active.compact(weights(layer.weight) + unit * m_pixels, m_compactWeights.data() + unit * stride);
    });
    return true;
}

} // namespace latentscape
