// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/npz_writer.h"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <string_view>

namespace latentscape {

namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

/// CRC-32 of the zip format (polynomial 0xEDB88320, reflected).
constexpr std::array<std::uint32_t, 256> makeCrcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
        table[i] = value;
    }
    return table;
}
constexpr auto kCrcTable = makeCrcTable();

std::uint32_t crcOver(std::uint32_t crc, std::span<const std::byte> bytes)
{
    for (const std::byte byte : bytes)
        crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<std::uint32_t>(byte)) & 0xFFU];
    return crc;
}

class ByteSink {
public:
    void number(std::uint32_t value, int bytes)
    {
        for (int i = 0; i < bytes; ++i)
            m_bytes.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xFFU));
    }
    void text(std::string_view value) { append(std::as_bytes(std::span(value))); }
    void append(std::span<const std::byte> value) { m_bytes.insert(m_bytes.end(), value.begin(), value.end()); }
    void reserve(std::size_t size) { m_bytes.reserve(size); }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

/// Magic, version 1.0, length, and a Python dictionary padded so that the numbers start at a multiple of 64 (NEP 1).
std::string npyHeader(const NpyArray& array)
{
    std::string shape = "(";
    for (const std::uint64_t size : array.shape)
        shape += std::to_string(size) + (array.shape.size() == 1 ? "," : ", ");
    if (array.shape.size() > 1)
        shape.resize(shape.size() - 2);
    shape += ')';
    std::string dictionary = "{'descr': '" + array.type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    constexpr std::size_t kPreamble = 10;
    while ((kPreamble + dictionary.size() + 1) % 64 != 0)
        dictionary += ' ';
    dictionary += '\n';
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(dictionary.size() & 0xFFU);
    header += static_cast<char>(dictionary.size() >> 8);
    return header + dictionary;
}

struct Member {
    std::string name;
    std::uint32_t crc = 0;
    std::uint32_t size = 0;
    std::uint32_t offset = 0;
};

/// The fields that a local header and a directory entry share.
void writeCommonFields(ByteSink& out, const Member& member)
{
    constexpr std::uint32_t kVersion = 20, kStored = 0, kMidnight = 0, kNewYear1980 = (1U << 5) | 1U;
    out.number(kVersion, 2);
    out.number(/*flags=*/0, 2);
    out.number(kStored, 2);
    out.number(kMidnight, 2);
    out.number(kNewYear1980, 2);
    out.number(member.crc, 4);
    out.number(member.size, 4);
    out.number(member.size, 4);
    out.number(static_cast<std::uint32_t>(member.name.size()), 2);
    out.number(/*extra=*/0, 2);
}

template <typename T>
std::vector<std::byte> bytesOf(std::span<const T> values)
{
    const auto bytes = std::as_bytes(values);
    return {bytes.begin(), bytes.end()};
}

} // namespace

NpyArray NpyArray::of(std::string name, std::vector<std::uint64_t> shape, std::span<const float> values)
{
    return {std::move(name), "<f4", std::move(shape), bytesOf(values)};
}

NpyArray NpyArray::of(std::string name, std::vector<std::uint64_t> shape, std::span<const std::int32_t> values)
{
    return {std::move(name), "<i4", std::move(shape), bytesOf(values)};
}

Result<std::vector<std::byte>> writeNpz(std::span<const NpyArray> arrays)
{
    std::uint64_t total = 22;
    for (const NpyArray& array : arrays)
        total += array.bytes.size() + 1024;
    if (total >= std::numeric_limits<std::uint32_t>::max())
        return Error{ErrorCode::Unsupported, "The arrays are too large for one .npz file", "less than 4 GiB",
                     std::to_string(total) + " bytes", "Write fewer samples."};

    ByteSink out;
    out.reserve(total);
    std::vector<Member> members;
    for (const NpyArray& array : arrays) {
        const std::string header = npyHeader(array);
        const auto headerBytes = std::as_bytes(std::span(header));
        Member member{array.name + ".npy"};
        member.crc = ~crcOver(crcOver(~0U, headerBytes), array.bytes);
        member.size = static_cast<std::uint32_t>(header.size() + array.bytes.size());
        member.offset = static_cast<std::uint32_t>(out.size());
        out.number(0x04034b50U, 4);
        writeCommonFields(out, member);
        out.text(member.name);
        out.append(headerBytes);
        out.append(array.bytes);
        members.push_back(std::move(member));
    }
    const auto directory = static_cast<std::uint32_t>(out.size());
    for (const Member& member : members) {
        out.number(0x02014b50U, 4);
        out.number(/*version made by=*/20, 2);
        writeCommonFields(out, member);
        out.number(/*comment=*/0, 2);
        out.number(/*disk=*/0, 2);
        out.number(/*internal attributes=*/0, 2);
        out.number(/*external attributes=*/0, 4);
        out.number(member.offset, 4);
        out.text(member.name);
    }
    const auto directorySize = static_cast<std::uint32_t>(out.size()) - directory;
    out.number(0x06054b50U, 4);
    out.number(/*disks=*/0, 4);
    out.number(static_cast<std::uint32_t>(members.size()), 2);
    out.number(static_cast<std::uint32_t>(members.size()), 2);
    out.number(directorySize, 4);
    out.number(directory, 4);
    out.number(/*comment=*/0, 2);
    return out.take();
}

} // namespace latentscape
