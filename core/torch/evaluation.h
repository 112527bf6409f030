// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/latent_frame.h"
#include "core/model/metrics.h"
#include "core/model/vae_backend.h"
#include "core/torch/vae_engine.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace latentscape {

/// The samples of an evaluation pass. Indices are checked by the caller.
struct EvaluationInput {
    VaeEngine& engine;
    const RunConfig& config;
    bool test = false;
    std::span<const std::int32_t> indices;
    std::stop_token stop;
    const Dataset* data = nullptr; ///< for losses by class; null: none are given
    std::int64_t datasetSize = 0;  ///< samples trained on, which the aggregate posterior of tcvae is over; 0: as many as are evaluated
};

// Passes over many samples in chunks, on the host in double, with an engine for the networks. Each looks at the stop token between
// chunks (error Cancelled) and throws what the engine throws. Noise: evaluationNoise(seed, part, sample). No figure depends on where chunks end.

/// μ and log σ², rows in the order of indices; exact.
[[nodiscard]] Result<LatentFrame> encodeSamples(const EvaluationInput& input);
/// Means over the samples, and over those of each class, R averaged over draws of z; z = μ and KL = 0 for an autoencoder. NELBO = R + KL
/// whatever was minimised. The objective is the configured one at its full β and capacity: capacity and free bits from the KL of all
/// samples together, the batch terms of infovae, tcvae and dipvae from BatchTerms.
[[nodiscard]] Result<Evaluation> evaluateSamples(const EvaluationInput& input, int draws);
/// Objective: R + β·KL of each sample.
[[nodiscard]] Result<std::vector<LossTerms>> evaluateEachSample(const EvaluationInput& input);
/// L_K = logsumexp_k log w_k − log K per image (Burda et al., arXiv:1509.00519, eq. 8), then mean and standard error.
[[nodiscard]] Result<VaeBackend::IwaeBound> iwaeBound(const EvaluationInput& input, int k);

} // namespace latentscape
