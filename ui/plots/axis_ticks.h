// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace latentscape::ui {

/// An axis: its range and where its labels stand, at multiples of 1, 2 or 5 times a power of ten. A value.
struct AxisTicks {
    double lower = 0.0;
    double upper = 1.0;
    double step = 1.0;
    std::vector<double> at;

    /// The label, with the decimals that the step asks for and a true minus sign.
    [[nodiscard]] QString label(double value) const;
};

/// The smallest tidy step that puts no more than `most` (≥ 1) of them into span (> 0).
[[nodiscard]] double tidyStep(double span, int most);

/// Labels for a range that stays as it is. wholeNumbers: no step below 1.
[[nodiscard]] AxisTicks ticksWithin(double lower, double upper, int most, bool wholeNumbers = false);

/// The range widened to half steps, so that it moves rarely while data come in. lower < upper is not required of the data.
[[nodiscard]] AxisTicks ticksAround(double lower, double upper, int most);

} // namespace latentscape::ui
