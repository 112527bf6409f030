// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/gzip_reader.h"

#ifdef LATENTSCAPE_HAS_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#include <array>
#include <utility>

namespace latentscape {

namespace {

constexpr std::array<std::array<std::uint32_t, 256>, 8> makeCrcTables()
{
    std::array<std::array<std::uint32_t, 256>, 8> tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
        tables[0][i] = value;
    }
    for (std::size_t k = 1; k < tables.size(); ++k)
        for (std::size_t i = 0; i < 256; ++i)
            tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xFFu];
    return tables;
}

constexpr auto kCrc = makeCrcTables();

std::uint32_t littleEndian(const std::uint8_t* at) noexcept
{
    return std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
}

/// CRC-32 of RFC 1952, eight bytes a step (libarchive decompresses but does not compare the checksum).
std::uint32_t extendCrc(std::uint32_t crc, std::span<const std::uint8_t> bytes) noexcept
{
    crc = ~crc;
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        const std::uint32_t low = littleEndian(at) ^ crc;
        const std::uint32_t high = littleEndian(at + 4);
        crc = kCrc[7][low & 0xFFu] ^ kCrc[6][(low >> 8) & 0xFFu] ^ kCrc[5][(low >> 16) & 0xFFu] ^ kCrc[4][low >> 24] //
            ^ kCrc[3][high & 0xFFu] ^ kCrc[2][(high >> 8) & 0xFFu] ^ kCrc[1][(high >> 16) & 0xFFu] ^ kCrc[0][high >> 24];
    }
    for (; left > 0; --left, ++at)
        crc = (crc >> 8) ^ kCrc[0][(crc ^ *at) & 0xFFu];
    return ~crc;
}

} // namespace

struct GzipReader::State {
    std::uint64_t length = 0;
    std::uint32_t crc = 0;
#ifdef LATENTSCAPE_HAS_LIBARCHIVE
    struct Free {
        void operator()(archive* reader) const noexcept { archive_read_free(reader); }
    };
    std::unique_ptr<archive, Free> reader;
#endif
};

GzipReader::GzipReader(std::span<const std::byte> compressed, std::string shown)
    : m_compressed(compressed), m_shown(std::move(shown)), m_state(std::make_unique<State>())
{
}

GzipReader::~GzipReader() = default;

Result<void> GzipReader::checkTrailer() const
{
    constexpr std::size_t kSmallest = 18; // header and trailer alone
    if (m_compressed.size() < kSmallest)
        return Error{ErrorCode::Malformed, m_shown + " is not a whole gzip file", "at least " + std::to_string(kSmallest) + " bytes",
                     std::to_string(m_compressed.size()) + " bytes", "Download or copy the file again."};
    const auto* trailer = reinterpret_cast<const std::uint8_t*>(m_compressed.data() + m_compressed.size() - 8);
    const std::uint32_t length = littleEndian(trailer + 4);
    if (length != static_cast<std::uint32_t>(m_state->length))
        return Error{ErrorCode::Malformed, m_shown + " is damaged or has something behind its end", "a content of " + std::to_string(m_state->length) + " bytes",
                     std::to_string(length) + " bytes in its trailer", "Download or copy the file again."};
    if (littleEndian(trailer) != m_state->crc)
        return Error{ErrorCode::Malformed, m_shown + " is damaged: its checksum does not fit its content", "", "", "Download or copy the file again."};
    return {};
}

#ifdef LATENTSCAPE_HAS_LIBARCHIVE

Result<void> GzipReader::open()
{
    m_state->reader.reset(archive_read_new());
    archive* const reader = m_state->reader.get();
    archive_entry* entry = nullptr;
    if (!reader || archive_read_support_filter_gzip(reader) != ARCHIVE_OK || archive_read_support_format_raw(reader) != ARCHIVE_OK
        || archive_read_open_memory(reader, m_compressed.data(), m_compressed.size()) != ARCHIVE_OK || archive_read_next_header(reader, &entry) != ARCHIVE_OK)
        return Error{ErrorCode::Malformed, m_shown + " is not a whole gzip file", "", "", "Download or copy the file again."};
    if (archive_filter_code(reader, 0) != ARCHIVE_FILTER_GZIP) // the raw format would hand a broken gzip header through as content
        return Error{ErrorCode::Malformed, m_shown + " begins like a gzip file, but its header is damaged", "", "", "Download or copy the file again."};
    return {};
}

Result<std::size_t> GzipReader::read(std::span<std::uint8_t> out)
{
    std::size_t done = 0;
    while (done < out.size()) {
        const la_ssize_t got = archive_read_data(m_state->reader.get(), out.data() + done, out.size() - done);
        if (got < 0) {
            const std::uint64_t before = m_state->length + done;
            return Error{ErrorCode::Malformed, m_shown + " is cut or damaged after " + std::to_string(before) + " bytes of content", "", "",
                         "Download or copy the file again."};
        }
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    m_state->crc = extendCrc(m_state->crc, out.first(done));
    m_state->length += done;
    return done;
}

#else

Result<void> GzipReader::open()
{
    return Error{ErrorCode::Unsupported, m_shown + " is compressed, and this program was built without libarchive, which reads compressed files", "an uncompressed file",
                 "a gzip file", "Unpack it first, for instance with gunzip."};
}

Result<std::size_t> GzipReader::read(std::span<std::uint8_t>)
{
    return std::size_t{0};
}

#endif

} // namespace latentscape
