// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/metrics.h"

#include <algorithm>

namespace latentscape {

int LatentDiagnostics::activeUnits() const noexcept
{
    constexpr double kActiveVariance = 0.01; // the threshold of arXiv:1509.00519, sec. 5.2
    return static_cast<int>(std::ranges::count_if(meanVariance, [](double variance) { return variance > kActiveVariance; }));
}

} // namespace latentscape
