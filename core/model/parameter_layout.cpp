// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parameter_layout.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kCacheLineFloats = 16;
constexpr int kKernelArea = 3 * 3;
constexpr int kGates = 3; ///< of a GRU: reset, update, new
constexpr double kLogSigmaFloor = -6.0;

std::size_t numbersIn(const std::vector<std::int64_t>& shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                           [](std::size_t product, std::int64_t side) { return product * static_cast<std::size_t>(side); });
}

/// The default of nn.Linear and the convolutions: kaiming_uniform with a = √5 is U(±1/√fan_in), and so are biases.
double uniformBound(std::int64_t fanIn)
{
    return 1.0 / std::sqrt(static_cast<double>(fanIn));
}

} // namespace

/// Lays out one layer after the other.
class ParameterLayout::Builder {
public:
    Builder(ParameterLayout& layout, const ModelConfig& model) : m_layout(layout), m_model(model), m_stride(stageMembers(model)) {}

    void mlp();
    void conv();
    void gru();
    void logSigma();

private:
    std::size_t reserve(std::size_t count)
    {
        const std::size_t offset = m_layout.m_size;
        m_layout.m_size += (count + kCacheLineFloats - 1) / kCacheLineFloats * kCacheLineFloats;
        return offset;
    }
    /// Adds a tensor at a place reserved before; returns its position.
    std::size_t addAt(std::size_t offset, std::string name, std::vector<std::int64_t> shape)
    {
        const std::size_t count = numbersIn(shape);
        m_layout.m_tensors.push_back({std::move(name), std::move(shape), offset, count});
        return m_layout.m_tensors.size() - 1;
    }
    std::size_t add(std::string name, std::vector<std::int64_t> shape)
    {
        const std::size_t offset = reserve(numbersIn(shape));
        return addAt(offset, std::move(name), std::move(shape));
    }
    void startUniform(std::size_t tensor, double bound) { m_layout.m_starts.push_back({tensor, m_layer, bound, 0.0f}); }
    /// Weight and bias that start in ±bound.
    void layer(const std::string& name, std::vector<std::int64_t> weight, int outputs, double bound)
    {
        startUniform(add(name + ".weight", std::move(weight)), bound);
        startUniform(add(name + ".bias", {outputs}), bound);
        ++m_layer;
    }
    LinearSlot linear(const std::string& name, int in, int out)
    {
        layer(name, {out, in}, out, uniformBound(in));
        const std::vector<NamedTensor>& tensors = m_layout.m_tensors;
        return {in, out, tensors[tensors.size() - 2].offset, tensors.back().offset};
    }
    void norm(const std::string& name, int width)
    {
        m_layout.m_starts.push_back({add(name + ".weight", {width}), 0, 0.0, 1.0f});
        m_layout.m_starts.push_back({add(name + ".bias", {width}), 0, 0.0, 0.0f});
    }
    /// The norm of an nn.Sequential's stage, where there is one.
    void normOf(const std::string& group, std::size_t stage, int width)
    {
        if (m_model.layerNorm)
            norm(group + std::to_string(stage * m_stride + 1), width);
    }
    [[nodiscard]] std::string nameOf(const std::string& group, std::size_t stage) const { return group + std::to_string(stage * m_stride); }
    void heads(int in);
    void rnn(const std::string& group, int in, const std::vector<int>& widths);
    std::vector<LinearSlot> hidden(const std::string& group, int& width, const std::vector<int>& widths);

    ParameterLayout& m_layout;
    const ModelConfig& m_model;
    std::size_t m_stride;
    std::uint64_t m_layer = 0;
};

/// One layer H → 2L in memory, so that one product gives both; two tensors by name.
void ParameterLayout::Builder::heads(int in)
{
    const int latent = m_layout.m_latent;
    const auto rows = static_cast<std::size_t>(latent);
    const std::size_t half = rows * static_cast<std::size_t>(in);
    LinearSlot& slot = m_layout.m_heads;
    slot = {in, 2 * latent, reserve(2 * half), 0};
    slot.bias = reserve(2 * rows);
    // A head of width 1 would broadcast against L noise values without any error, and train a wrong model.
    assert(slot.out == 2 * m_model.latent);
    const std::size_t muWeight = addAt(slot.weight, "to_mu.weight", {latent, in});
    const std::size_t muBias = addAt(slot.bias, "to_mu.bias", {latent});
    const std::size_t logvarWeight = addAt(slot.weight + half, "to_logvar.weight", {latent, in});
    const std::size_t logvarBias = addAt(slot.bias + rows, "to_logvar.bias", {latent});
    for (const std::size_t tensor : {muWeight, logvarWeight, muBias, logvarBias}) // drawn as the one layer they are
        startUniform(tensor, uniformBound(in));
    ++m_layer;
}

std::vector<LinearSlot> ParameterLayout::Builder::hidden(const std::string& group, int& width, const std::vector<int>& widths)
{
    std::vector<LinearSlot> slots;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        slots.push_back(linear(nameOf(group, i), std::exchange(width, widths[i]), widths[i]));
        normOf(group, i, width);
    }
    return slots;
}

void ParameterLayout::Builder::mlp()
{
    int width = m_layout.m_pixels + m_model.classes;
    std::vector<LinearSlot> encoder = hidden("encoder.", width, m_model.encoderHidden);
    heads(width);
    width = m_layout.m_latent + m_model.classes;
    const std::vector<int> widths = m_model.decoderWidths();
    std::vector<LinearSlot> decoder = hidden("decoder.", width, widths);
    decoder.push_back(linear(nameOf("decoder.", widths.size()), width, m_layout.m_pixels));
    m_layout.m_plainMlp = !m_model.layerNorm && !(m_model.dropout > 0.0) && m_model.classes == 0;
    if (m_layout.m_plainMlp) {
        m_layout.m_encoder = std::move(encoder);
        m_layout.m_decoder = std::move(decoder);
    }
}

