// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/model/run_config.h"
#include "core/torch/noise.h"
#include "core/model/parameter_layout.h"
#include "core/torch/vae_engine.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace latentscape::tests {

/// A small set of random floats in [0, 1], D numbers a sample.
inline std::shared_ptr<const Dataset> randomFloats(std::size_t train, std::size_t test, int width)
{
    const auto part = [width](std::size_t count, std::uint64_t stream) {
        RandomStream random(/*seed=*/3, StreamPurpose::DataSet, stream);
        std::vector<float> values(count * static_cast<std::size_t>(width));
        for (float& value : values)
            value = static_cast<float>(random.uniform());
        DataPart made;
        made.count = count;
        made.values = std::move(values);
        return made;
    };
    Dataset::Parts parts;
    parts.name = "random";
    parts.shape = ItemShape{1, 1, width};
    parts.train = part(train, 0);
    parts.test = part(test, 1);
    return Dataset::create(std::move(parts));
}

/// An engine's setup that trains on every sample of data.
inline EngineSetup setupFor(RunConfig config, std::shared_ptr<const Dataset> data, int threads = 1)
{
    config.model.inputShape = data->shape();
    EngineSetup setup;
    setup.config = std::move(config);
    setup.data = std::move(data);
    setup.threads = threads;
    setup.trainingIndices.resize(setup.data->train().count);
    std::iota(setup.trainingIndices.begin(), setup.trainingIndices.end(), 0);
    return setup;
}

/// The objective of one batch written down a second time, in double and for one image after the other: what the engines' gradients and
/// losses are measured against. Shares nothing with them but the layout of the parameters and the noise.
class ReferenceVae {
public:
    struct Loss {
        double reconstruction = 0.0; ///< sums over the batch
        double kl = 0.0;
        double objective = 0.0; ///< (R + β·KL) / B
    };

    ReferenceVae(const RunConfig& config, std::shared_ptr<const Dataset> data) : m_config(config), m_layout(config), m_data(std::move(data)) {}

    [[nodiscard]] const ParameterLayout& layout() const { return m_layout; }

    [[nodiscard]] Loss loss(const std::vector<double>& p, const std::vector<std::int32_t>& batch, int epoch, double beta) const
    {
        Loss total;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            std::vector<float> pixels(static_cast<std::size_t>(m_layout.pixels()));
            m_data->copyFloats(m_data->train(), static_cast<std::size_t>(batch[i]), pixels);
            const std::vector<double> x(pixels.begin(), pixels.end());
            std::vector<float> noise(static_cast<std::size_t>(m_layout.latent()));
            trainingNoise(m_config.training.seed, epoch, i, noise);
            const std::vector<double> heads = linear(p, m_layout.heads(), hidden(p, m_layout.encoder(), m_layout.encoder().size(), x));
            const std::size_t latent = noise.size();
            std::vector<double> z(latent);
            for (std::size_t j = 0; j < latent; ++j) {
                const double mu = heads[j], logvar = std::clamp(heads[latent + j], -10.0, 10.0);
                const bool sampled = m_config.objective.kind == ObjectiveKind::Vae;
                z[j] = sampled ? mu + std::exp(logvar / 2) * static_cast<double>(noise[j]) : mu;
                if (sampled)
                    total.kl += -0.5 * (1 + logvar - mu * mu - std::exp(logvar));
            }
            const std::vector<LinearSlot>& decoder = m_layout.decoder();
            total.reconstruction += reconstruction(p, linear(p, decoder.back(), hidden(p, decoder, decoder.size() - 1, z)), x);
        }
        total.objective = (total.reconstruction + beta * total.kl) / static_cast<double>(batch.size());
        return total;
    }

private:
    [[nodiscard]] static std::vector<double> linear(const std::vector<double>& p, const LinearSlot& slot, const std::vector<double>& in)
    {
        std::vector<double> out(static_cast<std::size_t>(slot.out));
        for (std::size_t o = 0; o < out.size(); ++o) {
            out[o] = p[slot.bias + o];
            for (std::size_t i = 0; i < in.size(); ++i)
                out[o] += p[slot.weight + o * in.size() + i] * in[i];
        }
        return out;
    }

    [[nodiscard]] std::vector<double> hidden(const std::vector<double>& p, const std::vector<LinearSlot>& layers, std::size_t count,
                                             std::vector<double> values) const
    {
        for (std::size_t i = 0; i < count; ++i) {
            values = linear(p, layers[i], values);
            for (double& a : values)
                switch (m_config.model.activation) {
                case Activation::Relu: a = a > 0 ? a : 0; break;
                case Activation::Silu: a = a / (1 + std::exp(-a)); break;
                case Activation::Tanh: a = std::tanh(a); break;
                }
        }
        return values;
    }

    [[nodiscard]] double reconstruction(const std::vector<double>& p, const std::vector<double>& out, const std::vector<double>& x) const
    {
        double sum = 0.0;
        double logSigma = std::log(m_config.objective.sigma);
        if (m_layout.logSigma())
            logSigma = -6 + std::log1p(std::exp(p[*m_layout.logSigma()] + 6));
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (m_config.objective.likelihood == Likelihood::Bernoulli)
                sum += std::log1p(std::exp(out[i])) - x[i] * out[i];
            else
                sum += (x[i] - out[i]) * (x[i] - out[i]) / (2 * std::exp(2 * logSigma)) + logSigma + 0.5 * std::log(2 * std::numbers::pi);
        }
        return sum;
    }

    RunConfig m_config;
    ParameterLayout m_layout;
    std::shared_ptr<const Dataset> m_data;
};

} // namespace latentscape::tests
