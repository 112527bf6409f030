// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace latentscape {

/// Losses in nats per image: nelbo = reconstruction + kl always; objective is what was minimised (ObjectiveConfig).
struct LossTerms {
    double nelbo = 0.0;
    double reconstruction = 0.0;
    double kl = 0.0;
    double objective = 0.0;
    friend bool operator==(const LossTerms&, const LossTerms&) = default;
};

/// One optimiser step, as the loss chart draws it.
struct StepRecord {
    std::int64_t step = 0; ///< counted from 1 over the whole run
    double epoch = 0.0;    ///< fractional: step / steps per epoch
    LossTerms loss;        ///< mean over the batch, before the update
    double gradientNorm = -1.0; ///< of the mean gradient, before clipping; −1: not measured in this step
};

/// A dimension is in use when the mean of its posterior varies by more than this over the data (Burda et al., arXiv:1509.00519).
inline constexpr double kActiveVariance = 0.01;

/// Averages over a part of the data, one value a latent dimension.
struct LatentDiagnostics {
    std::vector<double> klPerDimension;    ///< nats per image
    std::vector<double> meanVariance;      ///< Var_x(μ_j) (Burda et al., arXiv:1509.00519)
    std::vector<double> aggregateVariance; ///< E σ_j² + Var_x(μ_j); near 1 when healthy
    [[nodiscard]] int activeUnits() const noexcept; ///< dimensions with meanVariance > kActiveVariance
};

/// Result of an evaluation pass.
struct Evaluation {
    LossTerms loss;
    double betaSlope = 0.0; ///< ∂ loss.objective / ∂β in nats, the same for every β; 0 for an autoencoder and where gamma > 0
    LatentDiagnostics diagnostics;
    std::int64_t images = 0;
    /// Means over the samples of each class, in the order of Dataset::classNames(); empty for unlabelled data.
    struct ClassLoss {
        std::int64_t images = 0;
        LossTerms loss; ///< objective as R + β·KL: batch terms have no share of one class
    };
    std::vector<ClassLoss> classes;
};

/// One finished epoch. Part of a checkpoint's history (without the clock).
struct EpochRecord {
    int epoch = 0;             ///< from 1
    LossTerms train;           ///< mean over the epoch's images while it trained
    LossTerms held;            ///< after the epoch, one sample of z: validation where it exists, else test
    std::vector<Evaluation::ClassLoss> heldClasses; ///< held by class; empty for unlabelled data; not saved
    double learningRate = 0.0; ///< of the epoch's last step, schedule applied
    double gradientNorm = 0.0; ///< mean of the steps that measured it; 0 when none did
    double seconds = 0.0;      ///< training alone, without evaluation; not saved
    double imagesPerSecond = 0.0; ///< not saved
};

/// A change a person made while training, or a roll-back; a marker on the chart.
struct ControlMark {
    double epoch = 0.0;
    std::string text; ///< "β 1.5 → 1.0"
};

/// All epochs and marks of a run so far.
struct History {
    std::vector<EpochRecord> epochs;
    std::vector<ControlMark> marks;
    int bestEpoch = 0; ///< whose weights early stopping keeps; 0: none
};

} // namespace latentscape
