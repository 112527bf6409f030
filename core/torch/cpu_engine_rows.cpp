// SPDX-License-Identifier: GPL-3.0-or-later
// A step of a large batch, cut by its rows.
#include "core/torch/cpu_engine.h"

#include <algorithm>

namespace latentscape {

namespace {

/// With fewer rows each, threads read more weights of each other than the wider products save.
constexpr std::size_t kRowsPerThread = 128;
/// A block's logits stay in the core's cache until their loss and their gradients are computed.
constexpr std::size_t kRowBlock = 256;

std::size_t width(int value) noexcept { return static_cast<std::size_t>(value); }

} // namespace

bool CpuEngine::cutsRows(std::size_t n) const noexcept
{
    const int worthSharing = pieces(n, kRowGranule, 2.0 * static_cast<double>(n * m_layout.size()));
    return n >= width(m_setup.threads) * kRowsPerThread && worthSharing == m_setup.threads;
}

void CpuEngine::forwardAndBack(std::size_t begin, std::size_t n, float beta)
{
    prepareLoss();
    m_lossTiles = 1;
    m_partCount = 0;
    const std::size_t threads = width(m_setup.threads), most = ComputePool::kMaxTasks / threads;
    const std::size_t rounds = std::min(most, (n + threads * kRowBlock - 1) / (threads * kRowBlock));
    const int tasks = static_cast<int>(rounds * threads);
    m_pool.run(tasks, [&](int task) noexcept {
        // The blocks of one thread's tasks lie side by side, in the rows that it gathered.
        const std::size_t block = width(task) % threads * rounds + width(task) / threads;
        const Range rows = piece(n, kRowGranule, tasks, static_cast<int>(block));
        const auto whole = [&](const LinearSlot& layer) { return Block{rows, {0, width(layer.out)}}; };
        const std::vector<LinearSlot>& encoder = m_layout.encoder();
        const std::vector<LinearSlot>& decoder = m_layout.decoder();
        for (std::size_t i = 0; i < m_encoder.size(); ++i)
            forwardTile(encoder[i], encoderInput(i), m_encoder[i], whole(encoder[i]));
        sampleRows(begin, rows);
        for (std::size_t i = 0; i < m_decoder.size(); ++i)
            forwardTile(decoder[i], decoderInput(i), m_decoder[i], whole(decoder[i]));
        outputTile(whole(decoder.back()), /*tile=*/0, /*biasGradient=*/nullptr);
        const float* above = m_output.data();
        for (std::size_t i = m_decoder.size(); i-- > 0;) {
            backwardTile(decoder[i + 1], above, m_decoder[i], whole(decoder[i]));
            above = m_decoder[i].gradient.data();
        }
        latentBackwardRows(rows, beta);
        for (std::size_t i = m_encoder.size(); i-- > 1;)
            backwardTile(encoder[i], m_encoder[i].gradient.data(), m_encoder[i - 1], whole(encoder[i - 1]));
    });
    logSigmaGradient(n);
}

void CpuEngine::weightGradients(std::size_t n)
{
    const int tasks = m_setup.threads;
    m_pool.run(tasks, [&](int task) noexcept {
        const auto ofLayer = [&](const LinearSlot& layer, const float* in, const float* gradient) {
            const Range rows = piece(width(layer.out), kColumnGranule, tasks, task);
            if (rows.size() == 0)
                return;
            gradientTile(layer, in, gradient, rows, n, /*biases=*/true);
            if (updatesAlong(layer))
                updateAlong(layer, rows, task);
        };
        ofLayer(m_layout.decoder().back(), decoderInput(m_decoder.size()), m_output.data());
        for (std::size_t i = m_decoder.size(); i-- > 0;)
            ofLayer(m_layout.decoder()[i], decoderInput(i), m_decoder[i].gradient.data());
        const Range columns = piece(width(m_layout.heads().in), kColumnGranule, tasks, task);
        headsGradientTile(columns, n, /*biases=*/task == 0);
        for (std::size_t i = m_encoder.size(); i-- > 0;)
            ofLayer(m_layout.encoder()[i], encoderInput(i), m_encoder[i].gradient.data());
    });
}

} // namespace latentscape
