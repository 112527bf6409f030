// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace latentscape {

/// Decompresses one gzip stream (RFC 1952) from memory, only as far as it is asked to. The compressed bytes must outlive it.
/// Used by one thread. A build without libarchive refuses in open().
class GzipReader {
public:
    /// Deflate cannot shrink by more than this, so a small file cannot claim a huge content.
    static constexpr std::uint64_t kLargestRatio = 1032;

    /// shown: the file's name for messages.
    GzipReader(std::span<const std::byte> compressed, std::string shown);
    ~GzipReader();
    GzipReader(const GzipReader&) = delete;
    GzipReader& operator=(const GzipReader&) = delete;

    /// Errors: Malformed, Unsupported (built without libarchive).
    Result<void> open();
    /// Fills out as far as the content goes; fewer bytes than asked mean its end. Errors: Malformed (cut or damaged).
    Result<std::size_t> read(std::span<std::uint8_t> out);
    /// After the last byte was read: length and CRC-32 of everything read against the trailer. Errors: Malformed.
    [[nodiscard]] Result<void> checkTrailer() const;

private:
    struct State;

    std::span<const std::byte> m_compressed;
    std::string m_shown;
    std::unique_ptr<State> m_state;
};

} // namespace latentscape
