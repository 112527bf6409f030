// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/likelihood.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace latentscape {

namespace {

/// at::softplus is the identity beyond this; e⁻⁴⁰ is nothing beside 40 even in double.
constexpr double kSoftplusLinear = 40.0;
/// Around 0 the continuous Bernoulli's formulas are 0/0; within this distance their Taylor series are exact to the last digits of a double.
constexpr double kTaylorRadius = 0.2;
/// log(o / tanh(o/2)) = log 2 + Σ c_i·o^{2i}: the integral of 1/o − 1/sinh(o).
constexpr std::array kLogConstant{std::numbers::ln2, 1.0 / 12, -7.0 / 1440, 31.0 / 90720, -127.0 / 4838400, 73.0 / 34214400};
/// 1/(1 − e^{−o}) − 1/o = ½ + o·Σ c_i·o^{2i}, c_i = B_{2i+2} / (2i + 2)! with Bernoulli's numbers.
constexpr std::array kMeanSlope{1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160};

/// Σ c_i·s^i by Horner's rule.
at::Tensor polynomial(std::span<const double> coefficients, const at::Tensor& s)
{
    at::Tensor value = at::full_like(s, coefficients.back());
    for (std::size_t i = coefficients.size() - 1; i-- > 0;)
        value = value * s + coefficients[i];
    return value;
}

/// o where a formula's series holds, and where its closed form does. Each formula sees only arguments that it is finite for: a where()
/// behind the formulas would choose the right value and still multiply an infinite slope of the other by 0.
struct Arguments {
    explicit Arguments(const at::Tensor& o)
        : isSmall(o.abs().lt(kTaylorRadius)), small(at::where(isSmall, o, at::zeros_like(o))),
          large(at::where(isSmall, at::full_like(o, kTaylorRadius), o))
    {
    }
    at::Tensor isSmall, small, large;
};

at::Tensor exactSoftplus(const at::Tensor& o)
{
    return at::softplus(o, /*beta=*/1, /*threshold=*/kSoftplusLinear);
}

/// log C(λ) of the continuous Bernoulli, λ = sigmoid(o).
at::Tensor logConstant(const at::Tensor& o)
{
    const Arguments at(o);
    const at::Tensor closed = (at.large / (0.5 * at.large).tanh()).log();
    return at::where(at.isSmall, polynomial(kLogConstant, at.small * at.small), closed);
}

at::Tensor continuousBernoulliMean(const at::Tensor& o)
{
    const Arguments at(o);
    // 1/(1 − e^{−o}) = ½ + ½ coth(o/2), in which nothing overflows, forward or backward
    const at::Tensor closed = 0.5 + 0.5 * (0.5 * at.large).tanh().reciprocal() - at.large.reciprocal();
    return at::where(at.isSmall, 0.5 + at.small * polynomial(kMeanSlope, at.small * at.small), closed);
}

/// Log rates below the cut; beyond it the gradient still pulls back.
at::Tensor cutLogRate(const at::Tensor& o)
{
    const at::Tensor value = o.detach();
    return value.clamp_max(kMaxLogRate) + (o - value); // + 0, which carries the slope
}

at::Tensor rowSums(const at::Tensor& values)
{
    return values.sum(1, /*keepdim=*/false, at::kDouble);
}

at::Tensor gaussian(const at::Tensor& output, const at::Tensor& x, const at::Tensor& logSigma)
{
    const at::Tensor scale = logSigma.to(at::kDouble);
    const auto columns = static_cast<double>(output.size(1));
    return rowSums((x - output).square()) * (0.5 * (-2.0 * scale).exp()) + columns * (scale + 0.5 * std::log(2 * std::numbers::pi));
}

at::Tensor poisson(const at::Tensor& output, const at::Tensor& x)
{
    // In double: near the best rate the three terms of a large count cancel but for ½ log 2πk.
    const at::Tensor logRate = cutLogRate(output.to(at::kDouble));
    const at::Tensor counts = kCountsPerUnit * x.to(at::kDouble);
    return rowSums(logRate.exp() - counts * logRate + (counts + 1.0).lgamma());
}

} // namespace

at::Tensor negativeLogLikelihood(Likelihood likelihood, const at::Tensor& output, const at::Tensor& x, const at::Tensor& logSigma)
{
    switch (likelihood) {
    case Likelihood::Bernoulli: return rowSums(exactSoftplus(output) - x * output);
    case Likelihood::ContinuousBernoulli: return rowSums(exactSoftplus(output) - x * output - logConstant(output));
    case Likelihood::Gaussian:
    case Likelihood::GaussianLearned: return gaussian(output, x, logSigma);
    case Likelihood::Poisson: break;
    }
    return poisson(output, x);
}

at::Tensor likelihoodMean(Likelihood likelihood, const at::Tensor& output)
{
    switch (likelihood) {
    case Likelihood::Bernoulli: return output.sigmoid();
    case Likelihood::ContinuousBernoulli: return continuousBernoulliMean(output);
    case Likelihood::Gaussian:
    case Likelihood::GaussianLearned: return output;
    case Likelihood::Poisson: break;
    }
    return cutLogRate(output).exp() / kCountsPerUnit;
}

at::Tensor logSigmaOf(const ObjectiveConfig& config, const at::Tensor& raw, const at::Tensor& like)
{
    if (config.likelihood == Likelihood::GaussianLearned) // softClippedLogSigma() for gradients
        return exactSoftplus(raw + 6.0) - 6.0;
    return at::scalar_tensor(std::log(config.sigma), like.options().dtype(at::kDouble));
}

} // namespace latentscape
