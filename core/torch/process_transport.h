// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/process_group.h"

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>

namespace latentscape {

// The seams to c10d's two ways of adding tensors over processes. Each is one file, which holds nothing else where its headers were
// missing when it was compiled.

/// What a connection is made from.
struct TransportRequest {
    c10::intrusive_ptr<c10d::Store> store; ///< the meeting point, for this group alone
    int rank = 0;
    int size = 1;
    bool loopback = false;                 ///< all processes are on this computer
    std::chrono::milliseconds timeout{};   ///< for connecting
};

/// Connects all processes by TCP and Gloo; for tensors on CPUs. Throws what c10d throws.
[[nodiscard]] bool hasGloo() noexcept;
[[nodiscard]] c10::intrusive_ptr<c10d::Backend> connectGloo(const TransportRequest& request);

/// The same for tensors on CUDA devices, by NCCL.
[[nodiscard]] bool hasNccl() noexcept;
[[nodiscard]] c10::intrusive_ptr<c10d::Backend> connectNccl(const TransportRequest& request);

/// A sum may take this long: processes evaluate between two steps, and one of them may be much slower than the others.
inline constexpr std::chrono::minutes kLongestSum{10};

} // namespace latentscape
