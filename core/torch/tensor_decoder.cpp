// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/tensor_decoder.h"

#include "core/torch/cpu_loops.h"
#include "core/torch/frozen_decoder.h"
#include "core/torch/likelihood.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kMostRows = 256;
/// Floats of a chunk's widest layer: 8 MiB.
constexpr std::size_t kMostFloats = std::size_t{1} << 21;
/// Large pictures are decoded one by one: several at once do not stay in the cache, and take up to twice as long each.
constexpr std::size_t kMostConvFloats = std::size_t{1} << 16;

/// Floats of the widest decoder layer of one code.
std::size_t widestLayer(const ModelConfig& model)
{
    const std::vector<int> widths = model.decoderWidths();
    std::size_t widest = model.inputShape.size();
    if (model.architecture == Architecture::Conv) {
        const std::vector<Sides> sides = convolutionSides(model);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const auto [height, width] = sides[widths.size() - i - 1];
            widest = std::max(widest, static_cast<std::size_t>(widths[i]) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
        }
        return widest;
    }
    // Three gates at each of a GRU's steps.
    const std::size_t copies = model.architecture == Architecture::Gru ? 3 * static_cast<std::size_t>(model.inputShape.width) : 1;
    for (const int width : widths)
        widest = std::max(widest, copies * static_cast<std::size_t>(width));
    return widest;
}

/// Codes that are decoded at once.
std::size_t chunkRows(const ModelConfig& model)
{
    const std::size_t most = model.architecture == Architecture::Conv ? kMostConvFloats : kMostFloats;
    return std::clamp<std::size_t>(most / widestLayer(model), 1, kMostRows);
}

at::Tensor copyOf(std::span<const float> values)
{
    const at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kFloat);
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<float>());
    return tensor;
}

} // namespace

TensorDecoder::TensorDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters)
{
    assert(parameters.size() == layout.size());
    const auto shared = std::make_shared<Shared>();
    shared->config = config;
    shared->network = makeNetwork(config, layout);
    shared->flat = copyOf(parameters);
    shared->weights = viewsOf(layout, shared->flat);
    if (layout.logSigma())
        shared->logSigma = softClippedLogSigma(static_cast<double>(parameters[*layout.logSigma()]));
    m_shared = shared;
}

TensorDecoder::TensorDecoder(std::shared_ptr<const Shared> shared, int label) : m_shared(std::move(shared)), m_label(label) {}

std::shared_ptr<const Decoder> TensorDecoder::forClass(int label) const
{
    if (label < 0 || label >= classes())
        return nullptr;
    return std::shared_ptr<const Decoder>(new TensorDecoder(m_shared, label)); // the constructor is private
}

void TensorDecoder::decode(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept
{
    decodeUncut(z, count, means);
    if (!m_shared->config.model.standardized)
        loops::clampUnit(means.data(), means.size());
}

void TensorDecoder::decodeUncut(std::span<const float> z, std::size_t count, std::span<float> means) const noexcept
{
    const ModelConfig& model = m_shared->config.model;
    const auto latent = static_cast<std::size_t>(model.latent);
    const std::size_t pixels = model.inputShape.size();
    assert(z.size() == count * latent && means.size() == count * pixels);
    try {
        const std::size_t chunk = chunkRows(model);
        const c10::InferenceMode inference;
        for (std::size_t row = 0; row < count; row += chunk) {
            const std::size_t rows = std::min(chunk, count - row);
            const at::Tensor codes = copyOf(z.subspan(row * latent, rows * latent)).view({static_cast<std::int64_t>(rows), model.latent});
            at::Tensor oneHot;
            if (model.classes > 0) {
                oneHot = at::zeros({static_cast<std::int64_t>(rows), model.classes}, codes.options());
                oneHot.select(1, m_label).fill_(1.0);
            }
            const at::Tensor output = m_shared->network->decode(m_shared->weights, codes, oneHot, {});
            const at::Tensor chunkMeans = likelihoodMean(m_shared->config.objective.likelihood, output).to(at::kFloat).contiguous();
            std::copy_n(chunkMeans.const_data_ptr<float>(), rows * pixels, means.data() + row * pixels);
        }
    } catch (...) {
        std::fill(means.begin(), means.end(), 0.0f);
    }
}

std::shared_ptr<const Decoder> makeDecoder(const RunConfig& config, const ParameterLayout& layout, std::span<const float> parameters)
{
    const Likelihood likelihood = config.objective.likelihood;
    const bool knownMean = likelihood == Likelihood::Bernoulli || likelihood == Likelihood::Gaussian || likelihood == Likelihood::GaussianLearned;
    if (layout.isPlainMlp() && knownMean)
        return std::make_shared<FrozenDecoder>(config, layout, parameters);
    return std::make_shared<TensorDecoder>(config, layout, parameters);
}

} // namespace latentscape
