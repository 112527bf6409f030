// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/process_settings.h"

#include <charconv>
#include <string_view>

namespace latentscape {

namespace {

constexpr int kMostProcesses = 1024;
constexpr int kHighestPort = 65535;

Error unusable(std::string_view variable, std::string expected, std::string found)
{
    return Error{ErrorCode::InvalidArgument, "The variable " + std::string(variable) + " of the environment cannot be used", std::move(expected),
                 std::move(found),
                 "Start the processes with torchrun --no-python, set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT in each, or unset them all."};
}

/// A whole number in [low, high].
Result<int> numberIn(const EnvironmentLookup& lookup, const char* variable, int low, int high)
{
    const std::string expected = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    const char* value = lookup(variable);
    if (!value)
        return unusable(variable, expected, "nothing");
    const std::string_view text(value);
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size() || number < low || number > high)
        return unusable(variable, expected, '"' + std::string(text.substr(0, 80)) + '"');
    return number;
}

std::string textOf(const EnvironmentLookup& lookup, const char* variable)
{
    const char* value = lookup(variable);
    return value ? value : "";
}

} // namespace

Result<std::optional<ProcessSettings>> readProcessSettings(const EnvironmentLookup& lookup)
{
    if (!lookup("RANK") && !lookup("WORLD_SIZE"))
        return std::optional<ProcessSettings>();
    ProcessSettings settings;
    const auto read = [&](int& number, const char* variable, int low, int high) {
        const Result<int> value = numberIn(lookup, variable, low, high);
        if (!value)
            return Result<void>(value.error());
        number = value.value();
        return Result<void>();
    };
    if (auto size = read(settings.size, "WORLD_SIZE", 1, kMostProcesses); !size)
        return size.error();
    if (settings.size == 1)
        return std::optional<ProcessSettings>();
    if (auto rank = read(settings.rank, "RANK", 0, settings.size - 1); !rank)
        return rank.error();
    if (auto port = read(settings.port, "MASTER_PORT", 1, kHighestPort); !port)
        return port.error();
    settings.address = textOf(lookup, "MASTER_ADDR");
    if (settings.address.empty())
        return unusable("MASTER_ADDR", "the name or address of process 0's computer", "nothing");
    // By hand these two are seldom set: behind a loopback address all processes are neighbours, else there is one on each computer.
    settings.localRank = isLoopback(settings.address) ? settings.rank : 0;
    settings.localSize = isLoopback(settings.address) ? settings.size : 1;
    if (lookup("LOCAL_WORLD_SIZE"))
        if (auto local = read(settings.localSize, "LOCAL_WORLD_SIZE", 1, settings.size); !local)
            return local.error();
    if (lookup("LOCAL_RANK"))
        if (auto local = read(settings.localRank, "LOCAL_RANK", 0, settings.size - 1); !local)
            return local.error();
    settings.hasStore = textOf(lookup, "TORCHELASTIC_USE_AGENT_STORE") == "True";
    settings.attempt = textOf(lookup, "TORCHELASTIC_RUN_ID") + '/' + textOf(lookup, "TORCHELASTIC_RESTART_COUNT");
    return std::optional(std::move(settings));
}

bool isLoopback(const std::string& address)
{
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

} // namespace latentscape
