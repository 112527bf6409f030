// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/plane.h"
#include "core/explore/symmetric_eigen.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace latentscape;

namespace {

/// Normal codes with the given standard deviations along orthonormal directions (rows of basis), moved by shift.
LatentFrame cloud(const std::vector<std::vector<double>>& basis, const std::vector<double>& deviations, double shift, std::uint64_t seed)
{
    const std::size_t latent = basis.size();
    LatentFrame frame;
    frame.latent = static_cast<int>(latent);
    RandomStream stream(seed, StreamPurpose::Interface);
    for (int i = 0; i < 4000; ++i) {
        std::vector<double> z(latent, shift);
        for (std::size_t d = 0; d < latent; ++d) {
            const double along = deviations[d] * stream.normal();
            for (std::size_t k = 0; k < latent; ++k)
                z[k] += along * basis[d][k];
        }
        frame.indices.push_back(i);
        for (const double value : z)
            frame.mu.push_back(static_cast<float>(value));
    }
    frame.logvar.assign(frame.mu.size(), 0.0f);
    return frame;
}

double dot(std::span<const double> a, const std::vector<double>& b)
{
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        sum += a[k] * b[k];
    return sum;
}

const std::vector<std::vector<double>> kTurned{{0.6, 0.8, 0.0}, {-0.8, 0.6, 0.0}, {0.0, 0.0, 1.0}};

} // namespace

