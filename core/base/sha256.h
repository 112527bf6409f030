// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace latentscape {

/// Whether the processor computes SHA-256 itself (x86's SHA extensions), about six times as fast.
[[nodiscard]] bool processorHasSha256() noexcept;

/// SHA-256 (FIPS 180-4), incremental. Used for the identity of data sets and the integrity of checkpoints.
class Sha256 {
public:
    /// byProcessor: only where processorHasSha256().
    explicit Sha256(bool byProcessor = processorHasSha256()) noexcept;
    void update(std::span<const std::byte> bytes) noexcept;
    /// Ends the digest: 64 lower-case hexadecimal characters. Call once.
    [[nodiscard]] std::string hexDigest() noexcept;

private:
    void blocks(const std::uint8_t* data, std::size_t count) noexcept;

    bool m_byProcessor;
    std::array<std::uint32_t, 8> m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::uint64_t m_length = 0;
    std::size_t m_fill = 0;
};

/// Digest of one run of bytes.
[[nodiscard]] std::string sha256Hex(std::span<const std::byte> bytes);

} // namespace latentscape
