// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"

#include <QPointF>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace latentscape::ui {

/// A curve reduced to one place for each column of a chart: the mean there, and the smallest and largest value. Equal lengths and x.
struct ThinnedCurve {
    std::vector<QPointF> mean, low, high;
};

/// What the loss chart draws: the records as they came, in ascending order, and the views of them that a chart of a given width
/// needs. Whoever appends bounds their number (MetricsLog condenses itself). No widget; any one thread.
class LossHistory {
public:
    enum class Curve { Nelbo, Reconstruction, Kl, GradientNorm };
    static constexpr double kHalfEpoch = 0.5; ///< an epoch's mean stands in its middle

    void clear();
    void append(const std::vector<StepRecord>& records);
    void append(const std::vector<EpochRecord>& records);
    void append(const std::vector<ControlMark>& marks);

    [[nodiscard]] bool isEmpty() const { return m_steps.empty() && m_epochs.empty(); }
    [[nodiscard]] const std::vector<StepRecord>& steps() const { return m_steps; }
    [[nodiscard]] const std::vector<EpochRecord>& epochs() const { return m_epochs; }
    [[nodiscard]] const std::vector<ControlMark>& marks() const { return m_marks; }
    /// Whether any gradient was measured.
    [[nodiscard]] bool hasGradientNorms() const { return m_gradients; }
    /// The largest epoch (fractional) of any record.
    [[nodiscard]] double lastEpoch() const;
    /// Optimiser steps an epoch, from the last step record; 1 before there is one.
    [[nodiscard]] double stepsPerEpoch() const;
    /// Nothing while there is none, and among epochs that ended before the first record: those of an opened file, or long ago (MetricsLog
    /// merges its oldest records).
    [[nodiscard]] std::optional<StepRecord> stepNear(double epoch) const;
    /// Nothing while there is none.
    [[nodiscard]] std::optional<EpochRecord> epochNear(double epoch) const;

    /// One curve over training steps, x in epochs, one place for each of `columns` pieces of [0, upTo] that holds a record. Epochs that ended
    /// before the first step record have their mean instead. Values that are not finite are left out.
    [[nodiscard]] ThinnedCurve thinned(Curve curve, double upTo, int columns) const;
    /// The evaluated losses, one point an epoch. Not for the gradient norm.
    [[nodiscard]] std::vector<QPointF> held(Curve curve) const;

    /// Tidy text: likelihood, series, step, epoch, nelbo, reconstruction, kl, objective (nats per image), gradient_norm (empty where it was
    /// not measured), learning_rate (of an epoch's last step); one row a record.
    [[nodiscard]] QString csv(const QString& likelihood, const QString& heldName) const;

private:
    std::vector<StepRecord> m_steps;
    std::vector<EpochRecord> m_epochs;
    std::vector<ControlMark> m_marks;
    bool m_gradients = false;
};

/// The range in which curves are legible, without the steep beginning and single spikes: `below` and `above` are the shares of values
/// that may lie outside. Nothing when no value is finite.
[[nodiscard]] std::optional<std::pair<double, double>> legibleRange(std::vector<double> values, double below, double above);

} // namespace latentscape::ui
