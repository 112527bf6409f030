// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace latentscape {

/// Where the processes of a run meet, and which of them this one is.
struct ProcessSettings {
    int rank = 0;                      ///< 0 … size − 1
    int size = 1;
    int localRank = 0;                 ///< number on this computer, which chooses the graphics card
    int localSize = 1;                 ///< processes on this computer, which share its cores
    std::string address = "localhost"; ///< of rank 0's computer
    int port = 29500;
    std::string attempt;               ///< names the try where a starter runs the processes again; equal on all
    bool hasStore = false;             ///< a starter keeps the meeting point; else rank 0 does
    int timeoutSeconds = 60;           ///< how long the others are waited for
    bool cuda = false;                 ///< tensors to be summed may lie on a CUDA device
    std::stop_token stop;              ///< ends the waiting
};

/// Value of an environment variable; null where it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

/// What torchrun tells a process in RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT (a person may set these by hand), LOCAL_RANK, LOCAL_WORLD_SIZE,
/// TORCHELASTIC_USE_AGENT_STORE, TORCHELASTIC_RUN_ID and TORCHELASTIC_RESTART_COUNT. Nothing where neither RANK nor WORLD_SIZE is set, or
/// WORLD_SIZE is 1. Error InvalidArgument naming the variable that is missing or cannot be used.
[[nodiscard]] Result<std::optional<ProcessSettings>> readProcessSettings(const EnvironmentLookup& lookup);

/// Whether the address names this computer alone: localhost, ::1 or 127.x.
[[nodiscard]] bool isLoopback(const std::string& address);

} // namespace latentscape
