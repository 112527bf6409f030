// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <span>
#include <string>

namespace latentscape {

/// Standardises the columns of a table of floats by its train part: each number becomes (number − mean) / standard deviation, and columns and
/// scale of parts say so. names: one a column. A column that never changes gets the scale 1. Train: one sample or more.
void standardizeColumns(Dataset::Parts& parts, std::span<const std::string> names);

} // namespace latentscape
