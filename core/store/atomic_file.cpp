// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/atomic_file.h"

#include "core/store/detail/file_calls.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latentscape {

ssize_t FileCalls::write(int file, const void* data, std::size_t size) { return ::write(file, data, size); }
int FileCalls::fsync(int file) { return ::fsync(file); }
int FileCalls::close(int file) { return ::close(file); }
ssize_t FileCalls::read(int file, void* data, std::size_t size) { return ::read(file, data, size); }
int FileCalls::rename(const char* from, const char* to) { return ::rename(from, to); }

namespace {

namespace fs = std::filesystem;

std::string remedyFor(int reason)
{
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "Free some space, or choose a folder on another disk.";
    case EACCES:
    case EPERM:
    case EROFS:
        return "Choose a folder that you may write to.";
    case ENOENT:
    case ENOTDIR:
        return "Create the folder first, or choose another one.";
    default:
        return "Choose another folder or another disk.";
    }
}

Error writeError(const fs::path& path, const std::string& step, int reason)
{
    return {ErrorCode::WriteFailed, '"' + path.filename().string() + "\" could not be saved: " + step + " failed", "",
            std::system_category().message(reason), remedyFor(reason)};
}

/// The folder takes no temporary file; some system's own folders say that they are not there.
Error folderError(const fs::path& path, const fs::path& folder, int reason)
{
    std::error_code unknown;
    const bool refuses = (reason == ENOENT || reason == ENOTDIR) && fs::is_directory(folder, unknown);
    return {ErrorCode::WriteFailed, '"' + path.filename().string() + "\" could not be saved: no file can be made in the folder \"" + folder.string() + '"', "",
            std::system_category().message(reason), refuses ? "Choose another folder." : remedyFor(reason)};
}

/// A name that nobody else uses: process, clock and a counter. O_EXCL settles the rest.
std::string temporaryName()
{
    static std::atomic<std::uint32_t> counter{0};
    const auto now = static_cast<unsigned long long>(std::chrono::steady_clock::now().time_since_epoch().count());
    std::array<char, 64> text;
    std::snprintf(text.data(), text.size(), ".latentscape-%ld-%llx-%x.tmp", static_cast<long>(::getpid()), now, counter.fetch_add(1));
    return text.data();
}

/// The temporary file beside the target: closed and, unless it was renamed, removed when the scope ends.
class TemporaryFile {
public:
    TemporaryFile(const fs::path& folder, FileCalls& calls) : m_calls(calls)
    {
        for (int attempt = 0; attempt < 100 && m_file < 0; ++attempt) {
            m_path = folder / temporaryName();
            m_file = ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
            if (m_file < 0 && errno != EEXIST && errno != EINTR)
                return;
        }
        m_exists = m_file >= 0;
    }
    ~TemporaryFile()
    {
        if (m_file >= 0)
            ::close(m_file);
        if (m_exists)
            ::unlink(m_path.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] bool isOpen() const { return m_file >= 0; }
    [[nodiscard]] int file() const { return m_file; }

    /// 0, or the errno of what failed.
    int writeAll(std::span<const std::byte> bytes)
    {
        constexpr std::size_t kLargestWrite = std::size_t{1} << 30; // the kernel caps a single write below 2 GiB
        while (!bytes.empty()) {
            const ssize_t written = m_calls.write(m_file, bytes.data(), std::min(bytes.size(), kLargestWrite));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0) // no progress: the loop would not end
                return written < 0 ? errno : ENOSPC;
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return 0;
    }

    int close()
    {
        const int file = m_file;
        m_file = -1; // Linux frees the descriptor even when close reports a late write error
        return m_calls.close(file) == 0 ? 0 : errno;
    }

    int renameTo(const fs::path& target)
    {
        if (m_calls.rename(m_path.c_str(), target.c_str()) != 0)
            return errno;
        m_exists = false;
        return 0;
    }

    [[nodiscard]] const fs::path& path() const { return m_path; }

private:
    FileCalls& m_calls;
    fs::path m_path;
    int m_file = -1;
    bool m_exists = false;
};

/// 0 when the file holds exactly these bytes; EIO when it reads differently.
int compareWithFile(const fs::path& path, std::span<const std::byte> bytes, FileCalls& calls)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    std::vector<std::byte> buffer(std::size_t{1} << 18);
    int reason = 0;
    while (true) {
        const ssize_t got = calls.read(file, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        if (got < 0)
            reason = errno;
        else if (size > bytes.size() || (size == 0 && !bytes.empty())
                 || (size > 0 && std::memcmp(buffer.data(), bytes.data(), size) != 0)) // an empty span may have no address
            reason = EIO;
        if (got <= 0 || reason != 0)
            break;
        bytes = bytes.subspan(size);
    }
    ::close(file);
    return reason;
}

int syncFolder(const fs::path& folder, FileCalls& calls)
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return 0; // a folder may be writable and not readable; the rename has happened
    const int reason = calls.fsync(file) == 0 ? 0 : errno;
    ::close(file);
    return reason == EINVAL || reason == ENOTSUP ? 0 : reason; // file systems without folder sync
}