class TestPlane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void axes_projectAndLift_moveOnlyTheTwo()
    {
        const Plane plane = Plane::axes(5, 3, 1);
        QVERIFY(plane.isAxisPair());
        const std::vector<float> anchor{1, 2, 3, 4, 5};
        const PlanePoint at = plane.project(anchor);
        QCOMPARE(at.x, 4.0);
        QCOMPARE(at.y, 2.0);
        QCOMPARE(plane.lift({-1.5, 0.25}, anchor), (std::vector<float>{1, 0.25f, 3, -1.5f, 5}));
    }

    void lift_randomPlanes_projectsBackAndKeepsTheRest()
    {
        RandomStream stream(3, StreamPurpose::Interface);
        for (const int latent : {2, 3, 8, 20}) {
            LatentFrame frame;
            frame.latent = latent;
            for (int i = 0; i < 300; ++i) {
                frame.indices.push_back(i);
                for (int k = 0; k < latent; ++k)
                    frame.mu.push_back(static_cast<float>(stream.normal() * (latent - k)));
            }
            const Plane plane = Plane::principal(frame, nullptr);
            for (int trial = 0; trial < 100; ++trial) {
                std::vector<float> anchor(static_cast<std::size_t>(latent));
                stream.fillNormal(anchor);
                const PlanePoint wanted{stream.uniform(-4, 4), stream.uniform(-4, 4)};
                const auto z = plane.lift(wanted, anchor);
                const PlanePoint back = plane.project(z);
                QVERIFY(std::abs(back.x - wanted.x) < 1e-5 && std::abs(back.y - wanted.y) < 1e-5);
                // What is moved lies in the plane: the difference has nothing outside u and v.
                const PlanePoint from = plane.project(anchor);
                for (std::size_t k = 0; k < z.size(); ++k) {
                    const double inPlane = (back.x - from.x) * plane.u()[k] + (back.y - from.y) * plane.v()[k];
                    QVERIFY(std::abs(static_cast<double>(z[k]) - static_cast<double>(anchor[k]) - inPlane) < 1e-5);
                }
            }
        }
    }

    void principal_knownCloud_findsDirectionsAndShares()
    {
        const LatentFrame frame = cloud(kTurned, {3.0, 2.0, 0.5}, 5.0, 1);
        const Plane plane = Plane::principal(frame, nullptr);
        QVERIFY(!plane.isAxisPair());
        QVERIFY(std::abs(dot(plane.u(), kTurned[0])) > 0.995);
        QVERIFY(std::abs(dot(plane.v(), kTurned[1])) > 0.995);
        QVERIFY(std::abs(plane.explainedU() - 9.0 / 13.25) < 0.03);
        QVERIFY(std::abs(plane.explainedV() - 4.0 / 13.25) < 0.03);
        QVERIFY(std::abs(plane.origin()[0] - 5.0) < 0.2);
        std::vector<float> x, y;
        plane.project(frame, x, y);
        double meanX = 0.0, crossed = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            meanX += static_cast<double>(x[i]);
            crossed += static_cast<double>(x[i]) * static_cast<double>(y[i]);
        }
        QVERIFY(std::abs(meanX / 4000.0) < 1e-4);
        QVERIFY(std::abs(crossed / 4000.0) < 1e-3); // principal coordinates do not correlate
    }

    void principal_signWithoutPrevious_largestComponentIsPositive()
    {
        const Plane plane = Plane::principal(cloud(kTurned, {3.0, 2.0, 0.5}, 0.0, 1), nullptr);
        QVERIFY(plane.u()[1] > 0.7);
        QVERIFY(std::abs(plane.v()[0]) > 0.7 && plane.v()[0] > 0.0);
    }

    void principal_previousFlippedAndSwapped_isFollowed()
    {
        std::vector<std::vector<double>> flipped = kTurned;
        for (double& value : flipped[0])
            value = -value;
        const Plane before = Plane::principal(cloud(flipped, {3.0, 2.0, 0.5}, 0.0, 1), nullptr);
        // The second direction now carries more variance than the first.
        const Plane after = Plane::principal(cloud(kTurned, {2.0, 2.6, 0.5}, 0.0, 2), &before);
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(after.u()[k] - before.u()[k]) < 0.15);
            QVERIFY(std::abs(after.v()[k] - before.v()[k]) < 0.15);
        }
        QVERIFY(after.explainedV() > after.explainedU());
    }

    void oneDimension_isAStrip()
    {
        const Plane axis = Plane::axes(1, 0, 0);
        QCOMPARE(axis.project(std::vector<float>{2.5f}).x, 2.5);
        QCOMPARE(axis.project(std::vector<float>{2.5f}).y, 0.0);
        QCOMPARE(axis.lift({1.0, 9.0}, std::vector<float>{2.5f}), std::vector<float>{1.0f});
        const Plane principal = Plane::principal(cloud({{1.0}}, {2.0}, 1.0, 1), nullptr);
        QCOMPARE(principal.explainedU(), 1.0);
        QVERIFY(principal.v().empty());
    }

    void constantOrEmptyFrame_givesAFinitePlane()
    {
        LatentFrame frame;
        frame.latent = 3;
        for (int filled = 0; filled < 2; ++filled) {
            const Plane plane = Plane::principal(frame, nullptr);
            QCOMPARE(plane.explainedU(), 0.0);
            QCOMPARE(plane.u()[0], 1.0);
            QCOMPARE(plane.v()[1], 1.0);
            for (int i = 0; i < 10; ++i) {
                frame.indices.push_back(i);
                frame.mu.insert(frame.mu.end(), {1.0f, 2.0f, 3.0f});
            }
        }
    }

    void eigen_randomSymmetricMatrix_reconstructsIt()
    {
        constexpr std::size_t n = 40;
        RandomStream stream(5, StreamPurpose::Interface);
        std::vector<double> matrix(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = i; j < n; ++j)
                matrix[i * n + j] = matrix[j * n + i] = stream.normal();
        const SymmetricEigen eigen = decomposeSymmetric(matrix, n);
        for (std::size_t r = 1; r < n; ++r)
            QVERIFY(eigen.values[r - 1] >= eigen.values[r]);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                double value = 0.0, product = 0.0;
                for (std::size_t r = 0; r < n; ++r) {
                    value += eigen.values[r] * eigen.vectors[r * n + i] * eigen.vectors[r * n + j];
                    product += eigen.vectors[i * n + r] * eigen.vectors[j * n + r];
                }
                QVERIFY(std::abs(value - matrix[i * n + j]) < 1e-11);
                QVERIFY(std::abs(product - (i == j ? 1.0 : 0.0)) < 1e-12);
            }
    }
};

QTEST_APPLESS_MAIN(TestPlane)
#include "tst_plane.moc"
