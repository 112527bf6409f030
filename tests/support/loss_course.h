// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.h"
#include "ui/plots/loss_canvas.h"
#include "ui/plots/loss_plot.h"

#include <QTest>

#include <cmath>
#include <vector>

namespace latentscape::tests {

inline constexpr int kStepsAnEpoch = 100;

inline StepRecord stepAt(std::int64_t step, double nelbo, double kl = 5.0)
{
    return {step, static_cast<double>(step) / kStepsAnEpoch, {nelbo, nelbo - kl, kl, nelbo}};
}

inline EpochRecord epochAt(int epoch, double held)
{
    EpochRecord record;
    record.epoch = epoch;
    record.train = {held - 1, held - 6, 5, held - 1};
    record.held = {held, held - 5, 5, held};
    return record;
}

/// A course like a real one: a steep beginning, then a plateau near 140.
inline std::vector<StepRecord> course(int steps)
{
    std::vector<StepRecord> records;
    for (int i = 1; i <= steps; ++i)
        records.push_back(stepAt(i, 140 + 400 * std::exp(-i / 10.0) + (i % 7)));
    return records;
}

inline void showAndDraw(ui::LossPlot& plot)
{
    plot.resize(700, 220);
    plot.show();
    QTRY_VERIFY(plot.canvas().isVisible());
}

} // namespace latentscape::tests
