// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"
#include "core/model/vae_backend.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace latentscape {

// What is added to R, in tensor operations: differentiable, any device, float or double. mu, logvar (cut), z: [n, L].

/// KL(N(μ, σ²) ‖ N(0, 1)) of each code and dimension in nats, [n, L] (Kingma & Welling, arXiv:1312.6114, App. B).
[[nodiscard]] at::Tensor klPerElement(const at::Tensor& mu, const at::Tensor& logvar);

/// log of a normal density at z, elementwise.
[[nodiscard]] at::Tensor logNormal(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar);

/// The three terms of E[KL] (Hoffman & Johnson 2016; Chen et al., arXiv:1802.04942, eq. 2), batch means in nats, scalars.
struct KlParts {
    at::Tensor mutualInformation;   ///< log q(z|x) − log q(z)
    at::Tensor totalCorrelation;    ///< log q(z) − Σ_j log q(z_j)
    at::Tensor dimensionWise;       ///< Σ_j log q(z_j) − log p(z_j)
};
/// log q(z) and log q(z_j) of a batch of n out of datasetSize samples, [n] and [n, L]: minibatch-stratified importance weights, with the
/// stratified sample's share spread evenly over the others of the batch, which has the same expectation and less variance: 1/N for a
/// sample's own posterior, (N − 1)/(N·(n − 1)) for each other. With n = N this is the exact aggregate posterior.
struct LogAggregate {
    at::Tensor joint;     ///< [n]
    at::Tensor marginals; ///< [n, L]
};
[[nodiscard]] LogAggregate logAggregate(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize);
[[nodiscard]] KlParts klParts(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize);

/// Unbiased squared maximum mean discrepancy between rows of a and b, [n, L] each, scalar (Gretton et al., JMLR 2012, eq. 3: no diagonals),
/// with the inverse multiquadratic kernels Σ_s C/(C + d²), C = 2·L·s, s ∈ {0.1, 0.2, 0.5, 1, 2, 5, 10} (Tolstikhin et al., arXiv:1711.01558).
/// 0 for fewer than two rows.
[[nodiscard]] at::Tensor mmd(const at::Tensor& a, const at::Tensor& b);

/// Σ_{i≠j} C_ij² + Σ_i (C_ii − 1)² of C = E[σ²] + Cov(μ), biased (1/n) (DIP-VAE-II, arXiv:1711.00848, eq. 7). Scalar.
[[nodiscard]] at::Tensor dipPenalty(const at::Tensor& mu, const at::Tensor& logvar);

/// What the objective adds to the batch mean of R, scalar, in nats (ObjectiveConfig says the formulas). prior: [n, L] standard normals, read by
/// infovae alone. 0 for an autoencoder.
struct Codes {
    at::Tensor mu, logvar, z, prior;
    at::Tensor kl = {}; ///< klPerElement(mu, logvar) where the caller has it already
};
[[nodiscard]] at::Tensor regulariser(const ObjectiveConfig& config, const StepControls& controls, const Codes& codes, std::int64_t datasetSize);
/// The same with β and C(t) as scalars (double) that may lie on the device and change under a recorded step.
struct ObjectiveControls {
    at::Tensor beta, capacity;
};
[[nodiscard]] at::Tensor regulariserWith(const ObjectiveConfig& config, const ObjectiveControls& controls, const Codes& codes, std::int64_t datasetSize);

} // namespace latentscape
