// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/metrics.h"

#include <algorithm>

namespace latentscape {

int LatentDiagnostics::activeUnits() const noexcept
{
    return static_cast<int>(std::ranges::count_if(meanVariance, [](double variance) { return variance > kActiveVariance; }));
}

} // namespace latentscape