void ParameterLayout::Builder::conv()
{
    const std::vector<int>& encoder = m_model.encoderHidden;
    const std::vector<int> decoder = m_model.decoderWidths();
    assert(decoder.size() == encoder.size());
    int planes = m_model.inputShape.channels + m_model.classes;
    for (std::size_t i = 0; i < encoder.size(); ++i) {
        const int in = std::exchange(planes, encoder[i]);
        layer(nameOf("encoder.", i), {planes, in, 3, 3}, planes, uniformBound(std::int64_t{in} * kKernelArea));
        normOf("encoder.", i, planes);
    }
    const Sides smallest = convolutionSides(m_model).back();
    linear("encoder_out", planes * smallest.height * smallest.width, m_model.denseWidth);
    heads(m_model.denseWidth);
    const int deepest = encoder.empty() ? m_model.inputShape.channels : encoder.back();
    linear("decoder_in", m_layout.m_latent + m_model.classes, deepest * smallest.height * smallest.width);
    planes = deepest;
    // nn.ConvTranspose2d keeps [in, out, 3, 3], and its default counts fan_in from the second number all the same.
    const auto transposed = [&](std::size_t stage, int out) {
        const int in = std::exchange(planes, out);
        layer(nameOf("decoder.", stage), {in, out, 3, 3}, out, uniformBound(std::int64_t{out} * kKernelArea));
    };
    for (std::size_t i = 0; i < decoder.size(); ++i) {
        transposed(i, decoder[i]);
        normOf("decoder.", i, planes);
    }
    transposed(decoder.size(), m_model.inputShape.channels);
}

void ParameterLayout::Builder::rnn(const std::string& group, int in, const std::vector<int>& widths)
{
    assert(!widths.empty() && std::all_of(widths.begin(), widths.end(), [&](int width) { return width == widths.front(); }));
    const int state = widths.front();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string suffix = "_l" + std::to_string(i);
        const double bound = uniformBound(state);
        startUniform(add(group + ".weight_ih" + suffix, {kGates * state, i == 0 ? in : state}), bound);
        startUniform(add(group + ".weight_hh" + suffix, {kGates * state, state}), bound);
        startUniform(add(group + ".bias_ih" + suffix, {kGates * state}), bound);
        startUniform(add(group + ".bias_hh" + suffix, {kGates * state}), bound);
        ++m_layer;
    }
}

void ParameterLayout::Builder::gru()
{
    const std::vector<int> decoder = m_model.decoderWidths();
    rnn("encoder_rnn", m_model.inputShape.channels + m_model.classes, m_model.encoderHidden);
    heads(m_model.encoderHidden.back());
    rnn("decoder_rnn", m_layout.m_latent + m_model.classes, decoder);
    linear("decoder_out", decoder.back(), m_model.inputShape.channels);
}

void ParameterLayout::Builder::logSigma()
{
    m_layout.m_logSigma = m_layout.m_tensors[add("log_sigma", {1})].offset;
}

std::vector<Sides> convolutionSides(const ModelConfig& model)
{
    std::vector<Sides> sides{{model.inputShape.height, model.inputShape.width}};
    for (std::size_t i = 0; i < model.encoderHidden.size(); ++i)
        sides.push_back({(sides.back().height + 1) / 2, (sides.back().width + 1) / 2});
    return sides;
}

std::size_t stageMembers(const ModelConfig& model) noexcept
{
    return std::size_t{2} + (model.layerNorm ? 1 : 0) + (model.dropout > 0.0 ? 1 : 0);
}

ParameterLayout::ParameterLayout(const RunConfig& config)
    : m_pixels(static_cast<int>(config.model.inputShape.size())), m_latent(config.model.latent)
{
    Builder builder(*this, config.model);
    switch (config.model.architecture) {
    case Architecture::Mlp: builder.mlp(); break;
    case Architecture::Conv: builder.conv(); break;
    case Architecture::Gru: builder.gru(); break;
    }
    if (config.objective.likelihood == Likelihood::GaussianLearned)
        builder.logSigma();
}

std::size_t ParameterLayout::indexOf(std::string_view name) const
{
    const auto found = std::find_if(m_tensors.begin(), m_tensors.end(), [&](const NamedTensor& tensor) { return tensor.name == name; });
    assert(found != m_tensors.end());
    return static_cast<std::size_t>(found - m_tensors.begin());
}

void ParameterLayout::initialise(std::span<float> parameters, std::uint64_t seed) const
{
    assert(parameters.size() == m_size);
    std::fill(parameters.begin(), parameters.end(), 0.0f);
    std::uint64_t layer = 0;
    RandomStream stream(seed, StreamPurpose::Initialisation, layer);
    for (const Start& start : m_starts) {
        const NamedTensor& tensor = m_tensors[start.tensor];
        const std::span<float> values = parameters.subspan(tensor.offset, tensor.count);
        if (!(start.bound > 0.0)) {
            std::fill(values.begin(), values.end(), start.constant);
            continue;
        }
        if (start.layer != layer)
            stream = RandomStream(seed, StreamPurpose::Initialisation, layer = start.layer);
        for (float& value : values)
            value = static_cast<float>(stream.uniform(-start.bound, start.bound));
    }
}

double softClippedLogSigma(double raw) noexcept
{
    const double above = raw - kLogSigmaFloor;
    return kLogSigmaFloor + std::max(above, 0.0) + std::log1p(std::exp(-std::abs(above)));
}

double softClippedLogSigmaSlope(double raw) noexcept
{
    return 1.0 / (1.0 + std::exp(-(raw - kLogSigmaFloor)));
}

} // namespace latentscape
