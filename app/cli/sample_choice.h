// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape::app {

/// "3,8" → class indices of the set. option names the place in messages. Error: InvalidArgument (unlabelled, a name that is not a class).
[[nodiscard]] Result<std::vector<std::int32_t>> parseClasses(std::string_view option, std::string_view text, const Dataset& data);

/// Position of a column of the train part by its name. Error: NotFound, with the names that there are.
[[nodiscard]] Result<std::size_t> findColumn(std::string_view option, const std::string& name, const Dataset& data);

/// Samples of the train part that belong to one of the classes, ascending.
[[nodiscard]] std::vector<std::size_t> samplesOfClasses(const Dataset& data, std::span<const std::int32_t> classes);

} // namespace latentscape::app
