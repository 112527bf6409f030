// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/safetensors.h"

#include "core/base/checked.h"
#include "core/base/sha256.h"
#include "core/model/json/strict_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <tuple>

namespace latentscape {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uint64_t kMaxHeader = std::uint64_t{1} << 20;
constexpr std::size_t kMaxTensors = 4096;
constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kLengthBytes = 8;
constexpr const char* kMetadataKey = "__metadata__";
constexpr const char* kDigestKey = "data_sha256";

struct DtypeName {
    TensorType type;
    std::string_view text;
};
constexpr std::array kDtypes{DtypeName{TensorType::F32, "F32"}, DtypeName{TensorType::F16, "F16"}, DtypeName{TensorType::I64, "I64"},
                             DtypeName{TensorType::U8, "U8"}};

std::string_view dtypeName(TensorType type)
{
    return std::ranges::find(kDtypes, type, &DtypeName::type)->text;
}

Error refusal(ErrorCode code, std::string what, std::string expected, std::string found)
{
    return {code, std::move(what), std::move(expected), std::move(found), "The file is damaged or was not written for this program; use another copy."};
}

Error malformed(std::string what, std::string expected, std::string found)
{
    return refusal(ErrorCode::Malformed, std::move(what), std::move(expected), std::move(found));
}

std::string quoted(const std::string& tensor) { return std::string("Tensor \"").append(tensor.substr(0, 120)).append("\""); }

/// One entry of the header and where its bytes lie.
struct Entry {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

Result<Entry> readEntry(const std::string& name, const json& value)
{
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
        return malformed(quoted(name) + " is described wrongly", "exactly dtype, shape and data_offsets", "");
    Entry entry;
    entry.name = name;

    const json& dtype = value["dtype"];
    if (!dtype.is_string())
        return malformed(quoted(name) + " has no readable dtype", "a text", dtype.type_name());
    const auto known = std::ranges::find(kDtypes, std::string_view(dtype.get_ref<const std::string&>()), &DtypeName::text);
    if (known == kDtypes.end())
        return Error{ErrorCode::Unsupported, quoted(name) + " is of a number type that this program does not handle", "F32, F16, I64 or U8",
                     dtype.get<std::string>().substr(0, 40), "Convert the tensors to F32 before saving the file."};
    entry.type = known->type;

    const json& shape = value["shape"];
    if (!shape.is_array() || shape.size() > kMaxRank)
        return malformed(quoted(name) + " has no usable shape", "a list of at most 8 sizes",
                         shape.is_array() ? std::to_string(shape.size()) + " sizes" : shape.type_name());
    std::vector<std::uint64_t> factors;
    for (const json& size : shape) {
        if (!size.is_number_unsigned() || size.get<std::uint64_t>() > (std::uint64_t{1} << 62))
            return malformed(quoted(name) + " has no usable shape", "sizes of 0 or more", size.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 40));
        factors.push_back(size.get<std::uint64_t>());
        entry.shape.push_back(size.get<std::int64_t>());
    }
    factors.push_back(sizeOf(entry.type));

    const json& offsets = value["data_offsets"];
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
        return malformed(quoted(name) + " has no usable data_offsets", "two numbers", "");
    entry.begin = offsets[0].get<std::uint64_t>();
    entry.end = offsets[1].get<std::uint64_t>();
    const std::optional<std::uint64_t> size = checkedProduct(factors);
    if (!size || entry.end < entry.begin || entry.end - entry.begin != *size)
        return refusal(ErrorCode::Malformed, quoted(name) + " has a length that does not follow from its shape",
                       size ? std::to_string(*size) + " bytes" : "a size below 2^64 bytes",
                       entry.end < entry.begin ? "an end before its beginning" : std::to_string(entry.end - entry.begin) + " bytes");
    return entry;
}

Result<std::map<std::string, std::string>> readMetadata(const json& value)
{
    std::map<std::string, std::string> metadata;
    if (!value.is_object())
        return malformed("The file's metadata have the wrong type", "an object of texts", value.type_name());
    for (const auto& item : value.items()) {
        if (!item.value().is_string())
            return malformed("The metadata \"" + item.key().substr(0, 80) + "\" have the wrong type", "a text", item.value().type_name());
        metadata.emplace(item.key(), item.value().get<std::string>());
    }
    return metadata;
}

Result<std::vector<Entry>> readEntries(const json& header, std::map<std::string, std::string>& metadata)
{
    std::vector<Entry> entries;
    for (const auto& item : header.items()) {
        if (item.key() == kMetadataKey) {
            Result<std::map<std::string, std::string>> read = readMetadata(item.value());
            if (!read)
                return read.error();
            metadata = std::move(read).value();
            continue;
        }
        if (entries.size() == kMaxTensors)
            return malformed("The file holds too many tensors", "at most 4096", std::to_string(header.size()));
        Result<Entry> entry = readEntry(item.key(), item.value());
        if (!entry)
            return entry.error();
        entries.push_back(std::move(entry).value());
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) { return std::tie(entry.begin, entry.end, entry.name); });
    return entries;
}

