// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace latentscape {

/// Why nobody answers at a TCP address, as the system words it ("Name or service not known", "Connection refused"); empty when somebody does.
/// Tries each address of the name for at most a second. Any thread.
[[nodiscard]] std::string whyUnreachable(const std::string& address, int port);

} // namespace latentscape
