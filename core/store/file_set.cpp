// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/file_set.h"

#include "core/store/atomic_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <system_error>

namespace latentscape {

namespace {

namespace fs = std::filesystem;

Error folderError(const fs::path& folder, const std::string& reason)
{
    return {ErrorCode::WriteFailed, "The folder \"" + folder.string() + "\" could not be made", "a folder with the right to write", reason,
            "Choose another place."};
}

/// The folder that the files wait in, and the one around it where it was made for them. What is left of both goes with it.
class Waiting {
public:
    explicit Waiting(const fs::path& folder) : m_folder(folder)
    {
        std::error_code problem;
        m_madeFolder = fs::create_directory(folder, problem);
        std::string name = (folder / ".latentscape-XXXXXX").string();
        if (::mkdtemp(name.data()))
            m_path = name;
        else
            m_reason = std::strerror(errno);
    }
    ~Waiting()
    {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
        if (m_madeFolder && !m_done)
            fs::remove(m_folder, ignored);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    [[nodiscard]] const fs::path& path() const noexcept { return m_path; }
    [[nodiscard]] const std::string& reason() const noexcept { return m_reason; }
    void done() noexcept { m_done = true; }

private:
    fs::path m_folder;
    fs::path m_path;
    std::string m_reason;
    bool m_madeFolder = false;
    bool m_done = false;
};

Result<void> writeAll(const fs::path& folder, const FileSet& files)
{
    Waiting waiting(folder);
    if (waiting.path().empty())
        return folderError(folder, waiting.reason());
    std::vector<std::string> names;
    names.reserve(files.count);
    for (std::size_t i = 0; i < files.count; ++i) {
        if (files.stop.stop_requested())
            return Error{ErrorCode::Cancelled, "Writing the files was interrupted", {}, {}, "Nothing was written."};
        names.push_back(files.nameOf(i));
        const fs::path target = folder / names.back();
        std::error_code ignored;
        if (fs::is_directory(target, ignored)) // the one thing that could not be replaced afterwards
            return Error{ErrorCode::WriteFailed, '"' + names.back() + "\" cannot be replaced", "a file or a new name", "a folder", "Choose another folder."};
        const Result<std::vector<std::byte>> bytes = files.bytesOf(i);
        if (!bytes)
            return bytes.error();
        if (Result<void> written = writeFileAtomically(waiting.path() / names.back(), bytes.value()); !written)
            return written;
    }
    for (const std::string& name : names) {
        std::error_code problem;
        fs::rename(waiting.path() / name, folder / name, problem);
        if (problem)
            return Error{ErrorCode::WriteFailed, '"' + name + "\" could not be put in place", {}, problem.message(), "Choose another folder."};
    }
    waiting.done();
    return {};
}

} // namespace

Result<void> writeFileSet(const fs::path& folder, const FileSet& files)
{
    try {
        return writeAll(folder, files);
    } catch (const std::exception&) { // memory for a path or a picture
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to save the files", "", "", "Close other programs and save again."};
    }
}

} // namespace latentscape
