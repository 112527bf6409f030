// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the latent map's drawing and prints JSON. Nothing is asserted: machines differ. Every figure is a median of alternating repeats.
// All times are processor time of one thread.
//   full_repaint: 60 000 codes on a plot of 900 × 700, our raster on one thread against QCustomPlot's own anti-aliased discs
//   coloured:     values with filter and selection: their keys, their raster with depth, a lasso of 200 corners
//   pan, drag:    GUI time of one frame of the whole map, 1 000 codes against 1 000 000
// usage: bench_scatter [repeats]
#include "core/explore/lasso.h"
#include "support/map_data.h"
#include "ui/map/latent_map.h"
#include "ui/map/latent_scatter.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

using namespace latentscape;
using namespace latentscape::ui;

namespace {

constexpr int kWidth = 900, kHeight = 700;

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[values.size() / 2];
}

/// Milliseconds that this thread has spent on a processor.
double threadMs()
{
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

/// Processor time of some work on this thread: other programs do not disturb it as they would a clock on the wall.
double milliseconds(const std::function<void()>& work)
{
    const double before = threadMs();
    work();
    return threadMs() - before;
}

void preparePlot(QCustomPlot& plot)
{
    plot.resize(kWidth, kHeight);
    plot.setViewport(QRect(0, 0, kWidth, kHeight));
    plot.axisRect()->setAutoMargins(QCP::msNone);
    plot.axisRect()->setMargins({0, 0, 0, 0});
    plot.xAxis->setRange(-5.0, 5.0);
    plot.yAxis->setRange(-3.9, 3.9);
    plot.layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmLogical);
}

QJsonObject fullRepaint(std::size_t count, int repeats)
{
    const auto cloud = tests::clusterCloud(count, 10);
    QCustomPlot own, stock, empty;
    for (QCustomPlot* plot : {&own, &stock, &empty})
        preparePlot(*plot);
    LatentScatter scatter(&own);
    scatter.setStyle(makeScatterStyle(Theme::light(), 10, {}, -1));
    scatter.setCloud(cloud);
    scatter.setSynchronousRatio(1.0);
    for (int label = 0; label < 10; ++label) {
        QCPGraph* graph = stock.addGraph();
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setAdaptiveSampling(false);
        QColor color = Theme::light().classColor(label);
        color.setAlphaF(0.5f);
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, Qt::NoPen, color, 4.0));
        QVector<double> x, y;
        for (std::size_t i = 0; i < cloud->count(); ++i) {
            if (cloud->labels()[i] == label) {
                x.append(cloud->at(i).x);
                y.append(cloud->at(i).y);
            }
        }
        graph->setData(x, y);
    }
    std::vector<double> ownMs, stockMs, emptyMs;
    for (int i = 0; i < repeats + 1; ++i) {
        const double shift = 0.003 * i;
        std::vector<double> all;
        for (QCustomPlot* plot : {&own, &stock, &empty}) {
            plot->xAxis->setRange(-5.0 + shift, 5.0 + shift);
            all.push_back(milliseconds([plot] { plot->replot(QCustomPlot::rpQueuedRefresh); }));
        }
        if (i == 0)
            continue; // caches and sprites
        ownMs.push_back(all[0]);
        stockMs.push_back(all[1]);
        emptyMs.push_back(all[2]);
    }
    return {{"codes", static_cast<qint64>(count)},
            {"own_ms", median(ownMs)},
            {"stock_ms", median(stockMs)},
            {"plot_without_codes_ms", median(emptyMs)},
            {"ratio", median(stockMs) / median(ownMs)}};
}

/// The raster alone, every level.
QJsonObject rasterAlone(std::size_t count, int repeats)
{
    const auto cloud = tests::clusterCloud(count, 10);
    const ScatterStyle style = makeScatterStyle(Theme::light(), 10, {}, -1);
    const RasterView view = canvasView({QRectF(-5, -3.9, 10, 7.8), QSizeF(kWidth, kHeight)}, 1.0);
    QImage image(view.width, view.height, QImage::Format_ARGB32_Premultiplied);
    const Canvas canvas{reinterpret_cast<std::uint32_t*>(image.bits()), view.width, view.height, image.bytesPerLine() / 4};
    QJsonObject result{{"codes", static_cast<qint64>(count)}};
    const char* names[] = {"portable_ms", "sse2_ms", "avx2_ms"};
    std::vector<std::vector<double>> times(3);
    RasterScratch scratch;
    for (int i = 0; i < repeats; ++i) {
        for (const SimdLevel level : availableSimdLevels())
            times[static_cast<std::size_t>(level)].push_back(
                milliseconds([&] { rasterise(*cloud, style, view, canvas, {0, view.height}, scratch, level); }));
    }
    for (const SimdLevel level : availableSimdLevels())
        result.insert(QLatin1String(names[static_cast<std::size_t>(level)]), median(times[static_cast<std::size_t>(level)]));
    return result;
}

