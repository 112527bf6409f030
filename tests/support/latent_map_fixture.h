// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/rotation3.h"
#include "support/map_data.h"
#include "ui/map/latent_map.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace latentscape::tests {

using namespace latentscape::ui;

inline constexpr int kSide = 9; // codes on a lattice of kSide × kSide, half a unit apart: far enough for presses between them

inline std::vector<std::pair<float, float>> lattice()
{
    std::vector<std::pair<float, float>> points;
    for (int i = 0; i < kSide * kSide; ++i)
        points.emplace_back(-2.0f + 0.5f * static_cast<float>(i % kSide), -2.0f + 0.5f * static_cast<float>(i / kSide));
    return points;
}

inline constexpr std::size_t kMiddleRow = 40; // the code at the origin

/// How much of a picture differs from a colour.
inline int inkedPixels(const QImage& image, const QColor& ground)
{
    int inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            inked += image.pixelColor(x, y) != ground;
    }
    return inked;
}

/// The lattice in three dimensions, the third one growing with the row; sample i in row i.
inline std::shared_ptr<LatentFrame> latticeInSpace(std::uint64_t generation = 1)
{
    auto frame = std::make_shared<LatentFrame>();
    frame->latent = 3;
    frame->generation = generation;
    int i = 0;
    for (const auto& [x, y] : lattice()) {
        frame->indices.push_back(i);
        frame->mu.insert(frame->mu.end(), {x, y, -1.0f + 2.0f * static_cast<float>(i) / (kSide * kSide - 1)});
        frame->logvar.insert(frame->logvar.end(), {-2.0f, -2.0f, -2.0f});
        ++i;
    }
    return frame;
}

/// A 3-D plane that looks at these axes through the origin.
inline Plane spacePlane(const Rotation3& rotation = {})
{
    return Plane::rotated({{0.0, 0.0, 0.0}, {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0}, {0.4, 0.3, 0.3}}, rotation);
}

/// A shown map of 600 × 500 with three classes on the lattice, made anew for each test function.
class LatentMapFixture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<PlanePoint>(); }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        m_map = std::make_unique<LatentMap>();
        m_map->resize(600, 500);
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
        m_map->setDataset(mapDataset(kSide * kSide, 3));
        show(frameOf(lattice()));
        m_map->activateWindow();
        m_map->setFocus();
    }
    void cleanup() { m_map.reset(); }

protected:
    void show(const std::shared_ptr<LatentFrame>& frame)
    {
        m_map->setCodes(frame, Plane::axes(2, 0, 1));
        QTRY_VERIFY(m_map->settled());
    }
    void showInSpace(const Rotation3& rotation = {})
    {
        m_map->setCodes(latticeInSpace(), spacePlane(rotation));
        m_map->setGizmo({{QStringLiteral("PC 1"), 1.0, 0.0, 0.0}, {QStringLiteral("PC 2"), 0.0, 1.0, 0.0}, {QStringLiteral("PC 3"), 0.0, 0.0, 1.0}});
        QTRY_VERIFY(m_map->settled());
    }
    /// Presses, moves through all places and releases at the last one, with keys held at the release.
    void drag(const std::vector<QPoint>& places, Qt::KeyboardModifiers atPress = {}, Qt::KeyboardModifiers atRelease = {})
    {
        QTest::mousePress(m_map.get(), Qt::LeftButton, atPress, places.front());
        for (std::size_t i = 1; i < places.size(); ++i)
            QTest::mouseMove(m_map.get(), places[i]);
        QTest::mouseRelease(m_map.get(), Qt::LeftButton, atRelease, places.back());
    }
    [[nodiscard]] QPoint gizmoCentre() const { return m_map->findChild<MapGizmo*>()->geometry().center(); }
    [[nodiscard]] QPoint pixel(PlanePoint p) const { return m_map->toPixel(p).toPoint(); }
    static void verifyNear(PlanePoint a, PlanePoint b)
    {
        QVERIFY2(std::abs(a.x - b.x) < 1e-6 && std::abs(a.y - b.y) < 1e-6,
                 qPrintable(QStringLiteral("(%1, %2) and (%3, %4)").arg(a.x).arg(a.y).arg(b.x).arg(b.y)));
    }
    void turnWheel(QPointF at, int angle)
    {
        QWheelEvent event(at, m_map->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_map.get(), &event);
    }
    void hover(QPoint at) // QTest::mouseMove without a pressed button would move the real cursor
    {
        QMouseEvent event(QEvent::MouseMove, at, m_map->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_map.get(), &event);
    }
    [[nodiscard]] std::vector<bool> shownClasses() const
    {
        std::vector<bool> shown;
        for (const LatentMap::ClassEntry& entry : m_map->classes())
            shown.push_back(entry.shown);
        return shown;
    }

    std::unique_ptr<LatentMap> m_map;
};

} // namespace latentscape::tests
