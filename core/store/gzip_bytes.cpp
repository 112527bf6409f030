// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/gzip_bytes.h"

#ifdef LATENTSCAPE_HAS_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#include <memory>
#include <new>

namespace latentscape {

#ifdef LATENTSCAPE_HAS_LIBARCHIVE

namespace {

struct FreeWriter {
    void operator()(archive* writer) const noexcept { archive_write_free(writer); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const noexcept { archive_entry_free(entry); }
};

la_ssize_t append(archive*, void* target, const void* data, std::size_t size) noexcept
{
    try {
        const auto* bytes = static_cast<const std::byte*>(data);
        auto& out = *static_cast<std::vector<std::byte>*>(target);
        out.insert(out.end(), bytes, bytes + size);
        return static_cast<la_ssize_t>(size);
    } catch (const std::bad_alloc&) { // must not pass through a C library
        return ARCHIVE_FATAL;
    }
}

} // namespace

bool canGzip() noexcept
{
    return true;
}

Result<std::vector<std::byte>> gzipBytes(std::span<const std::byte> content)
{
    std::vector<std::byte> out;
    const std::unique_ptr<archive, FreeWriter> writer(archive_write_new());
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    if (!writer || !entry)
        return Error{ErrorCode::OutOfMemory, "There is not enough memory to compress the file", "", "", "Close other programs and try again."};
    archive_entry_set_pathname(entry.get(), "data");
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    const auto fine = [](int code) { return code == ARCHIVE_OK; };
    const bool opened = fine(archive_write_add_filter_gzip(writer.get())) && fine(archive_write_set_format_raw(writer.get()))
        && fine(archive_write_set_filter_option(writer.get(), "gzip", "timestamp", nullptr)) // otherwise the clock gets into the header
        && fine(archive_write_set_bytes_in_last_block(writer.get(), 1))                      // no padding
        && fine(archive_write_open(writer.get(), &out, nullptr, append, nullptr)) && fine(archive_write_header(writer.get(), entry.get()));
    std::size_t done = 0;
    while (opened && done < content.size()) {
        const la_ssize_t taken = archive_write_data(writer.get(), content.data() + done, content.size() - done);
        if (taken <= 0)
            break;
        done += static_cast<std::size_t>(taken);
    }
    if (!opened || done < content.size() || !fine(archive_write_close(writer.get()))) {
        const char* const reason = archive_error_string(writer.get());
        return Error{ErrorCode::Internal, std::string("The file could not be compressed") + (reason ? std::string(": ") + reason : std::string()), "", "", "Try again."};
    }
    return out;
}

#else

bool canGzip() noexcept
{
    return false;
}

Result<std::vector<std::byte>> gzipBytes(std::span<const std::byte>)
{
    return Error{ErrorCode::Unsupported, "This program was built without libarchive, which compresses files", "", "", "Build it with libarchive."};
}

#endif

} // namespace latentscape
