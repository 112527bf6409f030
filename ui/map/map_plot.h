// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/latent_scatter.h"
#include "ui/map/map_decor.h"

#include <QObject>

#include <functional>
#include <memory>

class QPaintDevice;
class QPainter;
class QWidget;

namespace latentscape::ui {

/// The drawn part of the map: a QCustomPlot with grid, points, prior circles, names. It takes no events; LatentMap owns it and handles
/// the person. GUI thread only. A change asks for one replot at the next turn of the event loop.
class MapPlot : public QObject {
    Q_OBJECT

public:
    explicit MapPlot(QWidget* parent);
    ~MapPlot() override;

    [[nodiscard]] QWidget* widget() const;
    [[nodiscard]] LatentScatter& scatter() const;
    [[nodiscard]] const MapDecor& decor() const;
    /// Edits the decoration in place and asks for a replot.
    void changeDecor(const std::function<void(MapDecor&)>& change);
    /// The range that is shown; the size is the widget's.
    void setRange(const QRectF& range);
    void setDeviceRatio(double ratio);
    void queueReplot();
    [[nodiscard]] bool replotPending() const;

    /// Draws everything, points rastered at ratio device pixels a logical one, then calls after on the same painter.
    void render(QPaintDevice* device, double ratio, const std::function<void(QPainter&)>& after);

Q_SIGNALS:
    void aboutToReplot();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace latentscape::ui
