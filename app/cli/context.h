// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/interruption.h"
#include "app/cli/reporter.h"
#include "core/base/result.h"
#include "core/model/vae_backend.h"
#include "core/store/image_codec.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace latentscape::app {

/// What every command needs: the common options, the way to speak, and the doors to Torch and to picture files. Owned by main(), lives as
/// long as the program; main thread only.
struct Context {
    std::string device = "auto";
    int threads = 0; ///< 0: all cores
    Precision precision = Precision::Float32;
    std::optional<std::uint64_t> seed;
    bool json = false;
    bool quiet = false;

    Reporter report;
    std::shared_ptr<const VaeBackendFactory> factory;
    std::unique_ptr<ImageCodec> codec; ///< null in a build without Qt
    const Interruption* interruption = nullptr;
    std::function<Result<int>()> action; ///< the command that was chosen; answers the exit code

    [[nodiscard]] std::stop_token stop() const { return interruption->token(); }
    /// threads, or the number of cores.
    [[nodiscard]] int usedThreads() const;
};

/// Exit codes (cli.md).
inline constexpr int kDone = 0;
inline constexpr int kRuntimeFailure = 1;
inline constexpr int kWrongInput = 2;
inline constexpr int kSignalBase = 128;
inline constexpr int kInterrupted = 130; ///< also of a process whose run was interrupted in another one

} // namespace latentscape::app
