// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/decoder.h"
#include "core/model/latent_frame.h"
#include "core/model/metrics.h"

#include <cstdint>
#include <memory>

namespace latentscape {

/// What the trainer shows of itself: codes and the decoder that belongs to them, always of one generation. Immutable.
struct Snapshot {
    std::uint64_t generation = 0; ///< increases with every snapshot of a trainer
    std::int64_t step = 0;
    double epoch = 0.0;
    std::shared_ptr<const LatentFrame> codes;
    std::shared_ptr<const Decoder> decoder;
    LatentDiagnostics diagnostics;
};

} // namespace latentscape
