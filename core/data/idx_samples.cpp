// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_samples.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace latentscape {

namespace {

constexpr std::uint64_t kMostNumbersInSample = std::uint64_t{1} << 24;

std::string numberText(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 6).ptr;
    return {buffer, end};
}

} // namespace

Result<ItemShape> sampleShape(const IdxArray& images, const std::string& shown)
{
    const auto& dims = images.dims;
    if (dims.size() == 1)
        return Error{ErrorCode::InvalidArgument, shown + " holds one number a sample, as labels files do", "images: two or more dimensions", images.shapeText(),
                     "Choose the images file that belongs to it."};
    const bool colour = dims.size() == 4;
    if (dims.size() > 4 || (colour && dims[1] != 1 && dims[1] != 3))
        return Error{ErrorCode::Unsupported, shown + " has a shape that is not read", "N × H × W, N × C × H × W with 1 or 3 channels, or N × D", images.shapeText(),
                     "Write the images in one of these shapes."};
    std::uint64_t size = 1;
    for (std::size_t i = 1; i < dims.size(); ++i) // each is at least 1 and their product is below the file's size: no overflow
        size *= dims[i];
    constexpr auto kMostSamples = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
    if (size > kMostNumbersInSample || images.count() > kMostSamples)
        return Error{ErrorCode::Unsupported, shown + " is beyond what is handled",
                     "at most " + std::to_string(kMostSamples) + " samples of " + std::to_string(kMostNumbersInSample) + " numbers", images.shapeText(),
                     "Choose smaller images."};
    const auto dim = [&](std::size_t fromEnd) { return static_cast<int>(dims[dims.size() - fromEnd]); };
    return ItemShape{colour ? dim(3) : 1, dims.size() == 2 ? 1 : dim(2), dim(1)};
}

Result<NumberRange> numberRange(const IdxArray& images, const std::string& shown)
{
    if (images.type == IdxType::U8)
        return NumberRange{0.0, 255.0}; // the range of the type: bytes are shown as they are
    std::size_t notFinite = 0;
    NumberRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    forEachNumber(images, [&](std::size_t, double value) {
        if (std::isfinite(value)) {
            range.low = std::min(range.low, value);
            range.high = std::max(range.high, value);
        } else {
            ++notFinite;
        }
    });
    if (notFinite > 0)
        return Error{ErrorCode::Malformed, shown + " holds values that are not numbers", "finite numbers only", std::to_string(notFinite) + " NaN or infinite values",
                     "Remove or replace these values."};
    return range;
}

std::variant<std::vector<std::uint8_t>, std::vector<float>> takeSamples(IdxArray&& images, const NumberRange& range)
{
    if (images.type == IdxType::U8)
        return std::move(images.raw);
    std::vector<float> floats(images.raw.size() / idxElementSize(images.type));
    // Halves: the difference of two large doubles of opposite sign would overflow.
    const double halfSpan = range.high * 0.5 - range.low * 0.5;
    forEachNumber(images, [&](std::size_t i, double value) {
        const double scaled = halfSpan > 0.0 ? (value * 0.5 - range.low * 0.5) / halfSpan : 0.0;
        floats[i] = static_cast<float>(std::clamp(scaled, 0.0, 1.0));
    });
    return floats;
}

void transposeSamples(std::vector<std::uint8_t>& samples, const ItemShape& stored)
{
    const auto rows = static_cast<std::size_t>(stored.height);
    const auto columns = static_cast<std::size_t>(stored.width);
    std::vector<std::uint8_t> turned(rows * columns);
    for (auto sample = samples.begin(); sample != samples.end(); sample += static_cast<std::ptrdiff_t>(turned.size())) {
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                turned[c * rows + r] = sample[static_cast<std::ptrdiff_t>(r * columns + c)];
        std::copy(turned.begin(), turned.end(), sample);
    }
}

Result<std::vector<std::int64_t>> labelNumbers(const IdxArray& labels, const std::string& shown)
{
    const std::uint64_t each = labels.raw.size() / idxElementSize(labels.type) / labels.count();
    if (labels.isReal() || each != 1)
        return Error{ErrorCode::Unsupported, shown + " is not a labels file", "one whole number a sample", labels.shapeText() + (labels.isReal() ? " real numbers" : " numbers"),
                     "Choose the labels file that belongs to the images."};
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(labels.count()));
    forEachNumber(labels, [&](std::size_t i, double value) { numbers[i] = static_cast<std::int64_t>(value); });
    const auto negative = std::find_if(numbers.begin(), numbers.end(), [](std::int64_t number) { return number < 0; });
    if (negative != numbers.end())
        return Error{ErrorCode::Malformed, shown + " holds a negative label", "labels of 0 or more",
                     std::to_string(*negative) + " at sample " + std::to_string(negative - numbers.begin()), "Number the classes from 0."};
    return numbers;
}

std::string scaleText(const NumberRange& range)
{
    return numberText(range.low) + " … " + numberText(range.high) + " → 0 … 1";
}

} // namespace latentscape
