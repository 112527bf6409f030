// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/digits.h"

#include "core/data/digit_hand.h"

#include <algorithm>
#include <utility>

namespace latentscape {

Result<std::shared_ptr<const Dataset>> makeDigits(const GeneratorRequest& request, std::stop_token stop)
{
    Dataset::Parts parts;
    parts.name = "digits";
    parts.scale = "0 … 255 → 0 … 1";
    parts.shape = ItemShape{1, DigitCanvas::kSide, DigitCanvas::kSide};
    parts.classNames = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    DigitHand hand;
    auto made = generateParts<std::uint8_t>(std::move(parts), "digits", kDigitFactors, request, std::move(stop),
                                            [&hand](std::int32_t label, RandomStream& random, std::span<std::uint8_t> out, std::span<float> factors) {
                                                std::ranges::copy(hand.write(label, random, out).values(), factors.begin());
                                            });
    if (!made)
        return made.error();
    return Dataset::create(std::move(made).value());
}

} // namespace latentscape
