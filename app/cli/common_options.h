// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/cli/outputs.h"
#include "core/base/result.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace latentscape::app {

/// --device, --threads, --seed, --json, --quiet, --version: every command has them.
void addCommonOptions(CLI::App& command, Context& context);

/// "float32" or "bfloat16": what --precision takes and reports say.
[[nodiscard]] std::string_view precisionName(Precision precision) noexcept;

/// --precision, of training.
void addPrecisionOption(CLI::App& command, Context& context);

/// The positional FILE of the commands that read a model.
void addModelFile(CLI::App& command, std::string& file);

/// --data and --data-seed: which samples.
struct DataOptions {
    std::string spec;
    std::uint64_t seed = 1; ///< of built-in sets and of a missing test part's split; apart from the run's seed
};
CLI::Option* addDataOptions(CLI::App& command, DataOptions& data);

/// --split train|test.
void addSplitOption(CLI::App& command, std::string& split);

/// --columns (0: about square) and --scale of grids of pictures.
void addGridOptions(CLI::App& command, int& columns, int& scale);

/// Refuses options that were given to a command and would change nothing, of those that it has. why: "with --from prior". Error: InvalidArgument.
[[nodiscard]] Result<void> refuseIgnored(const CLI::App& command, std::initializer_list<const char*> options, std::string_view why);
/// The same for --columns and --scale where no grid is drawn. Error: InvalidArgument.
[[nodiscard]] Result<void> refuseGridOptions(const CLI::App& command, const Output& output);

/// Makes a command whose callback puts run into context.action.
CLI::App& addCommand(CLI::App& parent, Context& context, const std::string& name, const std::string& description, std::function<Result<int>()> run);

/// Checks for CLI::Option::check(): the text of a value before it is converted, in the words "expected …, found …".
using TextCheck = std::function<std::string(const std::string&)>;
[[nodiscard]] TextCheck wholeNumber(std::int64_t low, std::int64_t high);
[[nodiscard]] TextCheck seedNumber();
[[nodiscard]] TextCheck finiteNumber();
[[nodiscard]] TextCheck oneOf(std::initializer_list<std::string_view> names);

/// "0,1,2" → numbers in [low, high]; option names the place in messages. "none" is an empty list where emptyAllowed. Error: InvalidArgument.
[[nodiscard]] Result<std::vector<int>> parseWholeList(std::string_view option, std::string_view text, int low, int high, bool emptyAllowed = false);
/// "0.5,-1.2" → finite numbers. Error: InvalidArgument.
[[nodiscard]] Result<std::vector<float>> parseNumberList(std::string_view option, std::string_view text);

} // namespace latentscape::app
