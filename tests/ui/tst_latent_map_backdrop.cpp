// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"
#include "ui/map/map_colour_bar.h"
#include "ui/map/map_overlay.h"

#include <QFile>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include <set>

using namespace latentscape;
using namespace latentscape::tests;

class TestLatentMapBackdrop : public LatentMapFixture {
    Q_OBJECT

private:
    static constexpr std::size_t kCodes = kSide * kSide;
    CloudColours m_values = colouredBy(MapColouring::Kind::Values, kCodes);

    void colourByValues()
    {
        m_map->setColouring(m_values.colouring);
        QTRY_VERIFY(m_map->settled());
    }
    [[nodiscard]] QColor colourAt(const QImage& image, PlanePoint p) const { return image.pixelColor(pixel(p)); }
    /// A picture of 3 × 2 cells, all different, over x −3 … 3, y −2 … 2.
    static MapBackdrop cells(bool smooth = false)
    {
        MapBackdrop backdrop;
        backdrop.image = QImage(3, 2, QImage::Format_RGB32);
        for (int y = 0; y < 2; ++y) {
            for (int x = 0; x < 3; ++x)
                backdrop.image.setPixelColor(x, y, QColor(60 + 70 * x, 60 + 120 * y, 150));
        }
        backdrop.range = QRectF(-3.0, -2.0, 6.0, 4.0);
        backdrop.smooth = smooth;
        backdrop.pointOpacity = 0.0;
        return backdrop;
    }
    void bare() // nothing but ground and backdrop where the tests look
    {
        m_map->setLabelledClusters(false);
        QTRY_VERIFY(m_map->settled());
    }

private Q_SLOTS:
    void backdrop_anyRatio_liesWhereItBelongs_data()
    {
        QTest::addColumn<double>("ratio");
        for (const double ratio : {1.0, 1.25, 1.5, 2.0})
            QTest::addRow("%.2f", ratio) << ratio;
    }
    void backdrop_anyRatio_liesWhereItBelongs()
    {
        QFETCH(double, ratio);
        m_map->setCodes(latticeInSpace(), Plane::spanning(PlaneKind::Principal, {1e3, 0.0, 0.0}, {1.0, 0.0, 0.0}, {0.0, 1.0, 0.0})); // the prior's circles are far
        bare();
        const MapBackdrop backdrop = cells();
        m_map->setBackdrop(backdrop);
        QTRY_VERIFY(m_map->settled());
        // cells stay at their place in the plane for every view
        for (const QRectF& view : {QRectF(-3.6, -3.0, 7.2, 6.0), QRectF(-1.31, -0.77, 2.6, 2.1), QRectF(0.9, -0.05, 0.12, 0.1), QRectF(0.97, -0.0001, 0.0003, 0.0002)}) {
            m_map->setViewRange(view);
            QTRY_VERIFY(m_map->settled());
            const QImage image = m_map->renderedImage(ratio);
            int compared = 0;
            for (int y = 40; y < 440; y += 7) {
                for (int x = 60; x < 480; x += 7) {
                    const QPointF pixelCentre(x, y);
                    const PlanePoint p = m_map->toPlane(pixelCentre);
                    const double column = p.x + 3.0, row = 2.0 - p.y; // of cells two units wide and high
                    if (column < 0.0 || column >= 6.0 || row < 0.0 || row >= 4.0)
                        continue;
                    const double slack = 2.0 * m_map->viewRange().width() / m_map->width();
                    const auto nearEdge = [slack](double place) { return std::abs(std::remainder(place, 2.0)) < slack; };
                    if (nearEdge(column) || nearEdge(row))
                        continue;
                    const QColor wanted = backdrop.image.pixelColor(static_cast<int>(column / 2.0), static_cast<int>(row / 2.0));
                    const QColor shown = image.pixelColor((pixelCentre * ratio).toPoint());
                    const int off = std::abs(shown.red() - wanted.red()) + std::abs(shown.green() - wanted.green()) + std::abs(shown.blue() - wanted.blue());
                    QVERIFY2(off < 90, qPrintable(QStringLiteral("%1 %2 at %3 %4").arg(shown.name(), wanted.name()).arg(x).arg(y))); // a grid line
                    compared += shown == wanted ? 1 : 0;
                }
            }
            QVERIFY2(compared > 1'000, qPrintable(QString::number(compared)));
        }
    }

    void backdrop_outsideItsRange_leavesTheGround()
    {
        bare();
        m_map->setBackdrop(cells());
        m_map->setViewRange(QRectF(4.0, 4.0, 3.0, 3.0));
        QTRY_VERIFY(m_map->settled());
        const QImage image = m_map->renderedImage(1.0).copy(100, 50, 350, 350);
        QVERIFY(inkedPixels(image, Theme::light().surface) < 350 * 350 / 20); // lines of the grid
    }

    void backdrop_smooth_interpolatesBetweenCells()
    {
        bare();
        const auto middleShades = [&](bool smooth) {
            m_map->setBackdrop(cells(smooth));
            m_map->setViewRange(QRectF(-3.0, -2.5, 6.0, 5.0));
            (void)QTest::qWaitFor([&] { return m_map->settled(); });
            const QImage image = m_map->renderedImage(1.0);
            std::set<QRgb> shades;
            for (int x = 60; x < 460; ++x)
                shades.insert(image.pixel(x, 173));
            return shades.size();
        };
        QVERIFY(middleShades(true) > 50);
        QVERIFY(middleShades(false) < 40);
    }

    void backdrop_pointOpacity_fadesAndHidesPoints()
    {
        bare();
        const auto inkAtCodes = [&](double pointOpacity) {
            MapBackdrop backdrop = cells();
            backdrop.opacity = 0.0;
            backdrop.pointOpacity = pointOpacity;
            m_map->setBackdrop(backdrop);
            (void)QTest::qWaitFor([&] { return m_map->settled(); });
            const QColor c = colourAt(m_map->renderedImage(1.0), {-0.5, 0.5});
            return 255 * 3 - c.red() - c.green() - c.blue();
        };
        const int whole = inkAtCodes(1.0), half = inkAtCodes(0.5), none = inkAtCodes(0.0);
        QVERIFY(half < whole * 3 / 4 && half > whole / 4);
        QVERIFY(none < whole / 8);
        QSignalSpy picked(m_map.get(), &LatentMap::picked), moved(m_map.get(), &LatentMap::probeMoved);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({-0.5, 0.5})); // what cannot be seen cannot be picked
        QCOMPARE(picked.count(), 0);
        QCOMPARE(moved.count(), 1);
        m_map->setBackdrop({});
        QTRY_VERIFY(m_map->settled());
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({-0.5, 0.5}));
        QCOMPARE(picked.count(), 1);
    }

    void backdrop_screen_equalsTheRenderedMap()
    {
        m_map->setBackdrop(cells(true));
        showInSpace();
        colourByValues();
        m_map->findChild<MapOverlay*>()->hide();
        const QImage screen = m_map->grab().toImage().convertToFormat(QImage::Format_RGB32);
        const QImage rendered = m_map->renderedImage(m_map->devicePixelRatioF()).convertToFormat(QImage::Format_RGB32);
        int different = 0;
        for (int y = 0; y < screen.height(); ++y) {
            for (int x = 0; x < screen.width() - 130; ++x) // insets' translucent grounds round differently
                different += screen.pixel(x, y) != rendered.pixel(x, y);
        }
        QVERIFY2(different < 400, qPrintable(QString::number(different)));
    }

    void key_withRoom_standsBehindTheCaptionFromLowToHigh()
    {
        const QColor low(255, 0, 255), high(0, 255, 0);
        const auto columnsOf = [this](const QColor& wanted) { // of the lowest line of text
            const QImage image = m_map->renderedImage(1.0);
            std::set<int> columns;
            for (int y = image.height() - 24; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    if (std::abs(c.red() - wanted.red()) + std::abs(c.green() - wanted.green()) + std::abs(c.blue() - wanted.blue()) < 40)
                        columns.insert(x);
                }
            return columns;
        };
        MapBackdrop backdrop = cells();
        backdrop.caption = QStringLiteral("behind: prior holes, 12.3 % of its mass");
        m_map->setBackdrop(backdrop);
        bare();
        QVERIFY(columnsOf(low).empty() && columnsOf(high).empty());
        backdrop.key = {{low, QColor(Qt::white), high}, QStringLiteral("100× fewer"), QStringLiteral("100× more")};
        m_map->setBackdrop(backdrop);
        QTRY_VERIFY(m_map->settled());
        QVERIFY(!columnsOf(low).empty() && !columnsOf(high).empty());
        QVERIFY(*columnsOf(low).rbegin() < *columnsOf(high).begin());
        QVERIFY(*columnsOf(high).rbegin() < m_map->width());
        m_map->resize(330, 500); // the words come first
        QTRY_VERIFY(m_map->settled());
        QVERIFY(columnsOf(low).empty() && columnsOf(high).empty());
    }

    void exports_withBackdropAndBar_holdBoth()
    {
        QTemporaryDir dir;
        m_map->setBackdrop(cells());
        colourByValues();
        m_map->fitView();
        QTRY_VERIFY(m_map->settled());
        const auto* bar = m_map->findChild<MapColourBar*>();
        const QPoint inBar = bar->pos() + QPoint(bar->barRect().center().x(), bar->barRect().top() + bar->barRect().height() / 2);
        const QPoint inCell = pixel({0.55, 1.32});
        const QString svg = dir.filePath(QStringLiteral("map.svg")), pdf = dir.filePath(QStringLiteral("map.pdf"));
        QVERIFY(m_map->exportTo(svg, 2.0));
        QVERIFY(m_map->exportTo(pdf, 2.0));
        QVERIFY(QFile(pdf).size() > 5'000);
        QImage vectors(600, 500, QImage::Format_ARGB32_Premultiplied);
        vectors.fill(Qt::white);
        QPainter painter(&vectors);
        QSvgRenderer(svg).render(&painter);
        painter.end();
        for (const QImage& image : {m_map->renderedImage(1.0), vectors}) {
            const QColor middle = image.pixelColor(inBar), wanted = QColor::fromRgb(scaleColour(ColourScaleName::Viridis, 0.5));
            QVERIFY(std::abs(middle.red() - wanted.red()) + std::abs(middle.green() - wanted.green()) + std::abs(middle.blue() - wanted.blue()) < 30);
            const QColor cell = image.pixelColor(inCell), original = cells().image.pixelColor(1, 0);
            QVERIFY2(std::abs(cell.red() - original.red()) + std::abs(cell.green() - original.green()) + std::abs(cell.blue() - original.blue()) < 6,
                     qPrintable(cell.name() + QLatin1Char(' ') + original.name()));
        }
    }
};

QTEST_MAIN(TestLatentMapBackdrop)
#include "tst_latent_map_backdrop.moc"
