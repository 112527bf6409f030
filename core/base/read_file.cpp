// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/read_file.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latentscape {

namespace {

/// Owns a file descriptor.
class Descriptor {
public:
    explicit Descriptor(int number) noexcept : m_number(number) {}
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const noexcept { return m_number; }

private:
    int m_number;
};

std::string bytesText(std::uint64_t count)
{
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string systemText(int number)
{
    return std::generic_category().message(number); // strerror is not safe on two threads
}

Error openError(const std::string& shown, int number)
{
    if (number == ENOENT || number == ENOTDIR)
        return {ErrorCode::NotFound, "There is no file " + shown, "", "", "Check the path."};
    if (number == ENXIO) // a socket cannot be opened at all
        return {ErrorCode::Unsupported, shown + " cannot be read", "a regular file", "a socket or a device", "Choose a file."};
    return {ErrorCode::Unreadable, shown + " cannot be opened: " + systemText(number), "", "", "Check the permissions of the file and its folder."};
}

const char* kindOf(mode_t mode) noexcept
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a FIFO (named pipe)";
    return "a device or a socket";
}

/// O_NONBLOCK: opening a FIFO for reading would otherwise wait for a writer that may never come.
constexpr int kOpenFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

/// Size of a file that was opened (or not, then errno says why); only regular files have one.
Result<std::uint64_t> regularSize(const Descriptor& file, const std::string& shown)
{
    struct stat status = {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0)
        return openError(shown, errno);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorCode::Unsupported, shown + " cannot be read", "a regular file", kindOf(status.st_mode), "Choose a file."};
    return static_cast<std::uint64_t>(status.st_size);
}

Result<std::vector<std::byte>> readFirst(const Descriptor& file, std::uint64_t size, const std::string& shown)
{
    std::vector<std::byte> content;
    try {
        content.resize(static_cast<std::size_t>(size));
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There is not enough memory to read " + shown, "", bytesText(size), "Close other programs or choose a smaller file."};
    }
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t got = ::read(file.number(), content.data() + done, content.size() - done); // may be short: Linux reads at most 2 GiB at once
        if (got > 0)
            done += static_cast<std::size_t>(got);
        else if (got == 0)
            return Error{ErrorCode::Malformed, shown + " became shorter while it was being read", bytesText(size), bytesText(done), "Wait until it is written, then try again."};
        else if (errno != EINTR)
            return Error{ErrorCode::Unreadable, shown + " cannot be read: " + systemText(errno), "", "", "Check the disk."};
    }
    return content;
}

} // namespace

Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::uint64_t limit)
{
    const std::string shown = '"' + path.string() + '"';
    const Descriptor file(::open(path.c_str(), kOpenFlags));
    const Result<std::uint64_t> size = regularSize(file, shown);
    if (!size)
        return size.error();
    if (size.value() > limit || size.value() > std::numeric_limits<std::size_t>::max() / 2)
        return Error{ErrorCode::Malformed, shown + " is too large", "at most " + bytesText(limit), bytesText(size.value()), "Choose a smaller file."};
    return readFirst(file, size.value(), shown);
}

Result<std::vector<std::byte>> readFileHead(const std::filesystem::path& path, std::size_t count)
{
    const std::string shown = '"' + path.string() + '"';
    const Descriptor file(::open(path.c_str(), kOpenFlags));
    const Result<std::uint64_t> size = regularSize(file, shown);
    if (!size)
        return size.error();
    return readFirst(file, std::min<std::uint64_t>(size.value(), count), shown);
}

} // namespace latentscape
