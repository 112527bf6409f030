// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/job_runner.h"

#include "core/base/vector_state.h"

#include <QMetaObject>

#include <algorithm>
#include <memory>
#include <utility>

namespace latentscape::app {

JobRunner::~JobRunner()
{
    cancelAll(); // each jthread joins when its job is destroyed
    m_jobs.clear();
}

void JobRunner::run(std::function<Answer(std::stop_token)> work)
{
    reap();
    ++m_running;
    auto job = std::make_unique<Job>();
    Job* const self = job.get();
    m_jobs.push_back(std::move(job));
    self->thread = std::jthread([this, self, work = std::move(work)](std::stop_token stop) {
        releaseUpperVectorHalves(); // inherited from the thread that asked
        Answer answer;
        try {
            answer = work(stop);
        } catch (...) {
            // the work reports its own failures as values; whatever still escapes ends this job alone
        }
        QMetaObject::invokeMethod(
            this,
            [this, self, answer = std::move(answer)] {
                self->done = true;
                --m_running;
                if (answer)
                    answer();
            },
            Qt::QueuedConnection);
    });
}

void JobRunner::cancelAll()
{
    for (const auto& job : m_jobs)
        job->thread.request_stop();
}

void JobRunner::reap()
{
    std::erase_if(m_jobs, [](const std::unique_ptr<Job>& job) { return job->done; });
}

} // namespace latentscape::app
