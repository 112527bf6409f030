// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/interpolation.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace latentscape;

namespace {

double length(const std::vector<float>& a)
{
    double sum = 0.0;
    for (const float value : a)
        sum += static_cast<double>(value) * static_cast<double>(value);
    return std::sqrt(sum);
}

double angle(const std::vector<float>& a, const std::vector<float>& b)
{
    double dot = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        dot += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return std::acos(std::clamp(dot / (length(a) * length(b)), -1.0, 1.0));
}

} // namespace

class TestInterpolation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ends_bothMethods_areExact()
    {
        const std::vector<float> a{0.1f, -0.7f, 3.3f}, b{1.9f, 0.3f, -0.2f};
        for (const auto method : {Interpolation::Linear, Interpolation::Spherical}) {
            QCOMPARE(interpolate(a, b, 0.0, method), a);
            QCOMPARE(interpolate(a, b, 1.0, method), b);
        }
    }

    void linear_half_isTheMiddle()
    {
        QCOMPARE(interpolate(std::vector<float>{0, 2}, std::vector<float>{4, -2}, 0.5, Interpolation::Linear), (std::vector<float>{2, 0}));
    }

    void spherical_randomVectors_turnsEvenlyAndChangesLengthLinearly()
    {
        RandomStream stream(1, StreamPurpose::Interface);
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<float> a(10), b(10);
            stream.fillNormal(a);
            stream.fillNormal(b);
            for (const double t : {0.2, 0.5, 0.9}) {
                const auto z = interpolate(a, b, t, Interpolation::Spherical);
                QVERIFY(std::abs(angle(a, z) - t * angle(a, b)) < 1e-4);
                QVERIFY(std::abs(length(z) - ((1 - t) * length(a) + t * length(b))) < 1e-5);
            }
        }
    }

    void spherical_tinyAngleOrZeroVector_fallsBackToLinear()
    {
        const std::vector<float> a{1, 1}, same{2, 2}, zero{0, 0};
        QCOMPARE(interpolate(a, same, 0.5, Interpolation::Spherical), (std::vector<float>{1.5f, 1.5f}));
        QCOMPARE(interpolate(zero, same, 0.25, Interpolation::Spherical), (std::vector<float>{0.5f, 0.5f}));
        QCOMPARE(interpolate(std::vector<float>{-1}, std::vector<float>{1}, 0.5, Interpolation::Spherical), std::vector<float>{0.0f});
    }

    void spherical_antiparallel_turnsThroughTheFixedPerpendicular()
    {
        const std::vector<float> a{2, 0, 0.5f}, b{-2, 0, -0.5f};
        const auto half = interpolate(a, b, 0.5, Interpolation::Spherical);
        QVERIFY(std::abs(half[1] - static_cast<float>(length(a))) < 1e-5f); // the axis of a's smallest component
        QVERIFY(std::abs(angle(a, half) - std::numbers::pi / 2) < 1e-5);
        for (double t = 0.0; t <= 1.0; t += 0.125)
            QVERIFY(std::abs(length(interpolate(a, b, t, Interpolation::Spherical)) - length(a)) < 1e-5);
    }

    void path_threeAnchors_passesThroughAllOfThem()
    {
        const std::vector<float> anchors{0, 0, 2, 0, 2, 4};
        const auto path = interpolatePath(anchors, 2, 9, Interpolation::Linear);
        QCOMPARE(path.size(), std::size_t{18});
        QCOMPARE(path[0], 0.0f);
        QCOMPARE(path[8], 2.0f);  // step 4: the second anchor
        QCOMPARE(path[9], 0.0f);
        QCOMPARE(path[16], 2.0f);
        QCOMPARE(path[17], 4.0f);
        QCOMPARE(path[2], 0.5f);  // equally spaced by parameter
        QCOMPARE(path[11], 1.0f);
    }
};

QTEST_APPLESS_MAIN(TestInterpolation)
#include "tst_interpolation.moc"
