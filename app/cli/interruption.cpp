// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interruption.h"

#include <atomic>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace latentscape::app {

namespace {

// A signal handler gets no argument of ours: these two are the only way to reach it.
std::atomic<int> firstSignal{0};
std::atomic<int> wakePipe{-1};
static_assert(std::atomic<int>::is_always_lock_free, "used inside a signal handler");

extern "C" void rememberSignal(int number)
{
    const int savedErrno = errno;
    int none = 0;
    firstSignal.compare_exchange_strong(none, number);
    const char byte = 's';
    [[maybe_unused]] const auto written = ::write(wakePipe.load(), &byte, 1);
    errno = savedErrno;
}

void install(void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN); // a file-size limit must fail the write, not end the program
    std::signal(SIGPIPE, SIG_IGN); // nor must a reader of stdout that leaves: a training goes on and saves
}

} // namespace

Interruption::Interruption()
{
    firstSignal = 0;
    if (::pipe2(m_pipe, O_CLOEXEC) != 0)
        return; // without a pipe the signals keep their usual effect
    wakePipe = m_pipe[1];
    m_watcher = std::thread([this] {
        char byte = 0;
        ssize_t count = 0;
        do
            count = ::read(m_pipe[0], &byte, 1);
        while (count < 0 && errno == EINTR);
        if (count == 1 && byte == 's')
            m_source.request_stop();
    });
    install(rememberSignal, static_cast<int>(SA_RESTART | SA_RESETHAND));
}

Interruption::~Interruption()
{
    if (!m_watcher.joinable())
        return;
    install(SIG_DFL, 0);
    const char byte = 'q';
    [[maybe_unused]] const auto written = ::write(m_pipe[1], &byte, 1);
    m_watcher.join();
    wakePipe = -1;
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

int Interruption::signalNumber() const noexcept
{
    return firstSignal.load();
}

} // namespace latentscape::app
