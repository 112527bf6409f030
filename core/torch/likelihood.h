// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <ATen/core/Tensor.h>

namespace latentscape {

// The observation models in tensor operations: differentiable, any device, float or double. Values x are in the units of the data.

/// A Poisson likelihood counts in steps of a byte: k = 255·x.
inline constexpr double kCountsPerUnit = 255.0;
/// log rates are cut here (e³⁰ counts) so that a wild step stays finite; gradients pass through unchanged.
inline constexpr double kMaxLogRate = 30.0;

/// −log p(x | output) in nats of each row, summed over columns in double: [n] (double). output, x: [n, D]; logSigma: a scalar tensor, read by
/// the Gaussians alone (log σ of the fixed one, the soft-clipped learned one).
///  Bernoulli             Σ softplus(o) − x·o
///  continuous Bernoulli  the same − Σ log C(λ), λ = sigmoid(o), log C = log(o / tanh(o/2)), its Taylor series around 0 (arXiv:1907.06845)
///  Gaussian              Σ (x − m)²/(2σ²) + log σ + ½ log 2π
///  Poisson               Σ e^o − k·o + log k!,  k = 255·x
[[nodiscard]] at::Tensor negativeLogLikelihood(Likelihood likelihood, const at::Tensor& output, const at::Tensor& x, const at::Tensor& logSigma);

/// The likelihood's mean in the units of the data, [n, D]: sigmoid(o); 1/(1 − e^{−o}) − 1/o for the continuous Bernoulli; m; e^o / 255.
[[nodiscard]] at::Tensor likelihoodMean(Likelihood likelihood, const at::Tensor& output);

/// log σ that negativeLogLikelihood() takes: −6 + softplus(raw + 6) of the learned σ (raw: a scalar tensor), log(config.sigma) otherwise (a
/// double scalar; raw may be undefined).
[[nodiscard]] at::Tensor logSigmaOf(const ObjectiveConfig& config, const at::Tensor& raw, const at::Tensor& like);

} // namespace latentscape
