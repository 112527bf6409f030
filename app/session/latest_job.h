// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/job_runner.h"

#include <QObject>

#include <functional>
#include <optional>
#include <stop_token>

namespace latentscape::app {

/// One kind of background work of which only the newest answer counts: at most one runs at a time, a newer request waits for it, and older
/// waiting ones are dropped. Owned by a controller; GUI thread only; must not outlive the runner's owner.
class LatestJob : public QObject {
    Q_OBJECT
public:
    LatestJob(JobRunner& jobs, QObject* parent);

    using Work = std::function<JobRunner::Answer(std::stop_token)>;
    void run(Work work);
    /// The work under way is asked to stop and its answer dropped, and what waits is forgotten (another run, another data set).
    void forget();
    [[nodiscard]] bool isBusy() const noexcept { return m_busy; }

private:
    void start(Work work);

    JobRunner& m_jobs;
    bool m_busy = false;
    std::uint64_t m_epoch = 0; ///< raised by forget()
    std::stop_source m_stop;   ///< of the work under way
    std::optional<Work> m_waiting;
};

} // namespace latentscape::app
