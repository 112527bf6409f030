// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "core/base/result.h"
#include "core/model/checkpoint.h"
#include "core/model/decoder.h"

#include <CLI/App.hpp>

#include <memory>
#include <string>

namespace latentscape::app {

/// --label: the class that a conditional VAE decodes for.
void addLabelOption(CLI::App& command, std::string& label);

/// The decoder for the class that was asked for, by its name or its number; the first class, with a note, when none was. A model without
/// labels gives its decoder back. Errors: InvalidArgument (no such class: lists them; a label for a model without labels).
[[nodiscard]] Result<std::shared_ptr<const Decoder>> decoderOfClass(Context& context, const Checkpoint& checkpoint, std::shared_ptr<const Decoder> decoder,
                                                                    const std::string& label);

} // namespace latentscape::app
