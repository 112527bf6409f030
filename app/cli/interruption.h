// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace latentscape::app {

/// Turns SIGINT and SIGTERM into a stop request: the handler writes one byte to a pipe, a small thread reads it and asks the stop source
/// (a stop source may not be touched inside a signal handler). The second signal of a kind ends the process as usual, so that nobody is
/// ever stuck. Owned by main(); at most one at a time.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    [[nodiscard]] std::stop_token token() const noexcept { return m_source.get_token(); }
    /// Number of the signal that came first; 0 while none has.
    [[nodiscard]] int signalNumber() const noexcept;

private:
    std::stop_source m_source;
    int m_pipe[2] = {-1, -1};
    std::thread m_watcher;
};

} // namespace latentscape::app
