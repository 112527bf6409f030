// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/idx_array.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace latentscape {

/// Smallest and largest number of some arrays.
struct NumberRange {
    double low = 0.0;
    double high = 0.0;
};

/// Shape of one sample of an images file: [N, H, W], [N, C, H, W] with 1 or 3 channels, or [N, D]. shown: the file's name.
/// Errors: InvalidArgument (a labels file), Unsupported (other ranks, more than 2²⁴ numbers a sample or 2³¹ − 1 samples).
[[nodiscard]] Result<ItemShape> sampleShape(const IdxArray& images, const std::string& shown);

/// Range of all numbers; the first two ranges are joined by the caller. Errors: Malformed (with their number).
[[nodiscard]] Result<NumberRange> numberRange(const IdxArray& images, const std::string& shown);

/// Takes the samples out: bytes as they are, other types as floats with range mapped to [0, 1] (a constant becomes 0).
[[nodiscard]] std::variant<std::vector<std::uint8_t>, std::vector<float>> takeSamples(IdxArray&& images, const NumberRange& range);

/// Swaps rows and columns of every sample of [N, H, W] in place.
void transposeSamples(std::vector<std::uint8_t>& samples, const ItemShape& stored);

/// Label numbers of a labels file: a whole number ≥ 0 for each sample. Errors: Unsupported (real numbers, other ranks), Malformed (negative).
[[nodiscard]] Result<std::vector<std::int64_t>> labelNumbers(const IdxArray& labels, const std::string& shown);

/// "0 … 255 → 0 … 1", whatever the locale.
[[nodiscard]] std::string scaleText(const NumberRange& range);

} // namespace latentscape
