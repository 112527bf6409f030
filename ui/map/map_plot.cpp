// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/map_plot.h"

#include <qcustomplot.h>

#include <utility>

namespace latentscape::ui {

namespace {

/// A layer's content drawn by a function.
class Painted final : public QCPLayerable {
public:
    Painted(QCustomPlot* plot, const QString& layer, std::function<void(QCPPainter&)> paint)
        : QCPLayerable(plot, layer)
        , m_paint(std::move(paint))
    {
    }

private:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override { m_paint(*painter); }

    std::function<void(QCPPainter&)> m_paint;
};

} // namespace

struct MapPlot::Private {
    QCustomPlot* plot = nullptr; // owned by its parent widget
    std::unique_ptr<LatentScatter> scatter;
    std::unique_ptr<Painted> grid, foreground;
    MapDecor decor;
    bool pending = false;
    double renderRatio = 1.0; ///< of a picture made by render()

    [[nodiscard]] MapView view() const
    {
        const QCPRange x = plot->xAxis->range(), y = plot->yAxis->range();
        return {QRectF(x.lower, y.lower, x.size(), y.size()), QSizeF(plot->axisRect()->rect().size())};
    }
};

MapPlot::MapPlot(QWidget* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    auto* plot = new QCustomPlot(parent);
    d->plot = plot;
    plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setNoAntialiasingOnDrag(true);
    plot->setBackground(QBrush(d->decor.theme.surface));
    plot->setPlottingHints(QCP::phFastPolylines);
    // An own buffer for QCustomPlot's overlay would cost a full-size copy at every paint; the map has its own overlay.
    plot->layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmLogical);
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setMargins(QMargins(0, 0, 0, 0));
    plot->axisRect()->setMinimumSize(1, 1);
    for (QCPAxis* axis : plot->axisRect()->axes()) {
        axis->setVisible(false);
        axis->grid()->setVisible(false);
    }
    d->grid = std::make_unique<Painted>(plot, QStringLiteral("grid"), [this](QCPPainter& painter) {
        drawBackdrop(painter, d->decor, d->view(), d->renderRatio);
        drawGrid(painter, d->decor, d->view());
    });
    d->foreground = std::make_unique<Painted>(plot, QStringLiteral("axes"), [this](QCPPainter& painter) {
        drawForeground(painter, d->decor, d->view(), d->scatter->cloud().get());
    });
    d->scatter = std::make_unique<LatentScatter>(plot);
    connect(plot, &QCustomPlot::beforeReplot, this, &MapPlot::aboutToReplot);
    connect(plot, &QCustomPlot::afterReplot, this, [this] { d->pending = false; });
}

MapPlot::~MapPlot()
{
    // the layerables must leave before the plot does
    d->scatter.reset();
    d->grid.reset();
    d->foreground.reset();
    delete d->plot;
}

QWidget* MapPlot::widget() const
{
    return d->plot;
}

LatentScatter& MapPlot::scatter() const
{
    return *d->scatter;
}

const MapDecor& MapPlot::decor() const
{
    return d->decor;
}

void MapPlot::changeDecor(const std::function<void(MapDecor&)>& change)
{
    const QColor ground = d->decor.theme.surface;
    change(d->decor);
    if (d->decor.theme.surface != ground)
        d->plot->setBackground(QBrush(d->decor.theme.surface));
    queueReplot();
}

void MapPlot::setRange(const QRectF& range)
{
    d->plot->xAxis->setRange(range.left(), range.left() + range.width());
    d->plot->yAxis->setRange(range.top(), range.top() + range.height());
    queueReplot();
}

void MapPlot::setDeviceRatio(double ratio)
{
    if (d->plot->bufferDevicePixelRatio() == ratio)
        return;
    d->plot->setBufferDevicePixelRatio(ratio);
    queueReplot();
}

void MapPlot::queueReplot()
{
    d->pending = true;
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

bool MapPlot::replotPending() const
{
    return d->pending;
}

void MapPlot::render(QPaintDevice* device, double ratio, const std::function<void(QPainter&)>& after)
{
    QCPPainter painter;
    if (!painter.begin(device))
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    d->scatter->setSynchronousRatio(ratio);
    d->renderRatio = ratio;
    d->plot->toPainter(&painter, d->plot->width(), d->plot->height());
    d->scatter->setSynchronousRatio(0.0);
    if (after)
        after(painter);
    painter.end();
}

} // namespace latentscape::ui