Result<void> replaceFile(const fs::path& path, std::span<const std::byte> bytes, FileCalls& calls)
{
    std::error_code ignored;
    fs::path target = path;
    if (fs::is_symlink(fs::symlink_status(path, ignored))) {
        target = fs::canonical(path, ignored);
        if (ignored) // to rename over a link would lose it
            return Error{ErrorCode::WriteFailed, '"' + path.filename().string() + "\" is a link that leads nowhere", "a file, a link to one, or a new name",
                         ignored.message(), "Choose another file name, or remove the link."};
    }
    if (target.filename().empty())
        return Error{ErrorCode::WriteFailed, "A file without a name cannot be saved", "the path of a file", '"' + path.string() + '"',
                     "Add a file name to the path."};

    struct stat old = {};
    const bool replaces = ::stat(target.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode))
        return Error{ErrorCode::WriteFailed, '"' + path.filename().string() + "\" cannot be replaced", "a regular file or a new name",
                     S_ISDIR(old.st_mode) ? "a folder" : "a device or pipe", "Choose another file name."};

    if (replaces && ::access(target.c_str(), W_OK) != 0) // a rename needs no such right, and would pass over what the file's owner wanted
        return Error{ErrorCode::WriteFailed, '"' + path.filename().string() + "\" is protected against writing", "a file that may be written to, or a new name",
                     std::system_category().message(errno), "Choose another file name."};

    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    TemporaryFile temporary(folder, calls);
    if (!temporary.isOpen())
        return folderError(path, folder, errno);
    if (replaces)
        (void)::fchmod(temporary.file(), old.st_mode & 0777); // best effort: some file systems have no permissions
    if (const int reason = temporary.writeAll(bytes))
        return writeError(path, "writing", reason);
    if (calls.fsync(temporary.file()) != 0)
        return writeError(path, "flushing to the disk", errno);
    if (const int reason = temporary.close())
        return writeError(path, "closing", reason);
    // Before the rename, so that a disk that returns other bytes than it was given costs nothing but this save.
    if (const int reason = compareWithFile(temporary.path(), bytes, calls))
        return writeError(path, "reading back", reason);
    if (const int reason = temporary.renameTo(target))
        return writeError(path, "putting it in place", reason);
    if (const int reason = syncFolder(folder, calls))
        return writeError(path, "flushing its folder to the disk", reason);
    return {};
}

} // namespace

Result<void> writeFileAtomically(const fs::path& path, std::span<const std::byte> bytes, FileCalls& calls)
{
    try {
        return replaceFile(path, bytes, calls);
    } catch (const std::exception&) { // memory for a path or a buffer
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to save the file", "", "", "Close other programs and save again."};
    }
}

Result<void> writeFileAtomically(const fs::path& path, std::span<const std::byte> bytes)
{
    FileCalls calls;
    return writeFileAtomically(path, bytes, calls);
}

Result<void> writeFileAtomically(const fs::path& path, std::string_view text)
{
    return writeFileAtomically(path, std::as_bytes(std::span(text)));
}

} // namespace latentscape
