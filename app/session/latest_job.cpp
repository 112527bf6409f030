// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/latest_job.h"

#include <QPointer>

#include <utility>

namespace latentscape::app {

LatestJob::LatestJob(JobRunner& jobs, QObject* parent)
    : QObject(parent)
    , m_jobs(jobs)
{
}

void LatestJob::run(Work work)
{
    if (m_busy)
        m_waiting = std::move(work);
    else
        start(std::move(work));
}

void LatestJob::forget()
{
    ++m_epoch;
    m_stop.request_stop();
    m_waiting.reset();
}

void LatestJob::start(Work work)
{
    m_busy = true;
    m_stop = std::stop_source();
    m_jobs.run([self = QPointer<LatestJob>(this), epoch = m_epoch, own = m_stop, work = std::move(work)](std::stop_token stop) mutable -> JobRunner::Answer {
        const std::stop_callback closing(stop, [&own] { own.request_stop(); });
        JobRunner::Answer answer;
        try {
            answer = work(own.get_token());
        } catch (...) {
            // out of memory, say: nothing is shown, and the next request has its turn
        }
        return [self, epoch, answer = std::move(answer)] {
            if (!self)
                return;
            self->m_busy = false;
            if (answer && epoch == self->m_epoch)
                answer();
            if (self && !self->m_busy && self->m_waiting)
                self->start(*std::exchange(self->m_waiting, std::nullopt));
        };
    });
}

} // namespace latentscape::app
