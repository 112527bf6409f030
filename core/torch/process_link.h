// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/torch_process_group.h"

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace latentscape {

// What the two halves of TorchProcessGroup share: the meeting (process_meeting.cpp) and the sums (torch_process_group.cpp).

inline constexpr std::chrono::milliseconds kPoll{20};   ///< between two looks at the store
inline constexpr std::chrono::milliseconds kGrace{2000}; ///< for others to mark that they live, to say why they go, or to leave
inline constexpr char kFacts = '=', kRefused = '!';     ///< first character of what a process says that it trains

inline std::vector<std::uint8_t> bytesOf(const std::string& text) { return {text.begin(), text.end()}; }

inline std::string numbered(const char* key, int rank) { return std::string(key) + '/' + std::to_string(rank); }

/// The first sentence in an exception of c10d or Gloo, without source positions, advice and backtrace.
[[nodiscard]] std::string reasonOf(const std::exception& exception);

/// What c10d needs.
struct TorchProcessGroup::Link {
    c10::intrusive_ptr<c10d::Store> store;
    bool isServer = false;
    c10::intrusive_ptr<c10d::Backend> host; ///< Gloo
    c10::intrusive_ptr<c10d::Backend> cuda; ///< NCCL, where there is one

    [[nodiscard]] std::string textAt(const std::string& key) const
    {
        const std::vector<std::uint8_t> bytes = store->get(key);
        return {bytes.begin(), bytes.end()};
    }
};

/// "Process 1 of the run was lost (why)": of two it is clear which one.
[[nodiscard]] std::string lossText(const ProcessGroup& group, const std::string& reason);

} // namespace latentscape
