// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_scatter.h"

#include <qcustomplot.h>

#include <cmath>
#include <utility>

namespace latentscape::ui {

namespace {
constexpr double kGuard = 48.0; // logical pixels
}

int canvasGuard(double ratio)
{
    return static_cast<int>(std::ceil(kGuard * ratio));
}

RasterView canvasView(const MapView& view, double ratio)
{
    const int guard = canvasGuard(ratio);
    RasterView canvas;
    canvas.ratio = ratio;
    canvas.scaleX = view.pixelsPerUnitX() * ratio;
    canvas.scaleY = view.pixelsPerUnitY() * ratio;
    canvas.width = static_cast<int>(std::ceil(view.size.width() * ratio)) + 2 * guard;
    canvas.height = static_cast<int>(std::ceil(view.size.height() * ratio)) + 2 * guard;
    canvas.left = view.range.x() - guard / canvas.scaleX;
    canvas.top = view.range.y() + view.range.height() + guard / canvas.scaleY;
    return canvas;
}

/// What QCustomPlot sees. Never selectable: picking is the map's, through the cloud's grid.
class LatentScatter::Plottable final : public QCPAbstractPlottable {
public:
    Plottable(QCPAxis* keyAxis, QCPAxis* valueAxis, LatentScatter& owner)
        : QCPAbstractPlottable(keyAxis, valueAxis)
        , m_owner(owner)
    {
        setSelectable(QCP::stNone);
    }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1.0; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override
    {
        found = m_owner.m_cloud && m_owner.m_cloud->count() > 0;
        return found ? QCPRange(m_owner.m_cloud->bounds().left, m_owner.m_cloud->bounds().right) : QCPRange();
    }
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override
    {
        found = m_owner.m_cloud && m_owner.m_cloud->count() > 0;
        return found ? QCPRange(m_owner.m_cloud->bounds().bottom, m_owner.m_cloud->bounds().top) : QCPRange();
    }

private:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}
    void blit(QCPPainter* painter, const RasterFrame& frame, const RasterView& wanted, QPointF origin) const;

    LatentScatter& m_owner;
};

void LatentScatter::Plottable::draw(QCPPainter* painter)
{
    LatentScatter& o = m_owner;
    ++o.m_drawCount;
    if (!o.m_cloud) {
        o.m_drawnSharp = false;
        return;
    }
    const QRectF area = keyAxis()->axisRect()->rect();
    if (area.isEmpty())
        return;
    if (o.m_synchronousRatio > 0.0) {
        const RasterJob job{o.m_cloud, o.m_style, canvasView(o.currentView(), o.m_synchronousRatio)};
        const RasterFrame frame = rasteriseNow(job, {}, o.m_scratch);
        blit(painter, frame, job.view, area.topLeft());
        return;
    }
    RasterJob wanted{o.m_cloud, o.m_style, canvasView(o.currentView(), painter->deviceTransform().m11())};
    if (std::optional<RasterFrame> finished = o.m_thread->takeFrame()) {
        // a picture that was asked for before may come after the one that was made along with the newest cloud
        if (!o.m_frame.job.shows(wanted) || finished->job.shows(wanted))
            std::swap(o.m_frame, *finished);
        o.m_thread->recycle(std::move(finished->image));
    }
    o.m_drawnSharp = o.m_frame.job.shows(wanted);
    if (!o.m_drawnSharp && !o.m_asked.shows(wanted)) {
        o.m_asked = wanted;
        o.m_thread->requestFrame(wanted);
    }
    if (!o.m_frame.image.isNull())
        blit(painter, o.m_frame, wanted.view, area.topLeft());
    if (o.m_drawnSharp) {
        o.m_asked = wanted;
        o.m_drawn = std::move(wanted);
    }
}

