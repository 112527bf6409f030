// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reporter.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace latentscape::app {

namespace {

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
    print(line);
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
    print(object.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace));
}

void Reporter::note(std::string_view sentence)
{
    if (m_quiet || m_errorsOnly)
        return;
    clearProgress();
    writeLine(stderr, "latentscape-cli: note: ", sentence);
}

void Reporter::error(const Error& error)
{
    clearProgress();
    writeLine(stderr, "latentscape-cli: ", error.text());
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
    std::fprintf(stderr, "\r\033[K%s %.*s", bar.c_str(), static_cast<int>(text.size()), text.data());
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
