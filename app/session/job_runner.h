// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

namespace latentscape::app {

/// Runs short blocking work (loading, saving, PCA) off the GUI thread and brings its answer back. Owned by a session; GUI thread only.
/// The destructor asks all jobs to stop and joins them; answers of unfinished jobs are dropped then.
class JobRunner : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~JobRunner() override;

    /// work runs on a thread of its own and returns the function that is then called on the GUI thread (it may be empty).
    using Answer = std::function<void()>;
    void run(std::function<Answer(std::stop_token)> work);
    /// Asks all running jobs to stop (each within its own granularity).
    void cancelAll();
    [[nodiscard]] bool isIdle() const noexcept { return m_running == 0; }

private:
    struct Job {
        std::jthread thread;
        bool done = false;
    };
    void reap();

    std::vector<std::unique_ptr<Job>> m_jobs;
    int m_running = 0;
};

} // namespace latentscape::app
