// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/raster_thread.h"

#include <QMetaObject>

#include <exception>
#include <utility>

namespace latentscape::ui {

RasterFrame rasteriseNow(const RasterJob& job, QImage image, RasterScratch& scratch)
{
    const QSize size(job.view.width, job.view.height);
    if (image.size() != size)
        image = QImage(size, QImage::Format_ARGB32_Premultiplied);
    if (!image.isNull()) {
        const Canvas canvas{reinterpret_cast<std::uint32_t*>(image.bits()), size.width(), size.height(), image.bytesPerLine() / 4};
        rasterise(*job.cloud, job.style, job.view, canvas, scratch);
    }
    return {job, std::move(image)};
}

RasterThread::RasterThread(QObject* receiver, std::function<void()> notify)
    : m_receiver(receiver)
    , m_notify(std::move(notify))
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

RasterThread::~RasterThread()
{
    m_thread.request_stop();
    m_thread.join();
}

void RasterThread::requestCloud(CloudRequest request)
{
    m_cloudRequests.post(std::move(request));
    wake();
}

void RasterThread::requestFrame(RasterJob job)
{
    m_jobs.post(std::move(job));
    wake();
}

void RasterThread::recycle(QImage image)
{
    if (image.isNull())
        return;
    const std::lock_guard lock(m_canvasMutex);
    if (m_canvases.size() < 2)
        m_canvases.push_back(std::move(image));
}

QImage RasterThread::takeCanvas()
{
    const std::lock_guard lock(m_canvasMutex);
    if (m_canvases.empty())
        return {};
    QImage image = std::move(m_canvases.back());
    m_canvases.pop_back();
    return image;
}

void RasterThread::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        m_hasWork = true;
    }
    m_condition.notify_one();
}

void RasterThread::announce()
{
    QMetaObject::invokeMethod(m_receiver, m_notify, Qt::QueuedConnection);
}

void RasterThread::deliver(const RasterJob& job, RasterScratch& scratch)
{
    RasterFrame frame{job, {}};
    try {
        frame = rasteriseNow(job, takeCanvas(), scratch);
    } catch (const std::exception&) {
        scratch = {}; // memory ran out: this picture is left out, the counters may be half full
    }
    if (std::optional<RasterFrame> unread = m_frames.take())
        recycle(std::move(unread->image));
    m_frames.post(std::move(frame));
}

void RasterThread::run(const std::stop_token& stop)
{
    RasterScratch scratch;
    while (true) {
        {
            std::unique_lock lock(m_mutex);
            m_condition.wait(lock, stop, [this] { return m_hasWork; });
            if (stop.stop_requested())
                return;
            m_hasWork = false;
        }
        // Pictures before clouds: a person who pans waits for the picture, a cloud is only one of many to come.
        if (std::optional<RasterJob> job = m_jobs.take()) {
            deliver(*job, scratch);
            announce();
        }
        if (std::optional<CloudRequest> request = m_cloudRequests.take()) {
            CloudAnswer answer{request->id, nullptr};
            try {
                answer.cloud = request->base ? request->base->recoloured(request->colours)
                                             : LatentCloud::project(std::move(request->frame), request->plane, std::move(request->dataset),
                                                                    request->colours);
            } catch (const std::exception&) {
                // memory ran out: the map keeps the cloud it has
            }
            // not in place of one that was asked for and is unread: nobody would ask for that again
            if (answer.cloud && request->view.width > 0 && !m_frames.hasLetter())
                deliver({answer.cloud, std::move(request->style), request->view}, scratch);
            m_clouds.post(std::move(answer));
            announce();
        }
    }
}

} // namespace latentscape::ui
