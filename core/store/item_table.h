// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <span>
#include <string>
#include <vector>

namespace latentscape {

/// Samples [N, columns.size()] of standardised columns in the units of the table they came from: value · scale + mean. Without columns the
/// values as they are. values.size() is a multiple of columns.size() (asserted).
[[nodiscard]] std::vector<float> inOriginalUnits(std::span<const float> values, std::span<const ColumnScale> columns);

/// Decoded samples as a table for spreadsheets: "z_0,…,z_{L−1}," and the names of the columns (value_0 … where a name is empty or there are no
/// columns), then one line a sample. z: [N, latent], values: [N, width], latent and width ≥ 1 (asserted). Numbers in their shortest form that
/// reads back exactly, '.' as decimal point whatever the locale; names in quotes where they need them (RFC 4180).
[[nodiscard]] std::string itemsToCsv(std::span<const float> z, int latent, std::span<const float> values, int width,
                                     std::span<const ColumnScale> columns);

} // namespace latentscape
