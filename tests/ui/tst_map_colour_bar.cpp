// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/map_data.h"
#include "ui/map/map_colour_bar.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

using Range = std::optional<std::pair<double, double>>;

class TestMapColourBar : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MapColourBar> m_bar;
    std::vector<Range> m_told;

    void show(double low, double high)
    {
        MapColouring colouring = tests::colouredBy(MapColouring::Kind::Values, 1).colouring;
        colouring.low = low;
        colouring.high = high;
        m_bar->setColouring(colouring);
        m_bar->resize(m_bar->sizeHint());
        m_bar->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
    }
    void dragHandle(bool upper, int pixels)
    {
        const QPoint at = m_bar->handlePosition(upper);
        QTest::mousePress(m_bar.get(), Qt::LeftButton, {}, at);
        QTest::mouseMove(m_bar.get(), at + QPoint(0, pixels / 2));
        QTest::mouseMove(m_bar.get(), at + QPoint(0, pixels));
        QTest::mouseRelease(m_bar.get(), Qt::LeftButton, {}, at + QPoint(0, pixels));
    }
    [[nodiscard]] double perPixel(double extent) const { return extent / m_bar->barRect().height(); }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        m_bar = std::make_unique<MapColourBar>(nullptr);
        m_told.clear();
        connect(m_bar.get(), &MapColourBar::filterChanged, this, [this](Range range) { m_told.push_back(range); });
    }
    void cleanup() { m_bar.reset(); }

    void handles_dragged_chooseTheRange()
    {
        show(2.0, 12.0);
        dragHandle(false, -30);
        QVERIFY(m_bar->filter());
        QVERIFY(std::abs(m_bar->filter()->first - (2.0 + 30 * perPixel(10.0))) < perPixel(10.0));
        QCOMPARE(m_bar->filter()->second, 12.0);
        dragHandle(true, 40);
        QVERIFY(std::abs(m_bar->filter()->second - (12.0 - 40 * perPixel(10.0))) < perPixel(10.0));
        QCOMPARE(m_told.back(), m_bar->filter());
        dragHandle(true, 900); // not past the other one
        QCOMPARE(m_bar->filter()->second, m_bar->filter()->first);
        QTest::mouseDClick(m_bar.get(), Qt::LeftButton, {}, m_bar->barRect().center());
        QVERIFY(!m_bar->filter());
        QCOMPARE(m_told.back(), Range());
    }

    void handles_draggedBackToTheEnds_clearTheFilter()
    {
        show(0.0, 1.0);
        dragHandle(false, -30);
        dragHandle(false, 60);
        QVERIFY(!m_bar->filter());
        QCOMPARE(m_told.back(), Range());
    }

    void bar_pressedAwayFromHandles_bringsTheNearerOne()
    {
        show(0.0, 1.0);
        const QRect bar = m_bar->barRect();
        QTest::mouseClick(m_bar.get(), Qt::LeftButton, {}, QPoint(bar.center().x(), bar.top() + bar.height() / 4));
        QVERIFY(std::abs(m_bar->filter()->second - 0.75) < 0.02);
        QCOMPARE(m_bar->filter()->first, 0.0);
    }

    void bothHandlesAtTheBottom_upperOneCanBeTaken()
    {
        show(0.0, 1.0);
        m_bar->setFilter(std::pair(0.0, 0.0));
        dragHandle(true, -50);
        QVERIFY(m_bar->filter() && m_bar->filter()->second > 0.2);
        m_bar->setFilter(std::pair(1.0, 1.0));
        dragHandle(false, 50);
        QVERIFY(m_bar->filter() && m_bar->filter()->first < 0.8);
    }

    void keys_arrowsShiftAndHome_moveTheHandles()
    {
        show(0.0, 10.0);
        QTest::keyClick(m_bar.get(), Qt::Key_Up);
        QTest::keyClick(m_bar.get(), Qt::Key_Right);
        QVERIFY(std::abs(m_bar->filter()->first - 0.4) < 1e-9);
        QTest::keyClick(m_bar.get(), Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY(std::abs(m_bar->filter()->second - 9.8) < 1e-9);
        QCOMPARE(m_told.size(), std::size_t{3});
        QTest::keyClick(m_bar.get(), Qt::Key_Home);
        QVERIFY(!m_bar->filter());
        QTest::keyClick(m_bar.get(), Qt::Key_Left); // already at the end
        QCOMPARE(m_told.size(), std::size_t{4});
    }

    void setFilter_byProgram_tellsNothing()
    {
        show(0.0, 1.0);
        m_bar->setFilter(std::pair(0.25, 0.5));
        QVERIFY(m_told.empty());
        QVERIFY(m_bar->handlePosition(false).y() > m_bar->handlePosition(true).y());
    }

    void ticks_anyRange_areThreeToFiveInside()
    {
        RandomStream stream(2, StreamPurpose::Interface);
        for (int trial = 0; trial < 2'000; ++trial) {
            const double low = stream.uniform(-5.0, 5.0) * std::pow(10.0, stream.uniform(-4.0, 4.0));
            const double high = low + stream.uniform(0.1, 9.0) * std::pow(10.0, stream.uniform(-4.0, 4.0));
            MapColouring colouring = tests::colouredBy(MapColouring::Kind::Values, 1).colouring;
            colouring.low = low;
            colouring.high = high;
            m_bar->setColouring(colouring);
            const std::vector<double> ticks = m_bar->ticks();
            QVERIFY(ticks.size() >= 3 && ticks.size() <= 5);
            for (std::size_t i = 0; i < ticks.size(); ++i) {
                const double slack = 1e-5 * (high - low);
                QVERIFY(ticks[i] >= low - slack && ticks[i] <= high + slack);
                QVERIFY(i == 0 || ticks[i] > ticks[i - 1]);
            }
        }
    }

    void degenerateRanges_painted_doNotBreak()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
        for (const auto& [low, high] : {std::pair(3.0, 3.0), std::pair(0.0, 0.0), std::pair(4.0, 1.0), std::pair(nan, nan), std::pair(0.0, infinity)}) {
            show(low, high);
            QVERIFY(!m_bar->grab().isNull());
            dragHandle(false, -30);
            QVERIFY(!m_bar->filter());
            QTest::keyClick(m_bar.get(), Qt::Key_Up);
            QVERIFY(!m_bar->filter());
        }
    }

    void valueText_withAndWithoutFilter_namesTheRange()
    {
        show(0.0, 12.0);
        QCOMPARE(m_bar->accessibleName(), QStringLiteral("Colour bar"));
        QCOMPARE(m_bar->valueText(), QStringLiteral("KL from 0 to 12 nats."));
        m_bar->setFilter(std::pair(3.0, 9.0));
        QCOMPARE(m_bar->valueText(), QStringLiteral("KL from 0 to 12 nats. Shown from 3 to 9."));
    }

    void room_little_shrinksTheBar()
    {
        show(0.0, 1.0);
        const int tall = m_bar->sizeHint().height();
        m_bar->setRoom(120);
        QVERIFY(m_bar->sizeHint().height() <= 120);
        QVERIFY(tall > 120);
        QVERIFY(m_bar->ticks().size() <= 3);
    }
};

QTEST_MAIN(TestMapColourBar)
#include "tst_map_colour_bar.moc"
