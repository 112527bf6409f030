// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace latentscape {

std::string Error::text() const
{
    std::string line = what;
    if (!expected.empty())
        line += ": expected " + expected + (found.empty() ? "" : ", found " + found);
    else if (!found.empty())
        line += ": found " + found;
    if (!line.empty() && line.back() != '.')
        line += '.';
    if (!remedy.empty())
        line += ' ' + remedy;
    return line;
}

bool isInputError(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::NotFound:
    case ErrorCode::Unreadable:
    case ErrorCode::Malformed:
    case ErrorCode::Unsupported:
    case ErrorCode::Mismatch:
    case ErrorCode::DeviceUnavailable:
        return true;
    case ErrorCode::WriteFailed:
    case ErrorCode::NonFinite:
    case ErrorCode::OutOfMemory:
    case ErrorCode::Cancelled:
    case ErrorCode::PeerLost:
    case ErrorCode::Internal:
        return false;
    }
    return false;
}

} // namespace latentscape