void LatentScatter::Plottable::blit(QCPPainter* painter, const RasterFrame& frame, const RasterView& wanted, QPointF origin) const
{
    const RasterView& have = frame.job.view;
    const int guard = canvasGuard(wanted.ratio);
    const double ratio = wanted.ratio;
    // Where the picture's corner stands on the canvas that is wanted, in device pixels.
    QPointF corner((have.left - wanted.left) * wanted.scaleX - guard, (wanted.top - have.top) * wanted.scaleY - guard);
    const double zoomX = wanted.scaleX / have.scaleX, zoomY = wanted.scaleY / have.scaleY;
    const bool sameScale = std::abs(zoomX - 1.0) < 1e-9 && std::abs(zoomY - 1.0) < 1e-9;
    if (sameScale) // whole device pixels: a copy, not a resampling
        corner = QPointF(std::round(corner.x()), std::round(corner.y()));
    painter->save();
    painter->translate(origin);
    painter->scale(1.0 / ratio, 1.0 / ratio);
    painter->setRenderHint(QPainter::SmoothPixmapTransform, false);
    if (sameScale)
        painter->drawImage(corner, frame.image);
    else
        painter->drawImage(QRectF(corner, QSizeF(have.width * zoomX, have.height * zoomY)), frame.image);
    painter->restore();
}

LatentScatter::LatentScatter(QCustomPlot* plot, QObject* parent)
    : QObject(parent)
    , m_plot(plot)
    , m_plottable(new Plottable(plot->xAxis, plot->yAxis, *this))
    , m_thread(std::make_unique<RasterThread>(this, [this] { answerArrived(); }))
{
}

LatentScatter::~LatentScatter()
{
    m_thread.reset();
    m_plot->removePlottable(m_plottable);
}

void LatentScatter::setCodes(std::shared_ptr<const LatentFrame> frame, const Plane& plane, std::shared_ptr<const Dataset> dataset)
{
    m_codes = {++m_cloudAsked, std::move(frame), plane, std::move(dataset), std::move(m_codes.colours), nullptr, {}, {}};
    request(m_codes);
}

void LatentScatter::request(CloudRequest request)
{
    if (m_asked.view.width > 0) { // drawn before: the picture will most likely be wanted in the view and style of now
        request.style = m_style;
        request.view = canvasView(currentView(), m_asked.view.ratio);
    }
    m_thread->requestCloud(std::move(request));
}

void LatentScatter::setColours(const CloudColours& colours)
{
    if (colours == m_codes.colours)
        return;
    m_codes.colours = colours;
    CloudRequest wanted = m_codes;
    wanted.id = m_cloudAsked + 1;
    if (m_cloud && m_codes.id <= m_cloudGot)
        wanted.base = m_cloud; // its points are the newest
    else if (!m_codes.frame)
        return; // nothing to colour yet
    m_cloudAsked = wanted.id;
    if (!wanted.base)
        m_codes.id = wanted.id;
    request(std::move(wanted));
}

void LatentScatter::setCloud(std::shared_ptr<const LatentCloud> cloud)
{
    m_cloudGot = ++m_cloudAsked;
    m_codes = {m_cloudGot, nullptr, m_codes.plane, nullptr, std::move(m_codes.colours), nullptr, {}, {}};
    m_cloud = std::move(cloud);
    if (!m_cloud) {
        m_thread->recycle(std::exchange(m_frame.image, {}));
        m_frame = {};
        m_asked = {};
        m_drawn = {};
    }
    Q_EMIT cloudChanged();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatentScatter::setStyle(ScatterStyle style)
{
    if (style == m_style)
        return;
    m_style = std::move(style);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

bool LatentScatter::settled() const
{
    if (m_cloudAsked != m_cloudGot)
        return false;
    if (!m_cloud)
        return true;
    return m_drawnSharp && m_drawn.shows({m_cloud, m_style, canvasView(currentView(), m_drawn.view.ratio)});
}

MapView LatentScatter::currentView() const
{
    const QCPRange x = m_plot->xAxis->range(), y = m_plot->yAxis->range();
    return {QRectF(x.lower, y.lower, x.size(), y.size()), QSizeF(m_plot->axisRect()->rect().size())};
}

void LatentScatter::answerArrived()
{
    if (std::optional<CloudAnswer> answer = m_thread->takeCloud()) {
        // an answer older than setCloud() is of no use; one older than the newest request still shows progress
        if (answer->id > m_cloudGot) {
            m_cloudGot = answer->id;
            if (answer->cloud) {
                m_cloud = std::move(answer->cloud);
                Q_EMIT cloudChanged();
            }
        }
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace latentscape::ui
