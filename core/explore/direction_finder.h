// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/base/result.h"
#include "core/explore/selection.h"
#include "core/model/attribute_direction.h"
#include "core/model/latent_frame.h"

#include <stop_token>
#include <string>

namespace latentscape {

/// The direction from the mean code of one selection to that of another, with its effect against 200 random pairs of disjoint selections of
/// the same sizes drawn from all codes of the frame (from both selections together when they do not fit side by side). Refused: a selection
/// of fewer than two codes, equal selections, means that coincide; Cancelled. 60 000 codes, L = 20, a fifth of them
/// in each selection: some 60 ms; call it off the GUI thread.
[[nodiscard]] Result<AttributeDirection> findDirection(const LatentFrame& frame, const Selection& from, const Selection& to, std::string name,
                                                       RandomStream& stream, std::stop_token stop = {});

} // namespace latentscape
