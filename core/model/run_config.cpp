// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_config.h"

#include "core/model/json/name_table.h"

#include <array>
#include <limits>

namespace latentscape {

namespace {

constexpr std::array kArchitectures{NameOf{Architecture::Mlp, "mlp"}, NameOf{Architecture::Conv, "conv"}, NameOf{Architecture::Gru, "gru"}};
constexpr std::array kActivations{NameOf{Activation::Relu, "relu"}, NameOf{Activation::Silu, "silu"}, NameOf{Activation::Tanh, "tanh"}};
constexpr std::array kObjectives{NameOf{ObjectiveKind::Vae, "vae"},          NameOf{ObjectiveKind::Autoencoder, "ae"},
                                 NameOf{ObjectiveKind::InfoVae, "infovae"},  NameOf{ObjectiveKind::BetaTcVae, "tcvae"},
                                 NameOf{ObjectiveKind::DipVae, "dipvae"},    NameOf{ObjectiveKind::ConditionalVae, "cvae"}};
constexpr std::array kWarmups{NameOf{Warmup::Linear, "linear"}, NameOf{Warmup::Cyclic, "cyclic"}};
constexpr std::array kLikelihoods{NameOf{Likelihood::Bernoulli, "bernoulli"}, NameOf{Likelihood::ContinuousBernoulli, "continuous-bernoulli"},
                                  NameOf{Likelihood::Gaussian, "gaussian"}, NameOf{Likelihood::GaussianLearned, "gaussian-learned"},
                                  NameOf{Likelihood::Poisson, "poisson"}};
constexpr std::array kBinarizations{NameOf{Binarization::None, "none"}, NameOf{Binarization::Dynamic, "dynamic"},
                                    NameOf{Binarization::Threshold, "threshold"}};
constexpr std::array kOptimizers{NameOf{OptimizerKind::Adam, "adam"}, NameOf{OptimizerKind::AdamW, "adamw"},
                                 NameOf{OptimizerKind::RmsProp, "rmsprop"}, NameOf{OptimizerKind::Sgd, "sgd"}};
constexpr std::array kSchedules{NameOf{LearningRateSchedule::Constant, "constant"}, NameOf{LearningRateSchedule::Cosine, "cosine"},
                                NameOf{LearningRateSchedule::Step, "step"}, NameOf{LearningRateSchedule::OneCycle, "onecycle"}};

/// Sums weights and biases, and stays at the largest number instead of wrapping: the configuration may not have been checked yet.
class ParameterSum {
public:
    /// out layers of in inputs and a bias each, kernel numbers a connection
    void addLayer(std::int64_t in, std::int64_t out, std::int64_t kernel = 1)
    {
        std::int64_t size = 0;
        if (in < 0 || out < 0 || __builtin_mul_overflow(in, kernel, &in) || __builtin_mul_overflow(in + 1, out, &size))
            m_saturated = true;
        else
            add(size);
    }
    void add(std::int64_t count)
    {
        if (count < 0 || __builtin_add_overflow(m_sum, count, &m_sum))
            m_saturated = true;
    }
    [[nodiscard]] std::int64_t value() const { return m_saturated ? std::numeric_limits<std::int64_t>::max() : m_sum; }

private:
    std::int64_t m_sum = 0;
    bool m_saturated = false;
};

constexpr std::int64_t kKernelArea = 3 * 3;

/// Fully connected layers from in to the last of widths; returns the last width.
std::int64_t addHidden(ParameterSum& sum, const ModelConfig& model, std::int64_t in, const std::vector<int>& widths)
{
    for (const int next : widths) {
        sum.addLayer(in, next);
        if (model.layerNorm)
            sum.add(std::int64_t{2} * next);
        in = next;
    }
    return in;
}

void addHeads(ParameterSum& sum, std::int64_t in, int latent)
{
    sum.addLayer(in, latent); // to_mu
    sum.addLayer(in, latent); // to_logvar
}

void addMlp(ParameterSum& sum, const ModelConfig& model, std::int64_t items)
{
    addHeads(sum, addHidden(sum, model, items + model.classes, model.encoderHidden), model.latent);
    sum.addLayer(addHidden(sum, model, std::int64_t{model.latent} + model.classes, model.decoderWidths()), items);
}

void addConv(ParameterSum& sum, const ModelConfig& model)
{
    const auto norm = [&](int planes) {
        if (model.layerNorm)
            sum.add(std::int64_t{2} * planes);
    };
    std::int64_t planes = std::int64_t{model.inputShape.channels} + model.classes;
    std::int64_t height = model.inputShape.height, width = model.inputShape.width;
    for (const int next : model.encoderHidden) {
        sum.addLayer(planes, next, kKernelArea);
        norm(next);
        planes = next;
        height = (height + 1) / 2;
        width = (width + 1) / 2;
    }
    const std::int64_t flat = planes * height * width;
    sum.addLayer(flat, model.denseWidth);
    addHeads(sum, model.denseWidth, model.latent);
    sum.addLayer(std::int64_t{model.latent} + model.classes, flat);
    for (const int next : model.decoderWidths()) {
        sum.addLayer(planes, next, kKernelArea);
        norm(next);
        planes = next;
    }
    sum.addLayer(planes, model.inputShape.channels, kKernelArea);
}

/// Three gates with two biases each.
void addRecurrent(ParameterSum& sum, std::int64_t in, const std::vector<int>& widths)
{
    for (const int state : widths) {
        sum.addLayer(in, std::int64_t{3} * state);
        sum.addLayer(state, std::int64_t{3} * state);
        in = state;
    }
}

void addGru(ParameterSum& sum, const ModelConfig& model)
{
    const std::vector<int> decoder = model.decoderWidths();
    addRecurrent(sum, std::int64_t{model.inputShape.channels} + model.classes, model.encoderHidden);
    addHeads(sum, model.encoderHidden.empty() ? 0 : model.encoderHidden.back(), model.latent);
    addRecurrent(sum, std::int64_t{model.latent} + model.classes, decoder);
    sum.addLayer(decoder.empty() ? 0 : decoder.back(), model.inputShape.channels);
}

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
    switch (architecture) {
    case Architecture::Mlp: addMlp(sum, *this, items); break;
    case Architecture::Conv: addConv(sum, *this); break;
    case Architecture::Gru: addGru(sum, *this); break;
    }
    return sum.value();
}

std::string_view name(Architecture value) noexcept { return nameIn(kArchitectures, value); }
std::string_view name(Activation value) noexcept { return nameIn(kActivations, value); }
std::string_view name(ObjectiveKind value) noexcept { return nameIn(kObjectives, value); }
std::string_view name(Warmup value) noexcept { return nameIn(kWarmups, value); }
std::string_view name(Likelihood value) noexcept { return nameIn(kLikelihoods, value); }
std::string_view name(Binarization value) noexcept { return nameIn(kBinarizations, value); }
std::string_view name(OptimizerKind value) noexcept { return nameIn(kOptimizers, value); }
std::string_view name(LearningRateSchedule value) noexcept { return nameIn(kSchedules, value); }

Result<Architecture> architectureFromName(std::string_view text) { return valueIn(kArchitectures, "architecture", text); }
Result<Activation> activationFromName(std::string_view text) { return valueIn(kActivations, "activation", text); }
Result<ObjectiveKind> objectiveFromName(std::string_view text) { return valueIn(kObjectives, "objective", text); }
Result<Warmup> warmupFromName(std::string_view text) { return valueIn(kWarmups, "warm-up", text); }
Result<Likelihood> likelihoodFromName(std::string_view text) { return valueIn(kLikelihoods, "likelihood", text); }
Result<Binarization> binarizationFromName(std::string_view text) { return valueIn(kBinarizations, "binarization", text); }
Result<OptimizerKind> optimizerFromName(std::string_view text) { return valueIn(kOptimizers, "optimizer", text); }
Result<LearningRateSchedule> scheduleFromName(std::string_view text) { return valueIn(kSchedules, "learning-rate schedule", text); }

} // namespace latentscape
