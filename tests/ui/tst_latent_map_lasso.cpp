// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/latent_map_fixture.h"

#include <QSignalSpy>

#include <algorithm>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// The even-odd rule, point by point.
bool inside(PlanePoint p, const std::vector<PlanePoint>& polygon)
{
    bool in = false;
    for (std::size_t a = 0, b = polygon.size() - 1; a < polygon.size(); b = a++) {
        const PlanePoint &s = polygon[a], &t = polygon[b];
        if ((s.y > p.y) != (t.y > p.y) && p.x < (t.x - s.x) * (p.y - s.y) / (t.y - s.y) + s.x)
            in = !in;
    }
    return in;
}

} // namespace

class TestLatentMapLasso : public LatentMapFixture {
    Q_OBJECT

private:
    struct Lassoed {
        std::vector<std::size_t> samples;
        SelectionMode mode = SelectionMode::Replace;
        int count = 0;
    };
    Lassoed m_lassoed;

    void useLasso()
    {
        m_lassoed = {};
        m_map->setTool(LatentMap::Tool::Lasso);
        connect(m_map.get(), &LatentMap::lassoFinished, this, [this](const std::vector<std::size_t>& samples, SelectionMode mode) {
            m_lassoed = {samples, mode, m_lassoed.count + 1};
        });
    }
    /// A square around points of the plane, in pixels.
    [[nodiscard]] std::vector<QPoint> square(double left, double bottom, double right, double top) const
    {
        return {pixel({left, bottom}), pixel({right, bottom}), pixel({right, top}), pixel({left, top})};
    }
    void key(int which, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_map.get(), static_cast<Qt::Key>(which), modifiers); }

