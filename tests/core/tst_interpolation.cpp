// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/interpolation.h"

#include <QTest>

#include <algorithm>
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

std::vector<float> pointAt(const std::vector<float>& codes, std::size_t latent, std::size_t index)
{
    return {codes.begin() + static_cast<std::ptrdiff_t>(latent * index), codes.begin() + static_cast<std::ptrdiff_t>(latent * (index + 1))};
}

double distance(const std::vector<float>& a, const std::vector<float>& b)
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += static_cast<double>(a[k] - b[k]) * static_cast<double>(a[k] - b[k]);
    return std::sqrt(sum);
}

std::vector<float> randomAnchors(std::size_t count, std::size_t latent, std::uint64_t seed)
{
    std::vector<float> anchors(count * latent);
    RandomStream(seed, StreamPurpose::Interface).fillNormal(anchors);
    return anchors;
}

} // namespace

class TestInterpolation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ends_everyMethod_areExact()
    {
        const std::vector<float> a{0.1f, -0.7f, 3.3f}, b{1.9f, 0.3f, -0.2f};
        for (const auto method : {Interpolation::Linear, Interpolation::Spherical, Interpolation::Spline}) {
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
        const auto path = interpolatePath({anchors, 2, Interpolation::Linear}, 9);
        QCOMPARE(path.size(), std::size_t{18});
        QCOMPARE(path[0], 0.0f);
        QCOMPARE(path[8], 2.0f);  // step 4: the second anchor
        QCOMPARE(path[9], 0.0f);
        QCOMPARE(path[16], 2.0f);
        QCOMPARE(path[17], 4.0f);
        QCOMPARE(path[2], 0.5f);  // equally spaced by parameter
        QCOMPARE(path[11], 1.0f);
    }

    void spline_twoPoints_isTheStraightLine()
    {
        const std::vector<float> anchors{0, 2, 4, -2};
        for (const double t : {0.25, 0.5, 0.8})
            QCOMPARE(pointOnPath({anchors, 2, Interpolation::Spline}, t), pointOnPath({anchors, 2, Interpolation::Linear}, t));
        QCOMPARE(interpolate(std::span(anchors).first(2), std::span(anchors).last(2), 0.5, Interpolation::Spline), (std::vector<float>{2, 0}));
    }

    void everyMethod_openAndClosed_meetsEveryAnchorExactly()
    {
        const std::vector<float> anchors = randomAnchors(6, 5, 1);
        for (const auto method : {Interpolation::Linear, Interpolation::Spherical, Interpolation::Spline})
            for (const bool closed : {false, true}) {
                const LatentPath path{anchors, 5, method, closed};
                QCOMPARE(path.legs(), std::size_t{closed ? 6u : 5u});
                constexpr std::size_t kPerLeg = 7;
                const std::size_t steps = path.legs() * kPerLeg + (closed ? 0 : 1);
                const std::vector<float> codes = interpolatePath(path, steps);
                QCOMPARE(codes.size(), steps * 5);
                for (std::size_t k = 0; k < 6; ++k)
                    QVERIFY(std::equal(anchors.begin() + static_cast<std::ptrdiff_t>(5 * k), anchors.begin() + static_cast<std::ptrdiff_t>(5 * (k + 1)),
                                       codes.begin() + static_cast<std::ptrdiff_t>(5 * k * kPerLeg)));
                const std::vector<float> end = pointOnPath(path, 1.0), expected = pointAt(anchors, 5, closed ? 0 : 5);
                QCOMPARE(end, expected);
                QCOMPARE(pointOnPath(path, 0.0), pointAt(anchors, 5, 0));
            }
    }

    void closed_playedRound_showsNoFrameTwiceAndHasNoJump()
    {
        const std::vector<float> anchors = randomAnchors(4, 3, 2);
        const std::vector<float> codes = interpolatePath({anchors, 3, Interpolation::Spline, /*closed=*/true}, 200);
        double longest = 0.0, shortest = 1e9;
        for (std::size_t i = 0; i < 200; ++i) {
            const double step = distance(pointAt(codes, 3, i), pointAt(codes, 3, (i + 1) % 200));
            longest = std::max(longest, step);
            shortest = std::min(shortest, step);
        }
        QVERIFY(shortest > 0.0);
        QVERIFY(longest < 0.25); // of a way some ten units long
    }

    void spline_atTheAnchors_hasNoCorner()
    {
        const std::vector<float> anchors = randomAnchors(5, 4, 3);
        for (const bool closed : {false, true}) {
            const LatentPath path{anchors, 4, Interpolation::Spline, closed};
            for (std::size_t k = closed ? 0 : 1; k < path.legs(); ++k) {
                // direction of travel just before and just after the anchor
                const double at = static_cast<double>(k) / static_cast<double>(path.legs()), step = 2e-5;
                const double before = at - step < 0.0 ? 1.0 - step : at - step;
                const std::vector<float> here = pointOnPath(path, at), from = pointOnPath(path, before), to = pointOnPath(path, at + step);
                std::vector<float> in(4), out(4);
                for (std::size_t d = 0; d < 4; ++d) {
                    in[d] = here[d] - from[d];
                    out[d] = to[d] - here[d];
                }
                QVERIFY2(angle(in, out) < 0.02, qPrintable(QString::number(angle(in, out))));
            }
        }
        std::vector<float> in(4), out(4);
        for (std::size_t d = 0; d < 4; ++d) {
            in[d] = anchors[4 + d] - anchors[d];
            out[d] = anchors[8 + d] - anchors[4 + d];
        }
        QVERIFY(angle(in, out) > 0.3); // the straight way does have one there
    }

    void spline_anchorsInARow_staysOnTheirLine()
    {
        const std::vector<float> anchors{0, 0, 1, 2, 2, 4, 3, 6};
        const LatentPath path{anchors, 2, Interpolation::Spline};
        for (double t = 0.0; t <= 1.0; t += 0.01) {
            const std::vector<float> point = pointOnPath(path, t);
            QVERIFY(std::abs(point[0] - static_cast<float>(3.0 * t)) < 1e-5f); // evenly spaced anchors: an even speed
            QVERIFY(std::abs(point[1] - 2.0f * point[0]) < 1e-5f);
        }
    }

    void spline_equalNeighbours_doNoHarm()
    {
        const std::vector<std::vector<float>> ways{{1, 1, 1, 1, 3, 0, 2, 2}, {0, 0, 3, 1, 3, 1, 3, 1, 5, 0}, {2, 2, 2, 2, 2, 2}, {0, 0, 1, 1, 0, 0}};
        for (const std::vector<float>& anchors : ways)
            for (const bool closed : {false, true}) {
                const LatentPath path{anchors, 2, Interpolation::Spline, closed};
                for (int i = 0; i <= 300; ++i) {
                    const std::vector<float> point = pointOnPath(path, i / 300.0);
                    QVERIFY(std::isfinite(point[0]) && std::isfinite(point[1]));
                    QVERIFY(std::abs(point[0]) < 7.0f && std::abs(point[1]) < 7.0f);
                }
                for (std::size_t k = 0; k < path.anchorCount(); ++k)
                    QVERIFY(distance(pointOnPath(path, static_cast<double>(k) / static_cast<double>(path.legs())), pointAt(anchors, 2, k)) < 1e-5);
            }
    }

    void pointOnPath_beyondTheEnds_staysAtThem()
    {
        const std::vector<float> anchors = randomAnchors(3, 2, 4);
        const LatentPath path{anchors, 2, Interpolation::Spline};
        QCOMPARE(pointOnPath(path, -0.5), pointAt(anchors, 2, 0));
        QCOMPARE(pointOnPath(path, 1.5), pointAt(anchors, 2, 2));
    }

    void closed_twoAnchors_goesThereAndBack()
    {
        const std::vector<float> anchors{0, 0, 4, 2};
        for (const auto method : {Interpolation::Linear, Interpolation::Spline}) {
            const std::vector<float> codes = interpolatePath({anchors, 2, method, true}, 4);
            QCOMPARE(codes, (std::vector<float>{0, 0, 2, 1, 4, 2, 2, 1}));
        }
    }
};

QTEST_APPLESS_MAIN(TestInterpolation)
#include "tst_interpolation.moc"