Result<SafetensorsFile> readFile(std::span<const std::byte> bytes)
{
    if (bytes.size() < kLengthBytes)
        return malformed("The file is too short to be a safetensors file", "at least 8 bytes", std::to_string(bytes.size()));
    std::uint64_t headerSize = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i)
        headerSize |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    if (headerSize > kMaxHeader)
        return malformed("The file's header is too long", "at most 1048576 bytes", std::to_string(headerSize));
    if (headerSize > bytes.size() - kLengthBytes)
        return malformed("The file ends inside its header", std::to_string(headerSize) + " bytes", std::to_string(bytes.size() - kLengthBytes));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, static_cast<std::size_t>(headerSize));
    if (!text.starts_with('{'))
        return malformed("The file does not begin like a safetensors file", "a header that begins with {", "something else");

    const Result<json> header = parseStrictJson(text, "The file's header");
    if (!header)
        return header.error();
    SafetensorsFile file;
    const Result<std::vector<Entry>> entries = readEntries(header.value(), file.metadata);
    if (!entries)
        return entries.error();

    // Everything is checked against the bytes that are there before memory is asked for.
    const std::span<const std::byte> data = bytes.subspan(kLengthBytes + text.size());
    std::uint64_t expectedBegin = 0;
    for (const Entry& entry : entries.value()) {
        if (entry.begin != expectedBegin)
            return malformed(quoted(entry.name) + " leaves a hole or overlaps another one", "data from byte " + std::to_string(expectedBegin),
                             "from byte " + std::to_string(entry.begin));
        expectedBegin = entry.end;
    }
    if (expectedBegin != data.size())
        return malformed("The file's tensors do not fill it", std::to_string(expectedBegin) + " bytes of data", std::to_string(data.size()));
    if (const auto digest = file.metadata.find(kDigestKey); digest != file.metadata.end()) {
        const std::string actual = sha256Hex(data);
        if (actual != digest->second)
            return refusal(ErrorCode::Mismatch, "The file's data were changed after it was written", "SHA-256 " + digest->second.substr(0, 64), actual);
    }
    for (const Entry& entry : entries.value()) {
        const auto part = data.subspan(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin));
        if (!allFinite(entry.type, part))
            return malformed(quoted(entry.name) + " holds a value that is not a number", "finite values", "NaN or infinity");
        file.tensors.push_back({entry.name, entry.type, entry.shape, {part.begin(), part.end()}});
    }
    return file;
}

} // namespace

bool allFinite(TensorType type, std::span<const std::byte> bytes)
{
    if (type == TensorType::F32) {
        for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
            std::uint32_t bits = 0;
            std::memcpy(&bits, bytes.data() + i, sizeof bits);
            if ((bits & 0x7F800000u) == 0x7F800000u)
                return false;
        }
    } else if (type == TensorType::F16) {
        for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
            std::uint16_t bits = 0;
            std::memcpy(&bits, bytes.data() + i, sizeof bits);
            if ((bits & 0x7C00u) == 0x7C00u)
                return false;
        }
    }
    return true;
}

std::vector<std::byte> writeSafetensors(const SafetensorsFile& file)
{
    std::vector<const TensorBlob*> order;
    for (const TensorBlob& tensor : file.tensors)
        order.push_back(&tensor);
    std::ranges::sort(order, [](const TensorBlob* a, const TensorBlob* b) {
        return sizeOf(a->type) != sizeOf(b->type) ? sizeOf(a->type) > sizeOf(b->type) : a->name < b->name;
    });

    Sha256 digest;
    std::uint64_t offset = 0;
    ordered_json tensors = ordered_json::object();
    for (const TensorBlob* tensor : order) {
        digest.update(tensor->bytes);
        const std::uint64_t end = offset + tensor->bytes.size();
        tensors[tensor->name] = {{"dtype", dtypeName(tensor->type)}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::map<std::string, std::string> metadata = file.metadata;
    metadata[kDigestKey] = digest.hexDigest();
    ordered_json header = ordered_json::object();
    header[kMetadataKey] = metadata;
    header.update(tensors);

    std::string text = header.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    std::vector<std::byte> bytes;
    bytes.reserve(kLengthBytes + text.size() + static_cast<std::size_t>(offset));
    for (std::size_t i = 0; i < kLengthBytes; ++i)
        bytes.push_back(static_cast<std::byte>((static_cast<std::uint64_t>(text.size()) >> (8 * i)) & 0xFF));
    const auto head = std::as_bytes(std::span(text));
    bytes.insert(bytes.end(), head.begin(), head.end());
    for (const TensorBlob* tensor : order)
        bytes.insert(bytes.end(), tensor->bytes.begin(), tensor->bytes.end());
    return bytes;
}

Result<SafetensorsFile> readSafetensors(std::span<const std::byte> bytes)
{
    try {
        return readFile(bytes);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "There was not enough memory to read the file", std::to_string(bytes.size()) + " bytes", "",
                     "Close other programs, or use a smaller file."};
    } catch (const std::exception&) { // of the JSON library; the checks above should leave it no reason
        return malformed("The file's header cannot be read", "a safetensors header", "something else");
    }
}

} // namespace latentscape