private Q_SLOTS:
    void lasso_aroundCodes_findsExactlyThoseInside()
    {
        useLasso();
        QSignalSpy probe(m_map.get(), &LatentMap::probeMoved), picked(m_map.get(), &LatentMap::picked);
        RandomStream stream(4, StreamPurpose::Interface);
        for (int trial = 0; trial < 12; ++trial) {
            std::vector<QPoint> places;
            for (int i = 0; i < 25; ++i) // crosses itself: the even-odd rule decides
                places.emplace_back(static_cast<int>(stream.uniform(90.0, 480.0)), static_cast<int>(stream.uniform(40.0, 440.0)));
            drag(places);
            std::vector<PlanePoint> polygon;
            for (const QPoint& place : places)
                polygon.push_back(m_map->toPlane(place));
            std::vector<std::size_t> expected;
            const auto points = lattice();
            for (std::size_t i = 0; i < points.size(); ++i) {
                if (inside({static_cast<double>(points[i].first), static_cast<double>(points[i].second)}, polygon))
                    expected.push_back(i);
            }
            QVERIFY(!expected.empty());
            QCOMPARE(m_lassoed.samples, expected);
            QCOMPARE(m_lassoed.mode, SelectionMode::Replace);
        }
        QCOMPARE(m_lassoed.count, 12);
        QCOMPARE(probe.count(), 0);
        QCOMPARE(picked.count(), 0);
    }

    void lasso_keysAtTheRelease_chooseTheMode()
    {
        useLasso();
        drag(square(-0.1, -0.1, 0.1, 0.1), {}, Qt::ShiftModifier);
        QCOMPARE(m_lassoed.samples, (std::vector<std::size_t>{kMiddleRow}));
        QCOMPARE(m_lassoed.mode, SelectionMode::Add);
        drag(square(-0.1, -0.1, 0.1, 0.1), {}, Qt::ControlModifier);
        QCOMPARE(m_lassoed.mode, SelectionMode::Remove);
        drag(square(0.1, 0.1, 0.2, 0.2));
        QVERIFY(m_lassoed.samples.empty());
        QCOMPARE(m_lassoed.count, 3);
    }

    void lasso_click_givesNothingWithReplace()
    {
        useLasso();
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixel({0.0, 0.0}));
        QCOMPARE(m_lassoed.count, 1);
        QVERIFY(m_lassoed.samples.empty());
        QCOMPARE(m_lassoed.mode, SelectionMode::Replace);
    }

    void lasso_hiddenClassesAndFilteredValues_areLeftOut()
    {
        useLasso();
        m_map->isolateClass(1);
        drag(square(-2.2, -2.2, 2.2, 2.2));
        QCOMPARE(m_lassoed.samples.size(), std::size_t{27});
        QVERIFY(std::all_of(m_lassoed.samples.begin(), m_lassoed.samples.end(), [](std::size_t i) { return i % 3 == 1; }));
        const CloudColours colours = colouredBy(MapColouring::Kind::Values, kSide * kSide);
        m_map->setColouring(colours.colouring);
        m_map->setValueFilter(std::pair(0.3, 0.7));
        QTRY_VERIFY(m_map->settled());
        drag(square(-2.2, -2.2, 2.2, 2.2));
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < kSide * kSide; ++i) {
            const float value = (*colours.colouring.values)[i];
            if (value >= 0.3f && value <= 0.7f)
                expected.push_back(i);
        }
        QCOMPARE(m_lassoed.samples, expected);
    }

    void lasso_inSpaceWithShuffledSamples_givesAscendingSamples()
    {
        const auto frame = latticeInSpace();
        for (std::size_t i = 0; i < frame->indices.size(); ++i)
            frame->indices[i] = static_cast<std::int32_t>(i * 7 % frame->indices.size());
        m_map->setCodes(frame, spacePlane());
        QTRY_VERIFY(m_map->settled());
        useLasso();
        drag(square(-2.2, -2.2, -0.8, 2.2)); // the three columns at the left
        std::vector<std::size_t> expected;
        for (int i = 0; i < kSide * kSide; ++i) {
            if (i % kSide < 3)
                expected.push_back(static_cast<std::size_t>(frame->indices[static_cast<std::size_t>(i)]));
        }
        std::sort(expected.begin(), expected.end());
        QCOMPARE(m_lassoed.samples, expected);
    }

    void lasso_drawn_neverDrawsThePoints()
    {
        useLasso();
        const int draws = m_map->scatterDraws();
        QSignalSpy painted(m_map.get(), &LatentMap::overlayPainted);
        QTest::mousePress(m_map.get(), Qt::LeftButton, {}, QPoint(100, 100));
        for (int i = 1; i <= 30; ++i) {
            QTest::mouseMove(m_map.get(), QPoint(100 + 8 * i, 100 + 5 * i));
            const int before = static_cast<int>(painted.count());
            QTRY_VERIFY(painted.count() > before);
        }
        QCOMPARE(m_map->scatterDraws(), draws);
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, QPoint(340, 250));
    }

    void cancelled_byEscapeProgramOrTool_givesNothing()
    {
        useLasso();
        for (int how = 0; how < 3; ++how) {
            m_map->setTool(LatentMap::Tool::Lasso);
            QTest::mousePress(m_map.get(), Qt::LeftButton, {}, QPoint(100, 100));
            QTest::mouseMove(m_map.get(), QPoint(300, 120));
            QTest::mouseMove(m_map.get(), QPoint(300, 300));
            if (how == 0)
                key(Qt::Key_Escape);
            else if (how == 1)
                m_map->cancelGesture();
            else
                m_map->setTool(LatentMap::Tool::Probe);
            QTest::mouseRelease(m_map.get(), Qt::LeftButton, {}, QPoint(100, 300));
        }
        QCOMPARE(m_lassoed.count, 0);
    }

    void lassoKeys_cornersAndClosing_selectWithoutMovingTheProbe()
    {
        useLasso();
        m_map->setProbe({-0.2, -0.2});
        QSignalSpy moved(m_map.get(), &LatentMap::probeMoved), grabbed(m_map.get(), &LatentMap::probeGrabbed);
        const auto walk = [&](int which, double distance) { // as many steps as it takes
            const double step = which == Qt::Key_Left || which == Qt::Key_Right ? m_map->viewRange().width() : m_map->viewRange().height();
            for (int i = 0; i < std::lround(distance / (0.01 * step)); ++i)
                key(which);
        };
        key(Qt::Key_Return);
        walk(Qt::Key_Right, 0.9);
        key(Qt::Key_Return);
        walk(Qt::Key_Up, 0.9);
        key(Qt::Key_Return);
        walk(Qt::Key_Up, 1.0);
        key(Qt::Key_Return);
        key(Qt::Key_Backspace); // one too many
        walk(Qt::Key_Down, 1.0);
        walk(Qt::Key_Left, 0.9);
        key(Qt::Key_Return);
        QCOMPARE(m_lassoed.count, 0);
        key(Qt::Key_Return, Qt::ShiftModifier); // the same place again closes
        QCOMPARE(m_lassoed.count, 1);
        QCOMPARE(m_lassoed.mode, SelectionMode::Add);
        QCOMPARE(m_lassoed.samples, (std::vector<std::size_t>{kMiddleRow, kMiddleRow + 1, kMiddleRow + kSide, kMiddleRow + kSide + 1}));
        QCOMPARE(moved.count() + grabbed.count(), 0);
        verifyNear(m_map->probe(), {-0.2, -0.2});
    }

    void lassoKeys_twoCornersOrEscape_selectNothing()
    {
        useLasso();
        QSignalSpy released(m_map.get(), &LatentMap::pickReleased);
        key(Qt::Key_Return);
        key(Qt::Key_Right, Qt::ShiftModifier);
        key(Qt::Key_Return);
        key(Qt::Key_Return); // two corners have no inside
        QCOMPARE(m_lassoed.count, 0);
        key(Qt::Key_Escape);
        QCOMPARE(released.count(), 0); // only the lasso went
        key(Qt::Key_Up, Qt::ShiftModifier);
        key(Qt::Key_Return);
        key(Qt::Key_Return);
        QCOMPARE(m_lassoed.count, 0);
    }

    void hint_shownInAnswerToALasso_stays()
    {
        useLasso();
        connect(m_map.get(), &LatentMap::lassoFinished, this, [this] { m_map->showHint(QStringLiteral("4 codes are selected.")); });
        m_map->showHint(QStringLiteral("Drag around codes."));
        drag(square(-0.2, -0.2, 0.7, 0.7));
        QCOMPARE(m_map->hint(), QStringLiteral("4 codes are selected."));
    }
};

QTEST_MAIN(TestLatentMapLasso)
#include "tst_latent_map_lasso.moc"