/// Work of the raster thread beyond plain labels, and the lasso's look-up, which is the GUI thread's.
QJsonObject colouredClouds(std::size_t count, int repeats)
{
    CloudColours colours = tests::colouredBy(MapColouring::Kind::Values, count);
    colours.selection = tests::everySeventh(count);
    colours.filter = {0.1, 0.9};
    const auto flat = tests::clusterCloud(count, 10);
    const auto shaded = tests::clusterCloud(count, 10, 1, /*deep=*/true, colours);
    const RasterView view = canvasView({QRectF(-5, -3.9, 10, 7.8), QSizeF(kWidth, kHeight)}, 1.0);
    QImage image(view.width, view.height, QImage::Format_ARGB32_Premultiplied);
    const Canvas canvas{reinterpret_cast<std::uint32_t*>(image.bits()), view.width, view.height, image.bytesPerLine() / 4};
    const ScatterStyle style = tests::styleOf(*shaded);
    std::vector<PlanePoint> polygon;
    for (int i = 0; i < 200; ++i) {
        const double angle = 6.283 * i / 200, radius = 1.5 + 0.4 * std::sin(7 * angle);
        polygon.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    }
    RasterScratch scratch;
    std::vector<double> recolour, raster, lasso;
    std::size_t found = 0;
    for (int i = 0; i < repeats; ++i) {
        recolour.push_back(milliseconds([&] { found += flat->recoloured(colours)->shownCount(); }));
        raster.push_back(milliseconds([&] { rasterise(*shaded, style, view, canvas, scratch); }));
        lasso.push_back(milliseconds([&] { found += pointsInPolygon(flat->x(), flat->y(), polygon).size(); }));
    }
    return {{"codes", static_cast<qint64>(count)}, {"recolour_ms", median(recolour)}, {"raster_ms", median(raster)}, {"lasso_ms", median(lasso)},
            {"found", static_cast<qint64>(found)}};
}

std::unique_ptr<LatentMap> mapWith(std::size_t count)
{
    auto map = std::make_unique<LatentMap>();
    map->resize(kWidth, kHeight);
    map->show();
    const auto cloud = tests::clusterCloud(count, 10);
    std::vector<std::pair<float, float>> points;
    for (std::size_t i = 0; i < count; ++i)
        points.emplace_back(cloud->x()[i], cloud->y()[i]);
    map->setDataset(tests::mapDataset(count, 10));
    map->setCodes(tests::frameOf(points), Plane::axes(2, 0, 1));
    if (!QTest::qWaitFor([&] { return map->settled(); }, 20'000))
        std::fprintf(stderr, "the map of %zu codes did not settle\n", count);
    return map;
}

/// GUI-thread milliseconds of each of some frames: a change, then the event loop until the points stand in their new place.
void panFrames(LatentMap& map, double factor, std::vector<double>& out)
{
    const QRectF start = map.viewRange();
    for (int i = 1; i <= 12; ++i) {
        QRectF range = start.translated(0.01 * i * start.width(), 0.0);
        range.setSize(range.size() * std::pow(factor, i));
        const int draws = map.scatterDraws();
        const double before = threadMs();
        map.setViewRange(range);
        while (map.scatterDraws() == draws)
            QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        out.push_back(threadMs() - before);
        QTest::qWait(8);
    }
    map.fitView();
    static_cast<void>(QTest::qWaitFor([&] { return map.settled(); }, 5'000));
}

void dragFrames(LatentMap& map, std::vector<double>& out)
{
    int painted = 0;
    const auto connection = QObject::connect(&map, &LatentMap::overlayPainted, &map, [&] { ++painted; });
    QTest::mousePress(&map, Qt::LeftButton, {}, QPoint(5, 5));
    for (int i = 0; i < 24; ++i) {
        const int seen = painted;
        const QPoint at(250 + 15 * i, 200 + 12 * i);
        const double before = threadMs();
        QTest::mouseMove(&map, at);
        while (painted == seen)
            QCoreApplication::processEvents();
        out.push_back(threadMs() - before);
    }
    QTest::mouseRelease(&map, Qt::LeftButton, {}, QPoint(5, 5));
    QObject::disconnect(connection);
}

QJsonObject comparison(const std::vector<double>& few, const std::vector<double>& many)
{
    return {{"ms_1000", median(few)}, {"ms_1000000", median(many)}, {"ratio", median(many) / median(few)}};
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && !qEnvironmentVariableIsSet("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
    QJsonObject report{{"repeats", repeats}, {"size", QStringLiteral("900x700")}, {"device_ratio", app.devicePixelRatio()}};
    report.insert(QStringLiteral("full_repaint"), fullRepaint(60'000, repeats));
    report.insert(QStringLiteral("raster_discs"), rasterAlone(60'000, repeats));
    report.insert(QStringLiteral("raster_density"), rasterAlone(1'000'000, repeats));
    report.insert(QStringLiteral("coloured_60000"), colouredClouds(60'000, repeats));
    report.insert(QStringLiteral("coloured_1000000"), colouredClouds(1'000'000, repeats));
    const auto few = mapWith(1'000), many = mapWith(1'000'000);
    std::vector<double> panFew, panMany, zoomFew, zoomMany, dragFew, dragMany;
    for (int i = 0; i < repeats; ++i) {
        panFrames(*few, 1.0, panFew);
        panFrames(*many, 1.0, panMany);
        panFrames(*few, 0.97, zoomFew);
        panFrames(*many, 0.97, zoomMany);
        dragFrames(*few, dragFew);
        dragFrames(*many, dragMany);
    }
    report.insert(QStringLiteral("pan_frame_gui"), comparison(panFew, panMany));
    report.insert(QStringLiteral("zoom_frame_gui"), comparison(zoomFew, zoomMany));
    report.insert(QStringLiteral("drag_frame_gui"), comparison(dragFew, dragMany));
    std::fputs(QJsonDocument(report).toJson().constData(), stdout);
    return 0;
}
