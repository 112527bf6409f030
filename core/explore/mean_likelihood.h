// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run_config.h"

#include <span>

namespace latentscape {

/// −log p(x | z) of a sample from the likelihood's means alone, as a decoder for the window gives them. A value; any thread.
///  Bernoulli             of the grey values, or of the values at 0.5 and above; dynamically drawn values: the mean over the draws, which is
///                        that of the grey values
///  continuous Bernoulli  its logit is looked up by the mean (error below 1e-3 nats a number)
///  Gaussian              logSigma: the learned one
///  Poisson               counts 255·x
class MeanLikelihood {
public:
    MeanLikelihood(const ObjectiveConfig& objective, double logSigma) noexcept;

    /// x, means: the same number of values, means not cut. In nats.
    [[nodiscard]] double nats(std::span<const float> x, std::span<const float> means) const noexcept;

private:
    Likelihood m_likelihood;
    bool m_threshold;
    double m_logSigma;
};

} // namespace latentscape
