// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/file_kind.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace latentscape {

namespace {

bool isIdxType(std::uint8_t type) noexcept
{
    return type == 0x08 || type == 0x09 || (type >= 0x0B && type <= 0x0E);
}

} // namespace

FileKind sniffFileKind(std::span<const std::byte> head) noexcept
{
    using namespace std::string_view_literals;
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    const auto byteAt = [&](std::size_t i) { return i < head.size() ? std::to_integer<std::uint8_t>(head[i]) : std::uint8_t{0}; };
    if (text.empty())
        return FileKind::Empty;
    if (text.size() >= 4 && byteAt(0) == 0 && byteAt(1) == 0 && isIdxType(byteAt(2)) && byteAt(3) >= 1 && byteAt(3) <= 8)
        return FileKind::Idx;
    if (text.starts_with("\x1f\x8b"sv))
        return FileKind::Gzip;
    if (text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv))
        return FileKind::Zip;
    if (text.starts_with("\x93NUMPY"sv))
        return FileKind::Npy;
    if (text.size() > 8 && text[8] == '{' && byteAt(5) == 0 && byteAt(6) == 0 && byteAt(7) == 0)
        return FileKind::Safetensors;
    if (text.starts_with("\x89HDF\r\n\x1a\n"sv))
        return FileKind::Hdf5;
    if (text.starts_with("\x89PNG\r\n\x1a\n"sv))
        return FileKind::Png;
    if (text.starts_with("\xff\xd8\xff"sv))
        return FileKind::Jpeg;
    if (text.starts_with("RIFF"sv) && text.size() >= 12 && text.substr(8, 4) == "WEBP"sv)
        return FileKind::WebP;
    if (text.starts_with("BM"sv) && byteAt(6) == 0 && byteAt(7) == 0 && byteAt(8) == 0 && byteAt(9) == 0 && text.size() >= 10)
        return FileKind::Bmp;
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    });
    return printable ? FileKind::Text : FileKind::Unknown;
}

const char* fileKindText(FileKind kind) noexcept
{
    switch (kind) {
    case FileKind::Empty: return "an empty file";
    case FileKind::Idx: return "an IDX file";
    case FileKind::Gzip: return "a gzip file";
    case FileKind::Zip: return "a zip archive (or an NPZ file)";
    case FileKind::Npy: return "a NumPy array (NPY)";
    case FileKind::Safetensors: return "a safetensors file";
    case FileKind::Hdf5: return "an HDF5 file";
    case FileKind::Png: return "a PNG picture";
    case FileKind::Jpeg: return "a JPEG picture";
    case FileKind::Bmp: return "a BMP picture";
    case FileKind::WebP: return "a WebP picture";
    case FileKind::Text: return "a text file (perhaps CSV)";
    case FileKind::Unknown: break;
    }
    return "a file of an unknown kind";
}

} // namespace latentscape
