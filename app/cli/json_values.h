// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_shape.h"
#include "core/model/metrics.h"

#include <nlohmann/json.hpp>

namespace latentscape::app {

/// The objects that several commands print.
[[nodiscard]] inline nlohmann::ordered_json toJsonValue(const LossTerms& loss)
{
    return {{"nelbo", loss.nelbo}, {"reconstruction", loss.reconstruction}, {"kl", loss.kl}, {"objective", loss.objective}};
}

[[nodiscard]] inline nlohmann::ordered_json toJsonValue(const ItemShape& shape)
{
    return {shape.channels, shape.height, shape.width};
}

} // namespace latentscape::app
