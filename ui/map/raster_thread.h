// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/latest_mailbox.h"
#include "core/explore/plane.h"
#include "ui/map/latent_cloud.h"
#include "ui/map/scatter_raster.h"

#include <QImage>
#include <QObject>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace latentscape::ui {

/// Codes to be made a cloud of, or a cloud that gets other colours, and how it will be looked at.
struct CloudRequest {
    std::uint64_t id = 0;
    std::shared_ptr<const LatentFrame> frame;
    Plane plane;
    std::shared_ptr<const Dataset> dataset; ///< may be null
    CloudColours colours;
    std::shared_ptr<const LatentCloud> base; ///< to be recoloured; null: the frame is projected
    ScatterStyle style;
    RasterView view; ///< of the picture that is made along with the cloud; of no width: none
};

/// A picture of a cloud, asked for or finished. A finished one carries what it shows.
struct RasterJob {
    std::shared_ptr<const LatentCloud> cloud;
    ScatterStyle style;
    RasterView view;
    [[nodiscard]] bool shows(const RasterJob& other) const { return cloud == other.cloud && view == other.view && style == other.style; }
};

struct RasterFrame {
    RasterJob job;
    QImage image; ///< ARGB32 premultiplied, device pixels, ratio 1
};

/// Its picture, where one was asked for, comes before it: both are shown by one repaint.
struct CloudAnswer {
    std::uint64_t id = 0;
    std::shared_ptr<const LatentCloud> cloud; ///< null when memory ran out
};

/// Draws a job at once on the calling thread. image is used again when it has the right size and nobody else holds it.
[[nodiscard]] RasterFrame rasteriseNow(const RasterJob& job, QImage image, RasterScratch& scratch);

/// The map's own thread: makes clouds and pictures, newest request first come, older unread ones are dropped. Owned by LatentScatter;
/// all public functions belong to the GUI thread. Canvases go round: give the one no longer shown back with recycle().
class RasterThread {
public:
    /// notify is called on receiver's thread (a queued call) whenever an answer waits. receiver must outlive this object.
    RasterThread(QObject* receiver, std::function<void()> notify);
    ~RasterThread();
    RasterThread(const RasterThread&) = delete;
    RasterThread& operator=(const RasterThread&) = delete;

    void requestCloud(CloudRequest request);
    void requestFrame(RasterJob job);
    [[nodiscard]] std::optional<CloudAnswer> takeCloud() { return m_clouds.take(); }
    [[nodiscard]] std::optional<RasterFrame> takeFrame() { return m_frames.take(); }
    void recycle(QImage image);

private:
    void run(const std::stop_token& stop);
    void wake();
    void announce();
    void deliver(const RasterJob& job, RasterScratch& scratch);
    [[nodiscard]] QImage takeCanvas();

    QObject* m_receiver;
    std::function<void()> m_notify;
    LatestMailbox<CloudRequest> m_cloudRequests;
    LatestMailbox<RasterJob> m_jobs;
    LatestMailbox<CloudAnswer> m_clouds;
    LatestMailbox<RasterFrame> m_frames;
    std::mutex m_mutex; // of the two members below
    std::condition_variable_any m_condition;
    bool m_hasWork = false;
    std::mutex m_canvasMutex;
    std::vector<QImage> m_canvases;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace latentscape::ui
