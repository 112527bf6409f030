// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/paint_watch.h"
#include "ui/map/map_overlay.h"

#include <QSignalSpy>
#include <QTest>

using namespace latentscape;
using namespace latentscape::tests;
using namespace latentscape::ui;

class TestMapOverlay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_window = std::make_unique<QWidget>();
        m_window->resize(600, 400);
        m_overlay = new MapOverlay(m_window.get());
        m_overlay->setGeometry(m_window->rect());
        m_overlay->setView({QRectF(-3, -2, 6, 4), QSizeF(600, 400)});
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QCoreApplication::processEvents();
    }
    void cleanup() { m_window.reset(); }

    void probe_moved_repaintsOnlyBothPlaces()
    {
        PaintWatch watch(*m_overlay);
        m_overlay->setProbe({1.0, 0.0});
        QTRY_VERIFY(watch.paints > 0);
        const QPoint before(300, 200), after(400, 200);
        QVERIFY(watch.region.contains(before));
        QVERIFY(watch.region.contains(after));
        QVERIFY(!watch.region.contains(QPoint(350, 200)));
        QVERIFY(watch.region.boundingRect().height() < 60);
    }

    void setters_sameValue_repaintNothing()
    {
        QSignalSpy painted(m_overlay, &MapOverlay::painted);
        m_overlay->setProbe({0.5, 0.5});
        m_overlay->setPath({{-2, -1}, {-1, -1}});
        QTRY_VERIFY(painted.count() > 0);
        PaintWatch watch(*m_overlay);
        m_overlay->setProbe({0.5, 0.5});
        m_overlay->setPath({{-2, -1}, {-1, -1}});
        m_overlay->setPicked(std::nullopt);
        m_overlay->setHovered(PlanePoint{2.0, 1.0}); // the only change
        QTRY_VERIFY(watch.paints > 0);
        QVERIFY(watch.region.contains(QPoint(500, 100)));
        QVERIFY(watch.region.boundingRect().width() < 40 && watch.region.boundingRect().height() < 40);
    }

    void paint_finished_isTold()
    {
        QSignalSpy painted(m_overlay, &MapOverlay::painted);
        m_overlay->setProbe({-1.0, 1.0});
        QTRY_COMPARE(painted.count(), 1);
    }

    void probe_outsideTheView_staysVisibleAtTheEdge()
    {
        m_overlay->setProbe({100.0, 0.0});
        QVERIFY(m_overlay->probePixel().x() < 600.0 - 10.0);
        QVERIFY(m_overlay->probePixel().x() > 500.0);
        QCOMPARE(m_overlay->probePixel().y(), 200.0);
    }

    void anchors_overlapping_topmostIsFound()
    {
        m_overlay->setPath({{0, 0}, {0.02, 0}, {2, 1}});
        QCOMPARE(m_overlay->anchorAt(QPointF(301, 200)), 1);
        QCOMPARE(m_overlay->anchorAt(QPointF(500, 100)), 2);
        QCOMPARE(m_overlay->anchorAt(QPointF(100, 100)), -1);
    }

    void picture_probeAndPath_areDrawnInTheAccent()
    {
        const Theme theme = Theme::light();
        m_overlay->setTheme(theme);
        m_overlay->setProbe({0.0, 0.0});
        m_overlay->setPath({{-2, -1}, {2, -1}});
        m_overlay->setPicked(PlanePoint{1.0, 1.0});
        QImage image(600, 400, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        m_overlay->render(&image, {}, {}, {});
        QCOMPARE(image.pixelColor(300, 200), theme.accent);         // the probe's heart
        QCOMPARE(image.pixelColor(300, 300), theme.accent);         // the line between the anchors
        QCOMPARE(image.pixelColor(100, 320).alpha(), 0);
        QVERIFY(image.pixelColor(350, 150).alpha() > 0);            // the way back to the picked code
    }

private:
    std::unique_ptr<QWidget> m_window;
    MapOverlay* m_overlay = nullptr; // owned by the window
};

QTEST_MAIN(TestMapOverlay)
#include "tst_map_overlay.moc"
