// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map.h"

#include "ui/map/latent_map_accessible.h"
#include "ui/map/latent_map_private.h"
#include "ui/map/map_export.h"

#include <QEvent>
#include <QResizeEvent>
#include <QWindow>

#include <utility>

namespace latentscape::ui {

namespace {

constexpr int kFollowMs = 350;
constexpr int kCardDelayMs = 125;

} // namespace

LatentMap::LatentMap(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>(*this))
{
    installLatentMapAccessible();
    setAccessibleName(tr("Latent map"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    d->plot = std::make_unique<MapPlot>(this);
    d->overlay = new MapOverlay(this);
    d->legend = new MapLegend(this);
    d->bar = new MapColourBar(this);
    d->gizmo = new MapGizmo(this);
    d->hint = new MapHint(this);
    d->card = new HoverCard(this);

    connect(&d->plot->scatter(), &LatentScatter::cloudChanged, this, [this] { d->cloudArrived(); });
    connect(d->plot.get(), &MapPlot::aboutToReplot, this, [this] { d->overlay->setView(d->view); });
    connect(d->overlay, &MapOverlay::painted, this, &LatentMap::overlayPainted);
    connect(d->legend, &MapLegend::hiddenChanged, this, [this] { d->refreshStyle(); });
    connect(d->legend, &MapLegend::emphasisChanged, this, [this] { d->refreshStyle(); });
    connect(d->bar, &MapColourBar::filterGrabbed, this, &LatentMap::valueFilterGrabbed);
    connect(d->bar, &MapColourBar::filterChanged, this, [this](std::optional<std::pair<double, double>> range) {
        d->colours.filter = range;
        d->recolour();
        Q_EMIT valueFilterChanged(range);
    });
    connect(d->hint, &MapHint::sentenceChanged, this, [this] { d->placeInsets(); });
    d->cardTimer.setSingleShot(true);
    d->cardTimer.setInterval(kCardDelayMs);
    connect(&d->cardTimer, &QTimer::timeout, this, [this] { d->showCard(); });
    d->follow.setDuration(kFollowMs);
    d->follow.setStartValue(0.0);
    d->follow.setEndValue(1.0);
    d->follow.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&d->follow, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        const auto between = [t](double a, double b) { return a + (b - a) * t; };
        const QRectF &a = d->followFrom, &b = d->followTo;
        d->setView({between(a.x(), b.x()), between(a.y(), b.y()), between(a.width(), b.width()), between(a.height(), b.height())});
    });
    d->plot->changeDecor([this](MapDecor& decor) {
        decor.font = font();
        decor.priorMean = PlanePoint();
        decor.emptyText = tr("Press Train: the codes of all images will appear here, coloured by label.");
    });
    setTheme(Theme::light());
    d->setView(d->fittingRange());
}

LatentMap::~LatentMap()
{
    // Before the private part goes: ~QWidget would still send them events (a lost focus), whose signals end in it.
    delete d->legend;
    delete d->bar;
    delete d->gizmo;
    delete d->hint;
    delete d->card;
    delete d->overlay;
}

void LatentMap::setDataset(std::shared_ptr<const Dataset> dataset)
{
    if (dataset == d->dataset)
        return;
    d->dataset = std::move(dataset);
    QStringList names;
    if (d->dataset) {
        for (const std::string& name : d->dataset->classNames())
            names.append(QString::fromStdString(name));
    }
    d->legend->setNames(names);
    d->legend->hide(); // until there are codes
    d->plot->changeDecor([&](MapDecor& decor) { decor.names = names; });
    setCodes(nullptr, d->plane);
}

void LatentMap::setCodes(std::shared_ptr<const LatentFrame> frame, const Plane& plane)
{
    if (!frame || frame->count() == 0) {
        d->asked = nullptr;
        d->ownView = false;
        d->fitNext = true;
        d->plot->scatter().setCloud(nullptr);
        return;
    }
    const bool newRun = !d->asked || frame->generation < d->asked->generation || frame->latent != d->asked->latent;
    const bool newPlane = plane.kind() != d->plane.kind() || plane.axisI() != d->plane.axisI() || plane.axisJ() != d->plane.axisJ();
    if (d->asked && (newRun || newPlane)) {
        d->fitNext = true;
        d->ownView = false;
    }
    d->asked = frame;
    d->plane = plane;
    d->plot->scatter().setCodes(std::move(frame), plane, d->dataset);
}

void LatentMap::setProbe(PlanePoint point)
{
    d->probe = point;
    d->overlay->setProbe(point);
}

PlanePoint LatentMap::probe() const
{
    return d->probe;
}

void LatentMap::setPicked(std::optional<std::size_t> row)
{
    d->pickedRow = row;
    d->refreshPicked();
}

void LatentMap::setPath(const std::vector<PlanePoint>& anchors, Interpolation)
{
    d->anchors = anchors;
    d->overlay->setPath(anchors);
    if (d->selectedAnchor >= static_cast<int>(anchors.size()))
        d->selectAnchor(static_cast<int>(anchors.size()) - 1);
}

void LatentMap::setPathCurve(const std::vector<PlanePoint>& curve)
{
    d->overlay->setPathCurve(curve);
}

void LatentMap::setPathPosition(std::optional<PlanePoint> point)
{
    d->overlay->setPathPosition(point);
}

void LatentMap::fitView()
{
    d->follow.stop();
    d->ownView = false;
    d->setView(d->fittingRange());
}

QRectF LatentMap::viewRange() const
{
    return d->view.range;
}

void LatentMap::setViewRange(const QRectF& range)
{
    if (!(range.width() > 0.0) || !(range.height() > 0.0))
        return;
    d->follow.stop();
    d->ownView = true;
    d->setView(range);
}

std::vector<LatentMap::ClassEntry> LatentMap::classes() const
{
    std::vector<ClassEntry> entries;
    if (!d->cloud())
        return entries;
    const bool legend = d->cloud()->layout().kind != MapColouring::Kind::Values; // else nothing is hidden by class
    const std::vector<bool>& hidden = d->legend->hiddenClasses();
    for (const ClassSummary& c : d->cloud()->classes()) {
        const auto label = static_cast<std::size_t>(c.label);
        entries.push_back({c.label, d->plot->decor().names.value(c.label), c.count, !legend || label >= hidden.size() || !hidden[label],
                           legend ? d->legend->rowRect(c.label).translated(d->legend->pos()) : QRect()});
    }
    return entries;
}

std::size_t LatentMap::hiddenCount() const
{
    return d->hiddenCodes;
}

void LatentMap::isolateClass(int label)
{
    d->legend->isolate(label);
}

QPointF LatentMap::toPixel(PlanePoint point) const
{
    return d->view.toPixel(point);
}

PlanePoint LatentMap::toPlane(QPointF pixel) const
{
    return d->view.toPlane(pixel);
}

bool LatentMap::settled() const
{
    return !d->plot->replotPending() && d->follow.state() != QAbstractAnimation::Running && d->plot->scatter().settled();
}

int LatentMap::scatterDraws() const
{
    return d->plot->scatter().drawCount();
}

QImage LatentMap::renderedImage(double scale) const
{
    return renderMapImage(*d->plot, d->insets(), size(), scale);
}

bool LatentMap::exportTo(const QString& path, double scale)
{
    return exportMap(*d->plot, d->insets(), size(), scale, path);
}

QSize LatentMap::sizeHint() const
{
    return {832, 508};
}

QSize LatentMap::minimumSizeHint() const
{
    return {220, 64}; // with a path and a message in the lowest window; it has what the others leave
}

bool LatentMap::event(QEvent* event)
{
    if (event->type() == QEvent::ScreenChangeInternal)
        d->updateDeviceRatio();
    return QWidget::event(event);
}

void LatentMap::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    d->updateDeviceRatio();
    // Qt 6.4 tells of a new device ratio only through the window's screen.
    if (QWindow* handle = window()->windowHandle(); handle && !std::exchange(d->watchesScreen, true))
        connect(handle, &QWindow::screenChanged, this, [this] { d->updateDeviceRatio(); });
}

void LatentMap::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // The range first: the plot draws itself as soon as its geometry changes.
    if (d->ownView && event->oldSize().isValid()) { // keep the scale and the middle
        const double unitsPerPixel = 1.0 / d->view.pixelsPerUnitX();
        const QSizeF extent = QSizeF(size()) * unitsPerPixel;
        const QPointF middle = d->view.range.center();
        d->setView({middle.x() - extent.width() / 2, middle.y() - extent.height() / 2, extent.width(), extent.height()});
    } else {
        d->follow.stop();
        d->setView(d->fittingRange());
    }
    d->plot->widget()->setGeometry(rect());
    d->overlay->setGeometry(rect());
    d->overlay->setView(d->view);
    d->placeInsets();
    d->endHover();
    d->updateDeviceRatio();
}

void LatentMap::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        d->plot->changeDecor([this](MapDecor& decor) { decor.font = font(); });
        d->placeInsets();
    }
}

} // namespace latentscape::ui
