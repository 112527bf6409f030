// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/torch_process_group.h"
#include "support/free_port.h"

#include <QString>

#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace latentscape::tests {

using Group = std::shared_ptr<TorchProcessGroup>;

inline ProcessSettings settingsOf(int rank, int size, int port, int timeout = 20)
{
    ProcessSettings settings;
    settings.rank = rank;
    settings.size = size;
    settings.address = "127.0.0.1";
    settings.port = port;
    settings.timeoutSeconds = timeout;
    return settings;
}

/// Joins so many members and runs body(group) in a thread each. Answers what went wrong.
template <typename Body>
QString together(int size, Body&& body)
{
    const int port = freePort();
    std::vector<std::string> problems(static_cast<std::size_t>(size));
    {
        std::vector<std::jthread> threads;
        for (int rank = 0; rank < size; ++rank)
            threads.emplace_back([&, rank] {
                std::string& problem = problems[static_cast<std::size_t>(rank)];
                try {
                    Result<Group> group = TorchProcessGroup::join(settingsOf(rank, size, port));
                    if (!group)
                        problem = group.error().text();
                    else
                        body(std::move(group).value());
                } catch (const std::exception& exception) {
                    problem = exception.what();
                }
            });
    }
    std::string all;
    for (const std::string& problem : problems)
        all += problem;
    return QString::fromStdString(all);
}

} // namespace latentscape::tests
