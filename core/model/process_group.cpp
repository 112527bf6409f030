// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/process_group.h"

#include <algorithm>

namespace latentscape {

Result<void> checkBatchDivides(int batchSize, int processes)
{
    if (processes < 1 || batchSize % processes == 0)
        return {};
    const int below = batchSize - batchSize % processes;
    const bool lower = below > 0 && batchSize - below <= below + processes - batchSize;
    const int nearest = lower ? below : below + processes;
    return Error{ErrorCode::Mismatch, "The batch cannot be cut into equal shares", "a multiple of the " + std::to_string(processes) + " processes",
                 std::to_string(batchSize), "Give --batch " + std::to_string(nearest) + "."};
}

} // namespace latentscape
