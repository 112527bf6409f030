// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/path_text.h"

#include <cstddef>
#include <system_error>

namespace latentscape {

namespace {

/// Length of the well-formed UTF-8 sequence at position i (Unicode 15, table 3-7), or 0.
std::size_t sequenceLength(const std::string& text, std::size_t i)
{
    const auto byteAt = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
    const auto follows = [&](std::size_t k, unsigned low = 0x80, unsigned high = 0xBF) { return byteAt(k) >= low && byteAt(k) <= high; };
    const unsigned lead = byteAt(i);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return follows(i + 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF)
        return follows(i + 1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(i + 2) ? 3 : 0;
    if (lead >= 0xF0 && lead <= 0xF4)
        return follows(i + 1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(i + 2) && follows(i + 3) ? 4 : 0;
    return 0;
}

} // namespace

bool isHighControl(std::string_view bytes, std::size_t at) noexcept
{
    const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u; };
    return byte(at) == 0xC2 && byte(at + 1) >= 0x80 && byte(at + 1) < 0xA0;
}

std::string cleanText(const std::string& bytes)
{
    std::string clean;
    clean.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = sequenceLength(bytes, i);
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const bool isHigh = isHighControl(bytes, i);
        if (length == 0 || lead < 0x20 || lead == 0x7F || isHigh) {
            clean += '?';
            i += isHigh ? 2 : 1;
        } else {
            clean.append(bytes, i, length);
            i += length;
        }
    }
    return clean;
}

std::string shownName(const std::filesystem::path& path)
{
    const std::string name = path.filename().string();
    return '"' + cleanText(name.empty() ? path.string() : name) + '"';
}

std::string ownName(const std::filesystem::path& folder)
{
    std::error_code failure;
    std::filesystem::path full = std::filesystem::absolute(folder, failure);
    if (failure)
        full = folder;
    full = full.lexically_normal();
    if (!full.has_filename())
        full = full.parent_path();
    if (full.filename() == "raw" && full.parent_path().has_filename())
        full = full.parent_path();
    const std::string name = cleanText(full.filename().string());
    return name.empty() ? "data" : name;
}

} // namespace latentscape
