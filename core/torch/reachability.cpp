// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/torch/reachability.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latentscape {

namespace {

constexpr int kLongestTry = 1000; // ms

/// errno of the attempt; 0 when it succeeded.
int connectTo(const addrinfo& target)
{
    const int handle = ::socket(target.ai_family, target.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, target.ai_protocol);
    if (handle < 0)
        return errno;
    int problem = ::connect(handle, target.ai_addr, target.ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) {
        pollfd wait{handle, POLLOUT, 0};
        socklen_t size = sizeof problem;
        if (::poll(&wait, 1, kLongestTry) != 1)
            problem = ETIMEDOUT;
        else if (::getsockopt(handle, SOL_SOCKET, SO_ERROR, &problem, &size) != 0)
            problem = errno;
    }
    ::close(handle);
    return problem;
}

} // namespace

std::string whyUnreachable(const std::string& address, int port)
{
    addrinfo wanted = {};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int failed = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &list); failed != 0)
        return ::gai_strerror(failed);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
    int problem = EADDRNOTAVAIL;
    for (const addrinfo* target = list; target; target = target->ai_next) {
        problem = connectTo(*target);
        if (problem == 0)
            return {};
    }
    return std::generic_category().message(problem);
}

} // namespace latentscape
