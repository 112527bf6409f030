// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/common_options.h"

#include <CLI/Option.hpp>

#include <charconv>
#include <cmath>
#include <optional>
#include <thread>

namespace latentscape::app {

namespace {

template <typename T>
std::optional<T> parse(std::string_view text)
{
    T value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string inQuotes(std::string_view text) { return '"' + std::string(text.substr(0, 80)) + '"'; }

std::string expected(const std::string& what, const std::string& found) { return "expected " + what + ", found " + inQuotes(found); }

std::string range(std::int64_t low, std::int64_t high) { return "from " + std::to_string(low) + " to " + std::to_string(high); }

/// Splits at commas and hands each trimmed cell to read, which answers whether it was good.
Result<void> readList(std::string_view option, std::string_view text, const std::string& wanted, const std::function<bool(std::string_view)>& read)
{
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        std::string_view cell = text.substr(begin, comma - begin);
        while (!cell.empty() && cell.front() == ' ')
            cell.remove_prefix(1);
        while (!cell.empty() && cell.back() == ' ')
            cell.remove_suffix(1);
        if (!read(cell))
            return Error{ErrorCode::InvalidArgument, std::string(option) + " cannot be read", wanted + ", separated by commas",
                         inQuotes(cell) + " in " + inQuotes(text), "Correct the list."};
        begin = comma + 1;
    }
    return {};
}

} // namespace

int Context::usedThreads() const
{
    return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

TextCheck wholeNumber(std::int64_t low, std::int64_t high)
{
    return [low, high](const std::string& text) {
        const auto value = parse<std::int64_t>(text);
        return value && *value >= low && *value <= high ? std::string() : expected("a whole number " + range(low, high), text);
    };
}

TextCheck seedNumber()
{
    return [](const std::string& text) {
        return parse<std::uint64_t>(text) ? std::string() : expected("a whole number from 0 to 18446744073709551615", text);
    };
}

TextCheck finiteNumber()
{
    return [](const std::string& text) {
        const auto value = parse<double>(text);
        return value && std::isfinite(*value) ? std::string() : expected("a number such as 0.5 or 1e-3", text);
    };
}

TextCheck oneOf(std::initializer_list<std::string_view> names)
{
    return [list = std::vector<std::string>(names.begin(), names.end())](const std::string& text) {
        std::string all;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (list[i] == text)
                return std::string();
            all += (i == 0 ? "" : i + 1 == list.size() ? " or " : ", ") + list[i];
        }
        return expected(all, text);
    };
}

void addCommonOptions(CLI::App& command, Context& context)
{
    command.add_option("--device", context.device, "Where to compute: auto, cpu, cuda or cuda:N")->type_name("NAME")->capture_default_str();
    command.add_option("--threads", context.threads, "Compute threads; all cores when not given")->check(wholeNumber(1, 1024))->type_name("N");
    command.add_option("--seed", context.seed, "Seed of the run, or of the command's own random draws (default 1, or the model's)")
        ->check(seedNumber())->type_name("N");
    command.add_flag("--json", context.json, "Print one JSON object a line on stdout, and nothing else there");
    command.add_flag("--quiet", context.quiet, "No progress bar, no notes, no running commentary");
    command.set_version_flag("--version", std::string("latentscape-cli ") + LATENTSCAPE_VERSION, "Print the version and leave");
}

std::string_view precisionName(Precision precision) noexcept
{
    return precision == Precision::BFloat16 ? "bfloat16" : "float32";
}

void addPrecisionOption(CLI::App& command, Context& context)
{
    command.add_option_function<std::string>(
               "--precision",
               [&context](const std::string& text) {
                   context.precision = text == precisionName(Precision::BFloat16) ? Precision::BFloat16 : Precision::Float32;
               },
               "Of a step's large matrix products on the CPU: float32, or bfloat16, about twice as fast where the processor has it")
        ->check(oneOf({precisionName(Precision::Float32), precisionName(Precision::BFloat16)}))->type_name("NAME");
}

void addModelFile(CLI::App& command, std::string& file)
{
    command.add_option("FILE", file, "A model: the .safetensors file that train or the window saved")->required()->type_name("");
}

CLI::Option* addDataOptions(CLI::App& command, DataOptions& data)
{
    command.add_option("--data-seed", data.seed, "Seed of built-in sets, and of the test part where a set has none")
        ->check(seedNumber())->type_name("N")->capture_default_str();
    return command
        .add_option("--data", data.spec, "The data: a built-in set (digits), a set found on this computer (mnist), or a path; see the datasets command")
        ->type_name("SPEC");
}

void addSplitOption(CLI::App& command, std::string& split)
{
    command.add_option("--split", split, "Which part of the data: train or test")->check(oneOf({"train", "test"}))->type_name("PART")->capture_default_str();
}

void addGridOptions(CLI::App& command, int& columns, int& scale)
{
    command.add_option("--columns", columns, "Images a row of the grid")->check(wholeNumber(1, 1000))->type_name("N");
    command.add_option("--scale", scale, "Each pixel becomes N × N pixels")->check(wholeNumber(1, 64))->type_name("N")->capture_default_str();
}

Result<void> refuseIgnored(const CLI::App& command, std::initializer_list<const char*> options, std::string_view why)
{
    for (const char* option : options)
        if (const CLI::Option* const known = command.get_option_no_throw(option); known && known->count() > 0)
            return Error{ErrorCode::InvalidArgument, std::string(option) + " has no effect " + std::string(why), "the command without it",
                         inQuotes(known->results().front()), "Leave it out, or choose what needs it."};
    return {};
}

Result<void> refuseGridOptions(const CLI::App& command, const Output& output)
{
    if (!output.isPicture())
        return refuseIgnored(command, {"--columns", "--scale"}, "on a file of numbers");
    return output.kind == OutputKind::Folder ? refuseIgnored(command, {"--columns"}, "on a folder, which gets a file for each image") : Result<void>();
}

CLI::App& addCommand(CLI::App& parent, Context& context, const std::string& name, const std::string& description, std::function<Result<int>()> run)
{
    CLI::App* command = parent.add_subcommand(name, description);
    addCommonOptions(*command, context);
    command->callback([&context, run = std::move(run)] { context.action = run; });
    return *command;
}

Result<std::vector<int>> parseWholeList(std::string_view option, std::string_view text, int low, int high, bool emptyAllowed)
{
    std::vector<int> values;
    if (emptyAllowed && text == "none")
        return values;
    const std::string wanted = "whole numbers " + range(low, high) + (emptyAllowed ? " (or none)" : "");
    const Result<void> read = readList(option, text, wanted, [&](std::string_view cell) {
        const auto value = parse<int>(cell);
        if (!value || *value < low || *value > high)
            return false;
        values.push_back(*value);
        return true;
    });
    return read ? Result(std::move(values)) : read.error();
}

Result<std::vector<float>> parseNumberList(std::string_view option, std::string_view text)
{
    std::vector<float> values;
    const Result<void> read = readList(option, text, "numbers", [&](std::string_view cell) {
        const auto value = parse<float>(cell);
        if (!value || !std::isfinite(*value))
            return false;
        values.push_back(*value);
        return true;
    });
    return read ? Result(std::move(values)) : read.error();
}

} // namespace latentscape::app
