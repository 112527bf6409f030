// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latentscape::tests {

/// A TCP port that was free a moment ago; 0 where there is none.
inline int freePort()
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = ::bind(handle, reinterpret_cast<const sockaddr*>(&address), size) == 0
        && ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(handle);
    return bound ? ntohs(address.sin_port) : 0;
}

} // namespace latentscape::tests
