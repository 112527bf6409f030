// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <memory>
#include <stop_token>

namespace latentscape {

enum class ShapesKind {
    Grey32,  ///< "shapes": 1 × 32 × 32
    Grey64,  ///< "shapes-64": 1 × 64 × 64, the same samples at twice the size
    Colour32 ///< "shapes-colour": 3 × 32 × 32, the shapes of "shapes" with a hue
};

/// Makes a built-in set of one white or coloured shape on black: square, ellipse or heart, drawn with smooth edges. After dSprites
/// (Matthey et al., 2017), whose five causes are here numbers of their own for each sample, all independent and uniform.
/// Factor columns: scale (0.5 … 1), rotation (0 … 360 degrees, clockwise), x and y (0 … 1 from the left and the top); Colour32 also hue
/// (0 … 360 degrees). A square looks the same every 90 degrees, an ellipse every 180.
/// Errors: InvalidArgument (counts), Cancelled.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> makeShapes(const GeneratorRequest& request, ShapesKind kind = ShapesKind::Grey32,
                                                                std::stop_token stop = {});

} // namespace latentscape
