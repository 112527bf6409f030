// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/axis_ticks.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace latentscape::ui {

QString AxisTicks::label(double value) const
{
    const int decimals = step >= 1 ? 0 : std::min(6, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    QString text = locale.toString(std::abs(value) < step * 1e-6 ? 0.0 : value, 'f', decimals);
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

double tidyStep(double span, int most)
{
    const double raw = span / std::max(1, most);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw * (1 - 1e-9))
            return factor * power;
    }
    return 10 * power;
}

AxisTicks ticksWithin(double lower, double upper, int most, bool wholeNumbers)
{
    AxisTicks ticks{lower, upper, tidyStep(std::max(upper - lower, 1e-9), most), {}};
    if (wholeNumbers)
        ticks.step = std::max(1.0, ticks.step);
    for (double n = std::ceil(lower / ticks.step - 1e-9); n * ticks.step <= upper + ticks.step * 1e-9; ++n)
        ticks.at.push_back(n * ticks.step);
    return ticks;
}

AxisTicks ticksAround(double lower, double upper, int most)
{
    if (!(upper > lower)) {
        const double middle = std::isfinite(lower) ? lower : 0.0;
        const double room = std::max(1e-3, std::abs(middle) * 0.05);
        lower = middle - room;
        upper = middle + room;
    }
    const double half = tidyStep(upper - lower, most) / 2;
    return ticksWithin(std::floor(lower / half + 1e-9) * half, std::ceil(upper / half - 1e-9) * half, most + 1);
}

} // namespace latentscape::ui
