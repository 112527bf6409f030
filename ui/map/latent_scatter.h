// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/map_view.h"
#include "ui/map/raster_thread.h"

#include <QObject>

#include <cstdint>
#include <memory>

class QCustomPlot;

namespace latentscape::ui {

/// The canvas behind a view: its size in whole device pixels and a guard band on every side, so that marks at the edge are whole and a
/// small pan finds something to show at once.
[[nodiscard]] RasterView canvasView(const MapView& view, double ratio);
/// Width of that guard band in device pixels.
[[nodiscard]] int canvasGuard(double ratio);

/// The codes as a plottable of a QCustomPlot. Drawing copies the newest finished picture to where it belongs in the current view and asks
/// the raster thread for a sharp one; the plot is replotted when that comes. Lives on the GUI thread; owned by MapPlot.
class LatentScatter : public QObject {
    Q_OBJECT

public:
    /// Adds the plottable to plot's layer "main", over its first axis rect. plot must outlive this object.
    explicit LatentScatter(QCustomPlot* plot, QObject* parent = nullptr);
    ~LatentScatter() override;

    /// Asks for a cloud of these codes; cloudChanged() follows. Costs nothing on the calling thread.
    void setCodes(std::shared_ptr<const LatentFrame> frame, const Plane& plane, std::shared_ptr<const Dataset> dataset);
    /// Takes a finished cloud (null clears) and forgets requests under way. Replots.
    void setCloud(std::shared_ptr<const LatentCloud> cloud);
    [[nodiscard]] const std::shared_ptr<const LatentCloud>& cloud() const noexcept { return m_cloud; }
    /// Colours for this cloud and those to come: newest wins, cloudChanged() follows. Costs nothing on the calling thread.
    void setColours(const CloudColours& colours);
    void setStyle(ScatterStyle style);
    /// Whether a point of the cloud can be seen where it is in view: no class, filter or opacity hides it.
    [[nodiscard]] bool isDrawn(std::size_t point) const { return m_style.draws(m_cloud->keys()[point]); }

    /// Non-zero: draw at once, at this many device pixels a logical one, instead of through the thread (exports, comparisons).
    void setSynchronousRatio(double ratio) { m_synchronousRatio = ratio; }
    /// The last drawing showed exactly the newest codes, colours and view.
    [[nodiscard]] bool settled() const;
    /// How often the points were drawn or copied since the start.
    [[nodiscard]] int drawCount() const noexcept { return m_drawCount; }

Q_SIGNALS:
    void cloudChanged();

private:
    class Plottable;
    void answerArrived();
    [[nodiscard]] MapView currentView() const;
    void request(CloudRequest request);

    QCustomPlot* m_plot;
    Plottable* m_plottable; // owned by the plot
    std::shared_ptr<const LatentCloud> m_cloud;
    CloudRequest m_codes;  // the newest codes asked for, and the colours; no frame after setCloud()
    ScatterStyle m_style;
    std::uint64_t m_cloudAsked = 0, m_cloudGot = 0;
    RasterFrame m_frame;   // the newest finished picture
    RasterJob m_asked;     // the newest request
    RasterJob m_drawn;     // what the last drawing showed, when it was sharp
    bool m_drawnSharp = false;
    double m_synchronousRatio = 0.0;
    int m_drawCount = 0;
    RasterScratch m_scratch; // of synchronous drawing
    std::unique_ptr<RasterThread> m_thread;
};

} // namespace latentscape::ui
