// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/idx_writer.h"

#include "core/data/class_names.h"
#include "core/data/idx_array.h"
#include "core/data/idx_files.h"
#include "core/data/path_text.h"
#include "core/store/atomic_file.h"
#include "core/store/gzip_bytes.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace latentscape {

namespace {

namespace fs = std::filesystem;

void appendBig(std::vector<std::byte>& out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
}

std::vector<std::byte> header(IdxType type, const std::vector<std::size_t>& dims)
{
    std::vector<std::byte> out{std::byte{0}, std::byte{0}, static_cast<std::byte>(type), static_cast<std::byte>(dims.size())};
    for (const std::size_t dim : dims)
        appendBig(out, static_cast<std::uint32_t>(dim));
    return out;
}

/// One file of the set: its name in the folder and its content.
struct NamedFile {
    std::string name;
    std::vector<std::byte> bytes;
};

/// [N, D] for vectors, [N, H, W] for grey, [N, 3, H, W] for colour.
std::vector<std::size_t> dimsOf(const ItemShape& shape, std::size_t count)
{
    const auto size = [](int n) { return static_cast<std::size_t>(n); };
    if (shape.channels != 1)
        return {count, size(shape.channels), size(shape.height), size(shape.width)};
    if (!shape.isImage())
        return {count, size(shape.width)};
    return {count, size(shape.height), size(shape.width)};
}

std::vector<std::byte> imagesFile(const DataPart& part, const ItemShape& shape)
{
    std::vector<std::byte> out = header(part.isBytes() ? IdxType::U8 : IdxType::F32, dimsOf(shape, part.count));
    const auto bytes = std::as_bytes(part.bytes());
    out.insert(out.end(), bytes.begin(), bytes.end());
    out.reserve(out.size() + part.floats().size() * sizeof(float));
    for (const float value : part.floats())
        appendBig(out, std::bit_cast<std::uint32_t>(value));
    return out;
}

std::vector<std::byte> labelsFile(const DataPart& part, const std::vector<std::int64_t>& numbers)
{
    const bool bytes = numbers.back() <= std::numeric_limits<std::uint8_t>::max(); // they ascend
    std::vector<std::byte> out = header(bytes ? IdxType::U8 : IdxType::I32, {part.count});
    for (const std::int32_t label : part.labels) {
        const std::int64_t number = numbers[static_cast<std::size_t>(label)];
        if (bytes)
            out.push_back(static_cast<std::byte>(number));
        else
            appendBig(out, static_cast<std::uint32_t>(number));
    }
    return out;
}

/// The numbers that the classes are called by, when a reader would call them so again: each a whole number in its plain form, ascending, and
/// each occurring.
std::optional<std::vector<std::int64_t>> numbersOfNames(const Dataset& data, const fs::path& folder)
{
    std::vector<std::uint8_t> occurs(data.classNames().size(), 0);
    for (const DataPart* part : {&data.train(), &data.test()})
        for (const std::int32_t label : part->labels)
            occurs[static_cast<std::size_t>(label)] = 1;
    std::vector<std::int64_t> numbers;
    for (const std::string& name : data.classNames()) {
        std::int32_t number = 0;
        const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (problem != std::errc() || end != name.data() + name.size() || number < 0 || (!numbers.empty() && number <= numbers.back()))
            return std::nullopt;
        numbers.push_back(number);
    }
    const bool sameAgain = nameClasses(ownName(folder), numbers) == data.classNames();
    return sameAgain && std::find(occurs.begin(), occurs.end(), 0) == occurs.end() ? std::optional(numbers) : std::nullopt;
}

Error unreadable(const std::string& what, const std::string& expected, const std::string& found, const std::string& remedy)
{
    return {ErrorCode::Unsupported, "This set cannot be kept in IDX files: " + what, expected, found, remedy};
}

/// Why the set would not be read back as it is.
std::optional<Error> fault(const Dataset& data)
{
    if (!data.isLabelled())
        return unreadable("it has no labels", "a labelled set", "an unlabelled one", "Choose a labelled set.");
    if (data.train().count == 0 || data.test().count == 0)
        return unreadable("one of its parts is empty", "at least one training and one test sample",
                          std::to_string(data.train().count) + " and " + std::to_string(data.test().count), "Choose more samples.");
    if (data.shape().channels != 1 && data.shape().channels != 3)
        return unreadable("of its channels", "1 or 3", std::to_string(data.shape().channels), "Choose a grey or colour set.");
    if (data.isStandardized())
        return unreadable("its columns are standardised, and the files have no place for their means and scales", "images, sequences or counts",
                          "standardised columns", "Choose another set.");
    if (data.train().isBytes() != data.test().isBytes())
        return unreadable("its parts hold different kinds of numbers", "bytes in both or in none", "bytes in one", "Choose another set.");
    if (data.train().isBytes())
        return std::nullopt;
    float low = std::numeric_limits<float>::infinity(), high = -low;
    for (const DataPart* part : {&data.train(), &data.test()})
        for (const float value : part->floats()) {
            low = std::isfinite(value) ? std::min(low, value) : -1.0f;
            high = std::max(high, value);
        }
    if (low != 0.0f || high != 1.0f) // a reader stretches what it finds to [0, 1]
        return unreadable("its numbers would be stretched when they are read", "real numbers from exactly 0 to exactly 1",
                          std::to_string(low) + " to " + std::to_string(high), "Choose samples that reach from 0 to 1.");
    return std::nullopt;
}

Result<std::vector<NamedFile>> filesOf(const Dataset& data, const fs::path& folder)
{
    std::vector<NamedFile> files;
    auto numbers = numbersOfNames(data, folder);
    if (!numbers) {
        const auto text = classNamesText(data.classNames());
        if (!text)
            return text.error();
        const auto bytes = std::as_bytes(std::span(text.value()));
        files.push_back({kClassNamesFile, {bytes.begin(), bytes.end()}});
        numbers.emplace();
        for (std::size_t i = 0; i < data.classNames().size(); ++i)
            numbers->push_back(static_cast<std::int64_t>(i));
    }
    const std::string rank = std::to_string(dimsOf(data.shape(), 1).size());
    for (const bool test : {true, false}) {
        const DataPart& part = test ? data.test() : data.train();
        const std::string role = test ? "t10k-" : "train-";
        files.push_back({role + "labels-idx1-ubyte", labelsFile(part, *numbers)});
        files.push_back({role + "images-idx" + rank + "-ubyte", imagesFile(part, data.shape())});
    }
    for (NamedFile& file : files) {
        if (!canGzip() || file.name == kClassNamesFile)
            continue;
        auto packed = gzipBytes(file.bytes);
        if (!packed)
            return packed.error();
        file.bytes = std::move(packed).value();
        file.name += ".gz";
    }
    return files;
}

Error writeError(const fs::path& folder, const std::string& step, const std::string& reason)
{
    return {ErrorCode::WriteFailed, "The folder " + shownName(folder) + " could not be written: " + step + " failed", "", reason, "Choose another place."};
}

/// A new folder that vanishes with all it holds when the scope ends, unless it was moved away.
class TemporaryFolder {
public:
    explicit TemporaryFolder(const fs::path& parent)
    {
        for (int attempt = 0; attempt < 100 && m_path.empty() && !m_failure; ++attempt) {
            const fs::path path = parent / (".latentscape-" + std::to_string(::getpid()) + '-' + std::to_string(attempt) + ".tmp");
            if (fs::create_directory(path, m_failure)) // false without a failure: somebody else's
                m_path = path;
        }
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] bool exists() const { return !m_path.empty(); }
    [[nodiscard]] std::string reason() const { return m_failure ? m_failure.message() : "a hundred of them are there already"; }
    [[nodiscard]] const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
    std::error_code m_failure;
};

/// Into a folder that is there: one by one, and none when one cannot be put in place. The training images come last: without them a reader
/// takes the others for nothing whole.
Result<void> putInPlace(const fs::path& from, const fs::path& folder, const std::vector<NamedFile>& files)
{
    std::error_code failure;
    for (std::size_t i = 0; i < files.size(); ++i) {
        fs::rename(from / files[i].name, folder / files[i].name, failure);
        if (!failure)
            continue;
        for (std::size_t k = 0; k < i; ++k) {
            std::error_code ignored;
            fs::remove(folder / files[k].name, ignored);
        }
        return writeError(folder, "putting " + files[i].name + " in place", failure.message());
    }
    return {};
}

Result<void> writeFolder(const Dataset& data, const fs::path& given)
{
    const fs::path folder = given.has_filename() ? given : given.parent_path(); // "set/" is "set"
    std::error_code failure;
    const bool exists = fs::exists(folder, failure);
    if (folder.empty() || (exists && !fs::is_directory(folder, failure)))
        return Error{ErrorCode::InvalidArgument, shownName(folder) + " is not a folder", "a folder, or a new name", "", "Choose another name."};
    if (exists && (!findIdxFiles(folder).empty() || fs::exists(folder / kClassNamesFile, failure)))
        return Error{ErrorCode::InvalidArgument, "The folder " + shownName(folder) + " already holds a data set", "a new or empty folder", "", "Choose another folder."};
    if (const auto error = fault(data))
        return *error;
    const auto files = filesOf(data, folder);
    if (!files)
        return files.error();

    // Beside a new folder or inside one that is there, so that putting in place is a rename within one disk.
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    const TemporaryFolder temporary(exists ? folder : parent);
    if (!temporary.exists())
        return writeError(folder, "making a temporary folder", temporary.reason());
    for (const NamedFile& file : files.value())
        if (const auto written = writeFileAtomically(temporary.path() / file.name, file.bytes); !written)
            return written;
    if (exists)
        return putInPlace(temporary.path(), folder, files.value());
    fs::rename(temporary.path(), folder, failure);
    return failure ? Result<void>(writeError(folder, "putting it in place", failure.message())) : Result<void>();
}

} // namespace

Result<void> writeIdxFolder(const Dataset& data, const fs::path& folder)
{
    try {
        return writeFolder(data, folder);
    } catch (const std::exception&) { // memory for the files or a path
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to save the data set", "", "", "Close other programs and save again."};
    }
}

} // namespace latentscape
