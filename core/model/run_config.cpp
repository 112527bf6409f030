// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include "core/model/json/name_table.h"

#include <array>
#include <limits>

namespace latentscape {

namespace {

constexpr std::array kActivations{NameOf{Activation::Relu, "relu"}, NameOf{Activation::Silu, "silu"}, NameOf{Activation::Tanh, "tanh"}};
constexpr std::array kObjectives{NameOf{ObjectiveKind::Vae, "vae"}, NameOf{ObjectiveKind::Autoencoder, "ae"}};
constexpr std::array kLikelihoods{NameOf{Likelihood::Bernoulli, "bernoulli"}, NameOf{Likelihood::Gaussian, "gaussian"},
                                  NameOf{Likelihood::GaussianLearned, "gaussian-learned"}};
constexpr std::array kOptimizers{NameOf{OptimizerKind::Adam, "adam"}, NameOf{OptimizerKind::RmsProp, "rmsprop"},
                                 NameOf{OptimizerKind::Sgd, "sgd"}};

/// Sums weights and biases, and stays at the largest number instead of wrapping: the configuration may not have been checked yet.
class ParameterSum {
public:
    void addLayer(std::int64_t in, std::int64_t out)
    {
        std::int64_t size = 0;
        if (in < 0 || out < 0 || __builtin_mul_overflow(in + 1, out, &size) || __builtin_add_overflow(m_sum, size, &m_sum))
            m_saturated = true;
    }
    [[nodiscard]] std::int64_t value() const { return m_saturated ? std::numeric_limits<std::int64_t>::max() : m_sum; }

private:
    std::int64_t m_sum = 0;
    bool m_saturated = false;
};

} // namespace

std::vector<int> ModelConfig::decoderWidths() const
{
    return decoderHidden.empty() ? std::vector<int>(encoderHidden.rbegin(), encoderHidden.rend()) : decoderHidden;
}

std::int64_t ModelConfig::parameterCount() const
{
    std::int64_t items = 0;
    if (__builtin_mul_overflow(std::int64_t{inputShape.channels} * inputShape.height, std::int64_t{inputShape.width}, &items))
        return std::numeric_limits<std::int64_t>::max();

    ParameterSum sum;
    std::int64_t width = items;
    for (const int next : encoderHidden) {
        sum.addLayer(width, next);
        width = next;
    }
    sum.addLayer(width, latent); // to_mu
    sum.addLayer(width, latent); // to_logvar
    width = latent;
    for (const int next : decoderWidths()) {
        sum.addLayer(width, next);
        width = next;
    }
    sum.addLayer(width, items);
    return sum.value();
}

std::string_view name(Activation value) noexcept { return nameIn(kActivations, value); }
std::string_view name(ObjectiveKind value) noexcept { return nameIn(kObjectives, value); }
std::string_view name(Likelihood value) noexcept { return nameIn(kLikelihoods, value); }
std::string_view name(OptimizerKind value) noexcept { return nameIn(kOptimizers, value); }

Result<Activation> activationFromName(std::string_view text) { return valueIn(kActivations, "activation", text); }
Result<ObjectiveKind> objectiveFromName(std::string_view text) { return valueIn(kObjectives, "objective", text); }
Result<Likelihood> likelihoodFromName(std::string_view text) { return valueIn(kLikelihoods, "likelihood", text); }
Result<OptimizerKind> optimizerFromName(std::string_view text) { return valueIn(kOptimizers, "optimizer", text); }

} // namespace latentscape
