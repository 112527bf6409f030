// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/generated_set.h"

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>

namespace latentscape {

/// A set that is made in code.
struct BuiltInSet {
    const char* name;        ///< "digits": what loadDataset() takes
    const char* title;       ///< "Digits"
    const char* description; ///< one sentence that begins with "Built in:"
    std::size_t trainCount;  ///< unless asked otherwise
    std::size_t testCount;
    Result<std::shared_ptr<const Dataset>> (*make)(const GeneratorRequest& request, std::stop_token stop);
};

/// All of them, in the order in which they are offered. Any thread.
[[nodiscard]] std::span<const BuiltInSet> builtInSets();

} // namespace latentscape
