// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/vae_backend.h"

#include <string>
#include <vector>

namespace latentscape {

/// The CPU, then every CUDA device, or one line that says why there is none.
[[nodiscard]] std::vector<DeviceReport> torchDevices();

/// What --device names as LibTorch's id "cpu" or "cuda:N"; "auto" is the first usable CUDA device, else the CPU.
/// Errors: InvalidArgument (not a device's name), DeviceUnavailable with the reason.
[[nodiscard]] Result<std::string> resolveDevice(const std::string& name);

/// "CPU", "CUDA 0: NVIDIA H200" for "cpu", "cuda:0".
[[nodiscard]] std::string describeDevice(const std::string& id);

/// "2.13.0+cpu, MKL, CPU only, 2 threads".
[[nodiscard]] std::string torchDescription();

/// The exception being handled as an error: OutOfMemory where memory ran out, PeerLost, else Internal. Call inside a catch block.
[[nodiscard]] Error currentExceptionAsError() noexcept;

} // namespace latentscape
