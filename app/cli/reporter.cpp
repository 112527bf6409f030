// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reporter.h"

#include "core/data/path_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace latentscape::app {

namespace {

/// A line of JSON in which what a terminal would obey is written as an escape. Of the control characters its writer leaves those from DEL on; such
/// bytes stand in texts only.
std::string withoutControls(const std::string& json)
{
    std::string out;
    out.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        const bool isHigh = isHighControl(json, i);
        if (json[i] != '\x7F' && !isHigh) {
            out += json[i];
            continue;
        }
        i += isHigh ? 1 : 0;
        std::array<char, 8> escape{};
        std::snprintf(escape.data(), escape.size(), "\\u00%02x", static_cast<unsigned>(static_cast<unsigned char>(json[i])));
        out += escape.data();
    }
    return out;
}

/// False, with errno, when the stream takes no more.
bool writeLine(std::FILE* stream, std::string_view prefix, std::string_view line)
{
    std::string whole(prefix);
    whole += line;
    whole += '\n';
    const bool taken = std::fwrite(whole.data(), 1, whole.size(), stream) == whole.size();
    return std::fflush(stream) == 0 && taken; // whoever reads a pipe wants the epoch when it ends, not when a buffer is full
}

} // namespace

void Reporter::print(std::string_view line)
{
    if (m_outputProblem == 0 && !writeLine(stdout, "", line))
        m_outputProblem = errno;
}

void Reporter::text(std::string_view line)
{
    if (m_json || m_errorsOnly)
        return;
    clearProgress();
    print(cleanText(std::string(line)));
}

void Reporter::chatter(std::string_view line)
{
    if (!m_quiet)
        text(line);
}

void Reporter::json(const nlohmann::ordered_json& object)
{
    if (!m_json || m_errorsOnly)
        return;
    print(withoutControls(object.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace)));
}

void Reporter::note(std::string_view sentence)
{
    if (m_quiet || m_errorsOnly)
        return;
    clearProgress();
    writeLine(stderr, "latentscape-cli: note: ", cleanText(std::string(sentence)));
}

void Reporter::error(const Error& error)
{
    clearProgress();
    writeLine(stderr, "latentscape-cli: ", cleanText(error.text()));
}

bool Reporter::showsProgress() const noexcept
{
    return !m_json && !m_quiet && !m_errorsOnly && ::isatty(STDERR_FILENO) == 1;
}

void Reporter::progress(double fraction, std::string_view text)
{
    if (!showsProgress())
        return;
    constexpr int kWidth = 30;
    const int filled = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kWidth);
    std::string bar;
    for (int i = 0; i < kWidth; ++i)
        bar += i < filled ? "━" : "─";
    std::fprintf(stderr, "\r\033[K%s %s", bar.c_str(), cleanText(std::string(text)).c_str());
    std::fflush(stderr);
    m_barVisible = true;
}

void Reporter::clearProgress()
{
    if (!m_barVisible)
        return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    m_barVisible = false;
}

std::string fixed(double value, int digits)
{
    std::array<char, 64> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
    return {buffer.data(), static_cast<std::size_t>(std::clamp(length, 0, 63))};
}

} // namespace latentscape::app
