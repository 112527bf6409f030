// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/objective.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace latentscape {

namespace {

/// Widths of the discrepancy's kernels: from a tenth to ten times the distance expected between two codes.
constexpr std::array kKernelScales{0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};

at::Tensor zeroLike(const at::Tensor& like)
{
    return at::zeros({}, like.options().dtype(at::kDouble));
}

/// Mean over the rows of Σ over the columns, in double.
at::Tensor meanOfRows(const at::Tensor& values)
{
    return values.sum(at::kDouble) / static_cast<double>(values.size(0));
}

/// Kernel matrix [rows of a, rows of b], in double. Distances are sums of squared differences: |a|² + |b|² − 2ab would cancel, and a
/// root has no slope where a row meets itself.
at::Tensor kernels(const at::Tensor& a, const at::Tensor& b)
{
    const at::Tensor squares = (a.unsqueeze(1) - b.unsqueeze(0)).square().sum(2, /*keepdim=*/false, at::kDouble);
    at::Tensor sum = at::zeros_like(squares);
    for (const double scale : kKernelScales) {
        const double c = 2.0 * static_cast<double>(a.size(1)) * scale;
        sum = sum + c / (c + squares);
    }
    return sum;
}

/// Mean of a kernel matrix of rows with themselves, the pairs of a row with itself left out: with them the estimate of a distance of 0
/// would be positive.
at::Tensor meanOffDiagonal(const at::Tensor& matrix)
{
    const auto n = static_cast<double>(matrix.size(0));
    return (matrix.sum() - matrix.diagonal().sum()) / (n * (n - 1.0));
}

/// Log weights [n, n] of the estimate of log q(z) at row i from the posterior of row k. Each row's weights sum to 1.
at::Tensor logWeights(std::int64_t n, std::int64_t datasetSize, const at::Tensor& like)
{
    // A sample alone is its own aggregate. A batch can hold more rows than there are samples where classes are balanced by repeats.
    const auto rows = static_cast<double>(n);
    const double size = n == 1 ? 1.0 : static_cast<double>(std::max(n, datasetSize));
    const double own = -std::log(size);
    const double other = n == 1 ? 0.0 : std::log((size - 1.0) / (size * (rows - 1.0)));
    at::Tensor weights = at::full({n, n}, other, like.options());
    weights.fill_diagonal_(own);
    return weights;
}

at::Tensor klOf(const Codes& codes)
{
    return codes.kl.defined() ? codes.kl : klPerElement(codes.mu, codes.logvar);
}

at::Tensor vaePenalty(const ObjectiveConfig& config, const ObjectiveControls& controls, const Codes& codes)
{
    const at::Tensor kl = klOf(codes);
    if (config.gamma > 0.0)
        return config.gamma * (meanOfRows(kl) - controls.capacity).abs();
    if (config.freeBits > 0.0) // of the batch's mean: a single image may spend less
        return controls.beta * kl.mean(0, /*keepdim=*/false, at::kDouble).clamp_min(config.freeBits).sum();
    return controls.beta * meanOfRows(kl);
}

} // namespace

at::Tensor klPerElement(const at::Tensor& mu, const at::Tensor& logvar)
{
    // expm1: near the prior e^lv − 1 − lv is a small difference of large numbers
    return 0.5 * (mu.square() + (logvar.expm1() - logvar));
}

at::Tensor logNormal(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar)
{
    return -0.5 * ((z - mu).square() * (-logvar).exp() + logvar + std::log(2 * std::numbers::pi));
}

LogAggregate logAggregate(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize)
{
    const at::Tensor pairs = logNormal(z.unsqueeze(1), mu.unsqueeze(0), logvar.unsqueeze(0)); // [n, n, L]: z of row i under the posterior of row k
    const at::Tensor joints = pairs.sum(2, /*keepdim=*/false, at::kDouble);
    const std::int64_t n = z.size(0);
    return {(joints + logWeights(n, datasetSize, joints)).logsumexp(1), (pairs + logWeights(n, datasetSize, pairs).unsqueeze(2)).logsumexp(1)};
}

KlParts klParts(const at::Tensor& z, const at::Tensor& mu, const at::Tensor& logvar, std::int64_t datasetSize)
{
    const LogAggregate aggregate = logAggregate(z, mu, logvar, datasetSize);
    const at::Tensor own = logNormal(z, mu, logvar).sum(1, /*keepdim=*/false, at::kDouble);
    const at::Tensor product = aggregate.marginals.sum(1, /*keepdim=*/false, at::kDouble);
    const at::Tensor zero = at::zeros({}, z.options());
    const at::Tensor prior = logNormal(z, zero, zero).sum(1, /*keepdim=*/false, at::kDouble);
    return {meanOfRows(own - aggregate.joint), meanOfRows(aggregate.joint - product), meanOfRows(product - prior)};
}

at::Tensor mmd(const at::Tensor& a, const at::Tensor& b)
{
    if (a.size(0) < 2 || b.size(0) < 2)
        return zeroLike(a);
    return meanOffDiagonal(kernels(a, a)) + meanOffDiagonal(kernels(b, b)) - 2.0 * kernels(a, b).mean();
}

at::Tensor dipPenalty(const at::Tensor& mu, const at::Tensor& logvar)
{
    const at::Tensor means = mu.to(at::kDouble);
    const at::Tensor centred = means - means.mean(0, /*keepdim=*/true);
    const at::Tensor covariance =
        at::matmul(centred.t(), centred) / static_cast<double>(mu.size(0)) + at::diag(logvar.to(at::kDouble).exp().mean(0));
    return (covariance - at::eye(mu.size(1), covariance.options())).square().sum();
}

at::Tensor regulariser(const ObjectiveConfig& config, const StepControls& controls, const Codes& codes, std::int64_t datasetSize)
{
    // Scalars on the host, which every device takes.
    const ObjectiveControls scalars{at::scalar_tensor(controls.beta, at::kDouble), at::scalar_tensor(controls.capacity, at::kDouble)};
    return regulariserWith(config, scalars, codes, datasetSize);
}

at::Tensor regulariserWith(const ObjectiveConfig& config, const ObjectiveControls& controls, const Codes& codes, std::int64_t datasetSize)
{
    switch (config.kind) {
    case ObjectiveKind::Autoencoder: return zeroLike(codes.mu);
    case ObjectiveKind::Vae:
    case ObjectiveKind::ConditionalVae: break;
    case ObjectiveKind::InfoVae:
        return controls.beta * meanOfRows(klOf(codes)) + config.lambda * mmd(codes.z, codes.prior);
    case ObjectiveKind::BetaTcVae: {
        const KlParts parts = klParts(codes.z, codes.mu, codes.logvar, datasetSize);
        return parts.mutualInformation + controls.beta * parts.totalCorrelation + parts.dimensionWise;
    }
    case ObjectiveKind::DipVae:
        return controls.beta * meanOfRows(klOf(codes)) + config.lambda * dipPenalty(codes.mu, codes.logvar);
    }
    return vaePenalty(config, controls, codes);
}

} // namespace latentscape
