// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace latentscape {

/// What NVIDIA's driver says about a card.
struct CudaCard {
    std::string name;         ///< "NVIDIA H200"
    std::uint64_t memory = 0; ///< bytes
    int major = 0, minor = 0; ///< compute capability
    int driver = 0;           ///< the newest CUDA it serves, 1000·major + 10·minor
};

/// The card that CUDA, and so LibTorch, counts as number; nothing where there is no driver or it does not answer. Asks the driver's library,
/// which has to be there for LibTorch to find the card at all; needs no CUDA header.
[[nodiscard]] std::optional<CudaCard> cudaCard(int number);

/// "NVIDIA H200, 141 GB, compute capability 9.0, driver for CUDA 13.0".
[[nodiscard]] std::string describe(const CudaCard& card);

} // namespace latentscape
