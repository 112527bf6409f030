// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"

#include <cstddef>

namespace latentscape {

/// What a data set is like, as far as it decides which settings of a run work. A value.
struct DataTraits {
    ItemShape shape;
    std::size_t trainCount = 0; ///< samples of the train part; 0: unknown
    int classes = 0;            ///< 0: unlabelled
    bool unitRange = true;      ///< every value lies in [0, 1]; false: standardised columns
    bool counts = false;        ///< whole numbers 0 … 255 (stored as bytes)
    friend bool operator==(const DataTraits&, const DataTraits&) = default;
};

} // namespace latentscape
