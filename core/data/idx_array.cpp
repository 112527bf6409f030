// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_array.h"

#include "core/base/checked.h"
#include "core/base/read_file.h"
#include "core/data/file_kind.h"
#include "core/data/gzip_reader.h"
#include "core/data/path_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace latentscape {

namespace {

constexpr std::size_t kChunk = std::size_t{4} << 20; ///< bytes between two looks at the stop token
constexpr const char* kAgain = "Download or copy the file again.";

std::string bytesText(std::uint64_t count)
{
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string shapeOf(std::span<const std::uint64_t> dims)
{
    std::string text;
    for (const std::uint64_t dim : dims)
        text += (text.empty() ? "" : " × ") + std::to_string(dim);
    return text;
}

/// The content of a plain or compressed file, read from front to back.
class ContentReader {
public:
    ContentReader(std::vector<std::byte> file, std::string shown) : m_file(std::move(file)), m_shown(std::move(shown)) {}

    Result<void> open()
    {
        if (sniffFileKind(m_file) != FileKind::Gzip)
            return {};
        m_gzip = std::make_unique<GzipReader>(m_file, m_shown);
        return m_gzip->open();
    }
    Result<std::size_t> read(std::span<std::uint8_t> out)
    {
        if (m_gzip)
            return m_gzip->read(out);
        const std::size_t part = std::min(out.size(), m_file.size() - m_at);
        if (part > 0)
            std::memcpy(out.data(), m_file.data() + m_at, part);
        m_at += part;
        return part;
    }
    /// Exactly known for plain files; for gzip the most that can follow.
    [[nodiscard]] std::uint64_t mostLeft() const
    {
        return m_gzip ? m_file.size() * GzipReader::kLargestRatio : m_file.size() - m_at;
    }
    [[nodiscard]] bool isCompressed() const noexcept { return m_gzip != nullptr; }
    [[nodiscard]] Result<void> checkEnd() const { return m_gzip ? m_gzip->checkTrailer() : Result<void>(); }

private:
    std::vector<std::byte> m_file;
    std::string m_shown;
    std::unique_ptr<GzipReader> m_gzip;
    std::size_t m_at = 0;
};

/// Reads a little further, to say what the file is instead.
Error notIdx(ContentReader& content, const std::string& shown, std::array<std::uint8_t, kSniffBytes>& start, std::size_t got)
{
    const auto more = got < 4 ? Result<std::size_t>(std::size_t{0}) : content.read(std::span(start).subspan(got));
    const std::size_t length = got + (more ? more.value() : 0);
    const bool idxLike = length >= 4 && start[0] == 0 && start[1] == 0;
    return {length < 4 || idxLike ? ErrorCode::Malformed : ErrorCode::Unsupported, shown + " is not an IDX file",
            "the bytes 00 00, a type code (08, 09, 0B to 0E) and 1 to 8 dimensions at its start",
            length < 4 ? bytesText(length) + " in all" : fileKindText(sniffFileKind(std::as_bytes(std::span(start).first(length)))),
            "Choose an images file such as train-images-idx3-ubyte."};
}

Result<void> readHeader(ContentReader& content, const std::string& shown, IdxArray& array)
{
    std::array<std::uint8_t, kSniffBytes> start = {};
    const auto magic = std::span(start).first<4>();
    const auto got = content.read(magic);
    if (!got)
        return got.error();
    if (sniffFileKind(std::as_bytes(magic.first(got.value()))) != FileKind::Idx)
        return notIdx(content, shown, start, got.value());
    array.type = static_cast<IdxType>(magic[2]);
    std::vector<std::uint8_t> sizes(4 * std::size_t{magic[3]});
    const auto read = content.read(sizes);
    if (!read)
        return read.error();
    if (read.value() < sizes.size())
        return Error{ErrorCode::Malformed, shown + " ends inside its header", bytesText(4 + sizes.size()), bytesText(4 + read.value()), kAgain};
    for (std::size_t i = 0; i < sizes.size(); i += 4)
        array.dims.push_back(std::uint64_t{sizes[i]} << 24 | std::uint64_t{sizes[i + 1]} << 16 | std::uint64_t{sizes[i + 2]} << 8 | sizes[i + 3]);
    if (std::find(array.dims.begin(), array.dims.end(), std::uint64_t{0}) != array.dims.end())
        return Error{ErrorCode::Malformed, shown + " is empty", "at least 1 in every dimension", array.shapeText(), "Choose another file."};
    return {};
}

/// Bytes that the header promises; refused when they overflow, go over the limit or cannot be there.
Result<std::uint64_t> promisedBytes(const ContentReader& content, const std::string& shown, const IdxArray& array, std::uint64_t limit)
{
    std::vector<std::uint64_t> factors = array.dims;
    factors.push_back(idxElementSize(array.type));
    const std::optional<std::uint64_t> bytes = checkedProduct(factors);
    if (!bytes || *bytes > limit)
        return Error{ErrorCode::Malformed, shown + " claims more than can be read", "at most " + bytesText(limit),
                     array.shapeText() + " elements of " + bytesText(factors.back()), "Choose a smaller file."};
    const std::uint64_t header = 4 + 4 * array.dims.size();
    const std::uint64_t left = content.mostLeft();
    if (content.isCompressed() ? left < *bytes : left != *bytes)
        return Error{ErrorCode::Malformed, shown + (left < *bytes ? " is shorter than its header says" : " is longer than its header says"),
                     bytesText(header + *bytes) + " for " + array.shapeText(), (content.isCompressed() ? "at most " : "") + bytesText(header + left), kAgain};
    return *bytes;
}

Result<void> readElements(ContentReader& content, const std::string& shown, IdxArray& array, std::uint64_t bytes, const std::stop_token& stop)
{
    array.raw.resize(static_cast<std::size_t>(bytes));
    const std::uint64_t header = 4 + 4 * array.dims.size();
    for (std::size_t at = 0; at < array.raw.size(); at += kChunk) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "Reading " + shown + " was stopped", "", "", ""};
        const std::size_t part = std::min(kChunk, array.raw.size() - at);
        const auto got = content.read(std::span(array.raw).subspan(at, part));
        if (!got)
            return got.error();
        if (got.value() < part)
            return Error{ErrorCode::Malformed, shown + " is shorter than its header says", bytesText(header + bytes) + " for " + array.shapeText(),
                         bytesText(header + at + got.value()), kAgain};
    }
    std::uint8_t beyond = 0;
    const auto more = content.read(std::span(&beyond, 1));
    if (!more)
        return more.error();
    if (more.value() > 0)
        return Error{ErrorCode::Malformed, shown + " is longer than its header says", bytesText(header + bytes) + " for " + array.shapeText(),
                     "at least " + bytesText(header + bytes + 1), kAgain};
    return content.checkEnd();
}

} // namespace

std::string IdxArray::shapeText() const
{
    return shapeOf(dims);
}

std::size_t idxElementSize(IdxType type) noexcept
{
    switch (type) {
    case IdxType::U8:
    case IdxType::I8: return 1;
    case IdxType::I16: return 2;
    case IdxType::I32:
    case IdxType::F32: return 4;
    case IdxType::F64: return 8;
    }
    return 1;
}

Result<IdxArray> readIdxArray(const std::filesystem::path& path, std::stop_token stop, std::uint64_t limit)
{
    const std::string shown = shownName(path);
    auto file = readFile(path, limit);
    if (!file)
        return file.error();
    ContentReader content(std::move(file).value(), shown);
    if (const auto opened = content.open(); !opened)
        return opened.error();
    IdxArray array;
    if (const auto header = readHeader(content, shown, array); !header)
        return header.error();
    const auto bytes = promisedBytes(content, shown, array, limit);
    if (!bytes)
        return bytes.error();
    if (const auto elements = readElements(content, shown, array, bytes.value(), stop); !elements)
        return elements.error();
    return array;
}

} // namespace latentscape
