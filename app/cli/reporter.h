// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace latentscape::app {

/// Where everything that the program says goes: results to stdout as text or as one JSON object a line, remarks, progress and errors to
/// stderr. What comes from files may hold sequences that a terminal obeys: nothing that is printed here does. Owned by the context; main thread
/// only.
class Reporter {
public:
    void setJson(bool json) noexcept { m_json = json; }
    void setQuiet(bool quiet) noexcept { m_quiet = quiet; }
    /// Nothing but errors from now on: of several processes one speaks.
    void setErrorsOnly(bool only) noexcept { m_errorsOnly = only; }
    [[nodiscard]] bool isJson() const noexcept { return m_json; }

    /// A line of the result for a person; silent with --json.
    void text(std::string_view line);
    /// The same, but also silent with --quiet: what is pleasant to see meanwhile, not the result.
    void chatter(std::string_view line);
    /// One object, one line; silent without --json.
    void json(const nlohmann::ordered_json& object);
    /// A remark on stderr; silent with --quiet.
    void note(std::string_view sentence);
    /// The error on stderr, always.
    void error(const Error& error);
    /// A line that replaces itself, on stderr, only when that is a terminal and neither --quiet nor --json was given.
    void progress(double fraction, std::string_view text);
    [[nodiscard]] bool showsProgress() const noexcept;
    /// errno of the first line that stdout did not take; 0 while all were taken. Nothing is printed after it.
    [[nodiscard]] int outputProblem() const noexcept { return m_outputProblem; }

private:
    void clearProgress();
    void print(std::string_view line);

    bool m_json = false;
    bool m_quiet = false;
    bool m_errorsOnly = false;
    bool m_barVisible = false;
    int m_outputProblem = 0;
};

/// value with so many digits after the point.
[[nodiscard]] std::string fixed(double value, int digits);

} // namespace latentscape::app
