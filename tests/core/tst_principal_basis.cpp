// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/principal_basis.h"
#include "core/explore/symmetric_eigen.h"
#include "support/latent_cloud.h"

#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// A random positive semidefinite matrix [n, n] of the given rank.
std::vector<double> randomSquare(std::size_t n, std::size_t rank, std::uint64_t seed)
{
    RandomStream stream(seed, StreamPurpose::Interface);
    std::vector<double> factor(rank * n), matrix(n * n, 0.0);
    for (double& value : factor)
        value = stream.normal();
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                matrix[i * n + j] += factor[r * n + i] * factor[r * n + j];
    return matrix;
}

/// Largest entry of matrix · vector − value · vector.
double residualOf(const std::vector<double>& matrix, std::span<const double> vector, double value)
{
    double largest = 0.0;
    for (std::size_t i = 0; i < vector.size(); ++i)
        largest = std::max(largest, std::abs(dotOf(vector, std::span(matrix).subspan(i * vector.size(), vector.size())) - value * vector[i]));
    return largest;
}

double orthonormalityError(const PrincipalBasis& basis)
{
    double worst = 0.0;
    for (int a = 0; a < basis.rank(); ++a)
        for (int b = 0; b < basis.rank(); ++b)
            worst = std::max(worst, std::abs(dotOf(basis.direction(a), basis.direction(b)) - (a == b ? 1.0 : 0.0)));
    return worst;
}

} // namespace

class TestPrincipalBasis : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

    void leadingEigen_anyMatrix_agreesWithTheWholeDecomposition_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("rank");
        QTest::newRow("full") << 90 << 120;
        QTest::newRow("crowded") << 150 << 4000; // eigenvalues within a few percent of each other
        QTest::newRow("rank 1") << 80 << 1;
        QTest::newRow("rank 2") << 80 << 2;
        QTest::newRow("smaller than a block") << 4 << 9;
        QTest::newRow("one") << 1 << 3;
    }
    void leadingEigen_anyMatrix_agreesWithTheWholeDecomposition()
    {
        QFETCH(int, size);
        QFETCH(int, rank);
        const auto n = static_cast<std::size_t>(size);
        const std::vector<double> matrix = randomSquare(n, static_cast<std::size_t>(rank), 21);
        const SymmetricEigen whole = decomposeSymmetric(matrix, n);
        const std::size_t count = std::min<std::size_t>(3, n);
        const SymmetricEigen leading = leadingEigen(matrix, n, count);
        QCOMPARE(leading.values.size(), count);
        for (std::size_t r = 0; r < count; ++r) {
            const auto vector = std::span(leading.vectors).subspan(r * n, n);
            QVERIFY(std::abs(leading.values[r] - whole.values[r]) < 1e-9 * whole.values[0]);
            QVERIFY(residualOf(matrix, vector, leading.values[r]) < 1e-9 * whole.values[0]);
            for (std::size_t q = 0; q < count; ++q)
                QVERIFY(std::abs(dotOf(vector, std::span(leading.vectors).subspan(q * n, n)) - (q == r ? 1.0 : 0.0)) < 1e-10);
        }
    }

    void leadingEigen_equalValues_givesAnOrthonormalSet()
    {
        constexpr std::size_t n = 70;
        std::vector<double> matrix(n * n, 0.0);
        for (std::size_t k = 0; k < n; ++k)
            matrix[k * n + k] = k == 10 || k == 20 || k == 30 || k == 40 ? 7.0 : 1.0;
        const SymmetricEigen leading = leadingEigen(matrix, n, 3);
        for (std::size_t r = 0; r < 3; ++r) {
            QVERIFY(std::abs(leading.values[r] - 7.0) < 1e-9);
            double outside = 0.0;
            for (std::size_t k = 0; k < n; ++k)
                outside += matrix[k * n + k] > 1.0 ? 0.0 : leading.vectors[r * n + k] * leading.vectors[r * n + k];
            QVERIFY(outside < 1e-12);
        }
    }

    void manyDimensions_fewDirections_agreeWithTheFullMethod()
    {
        std::vector<double> deviations(96);
        for (std::size_t k = 0; k < deviations.size(); ++k)
            deviations[k] = 2.0 * std::pow(0.9, static_cast<double>(k));
        const LatentFrame frame = axisCloud(deviations, 3.0, 5, 2000);
        const PrincipalBasis few = principalBasis(frame, 3, nullptr), many = principalBasis(frame, 8, nullptr);
        QCOMPARE(few.rank(), 3);
        QCOMPARE(many.rank(), 8);
        QVERIFY(orthonormalityError(few) < 1e-10 && orthonormalityError(many) < 1e-10);
        for (int r = 0; r < 3; ++r) {
            QVERIFY(dotOf(few.direction(r), many.direction(r)) > 1.0 - 1e-9);
            QVERIFY(std::abs(few.explained[static_cast<std::size_t>(r)] - many.explained[static_cast<std::size_t>(r)]) < 1e-9);
        }
    }

    void knownCloud_directionsAndShares_areFound()
    {
        const LatentFrame frame = axisCloud({0.5, 3.0, 2.0, 1.0}, -4.0, 6, 20000);
        const PrincipalBasis basis = principalBasis(frame, 3, nullptr);
        QCOMPARE(basis.latent(), 4);
        for (const double value : basis.origin)
            QVERIFY(std::abs(value + 4.0) < 0.1);
        const std::array<std::size_t, 3> axes{1, 2, 3};
        const std::array<double, 3> shares{9.0 / 14.25, 4.0 / 14.25, 1.0 / 14.25};
        for (std::size_t r = 0; r < 3; ++r) {
            QVERIFY(basis.direction(static_cast<int>(r))[axes[r]] > 0.99);
            QVERIFY(std::abs(basis.explained[r] - shares[r]) < 0.02);
        }
    }

    void previous_turnedRound_isFollowedInOrderAndSign()
    {
        const auto cloud = [](std::uint64_t seed) { return axisCloud({2.0, 2.17, 2.085, 0.5}, 0.0, seed, 100000); };
        const PrincipalBasis now = principalBasis(cloud(7), 3, nullptr);
        PrincipalBasis before = now;
        for (std::size_t r = 0; r < 3; ++r) // the order 2, 0, 1, and every second one turned round
            for (std::size_t k = 0; k < 4; ++k)
                before.directions[r * 4 + k] = (r == 1 ? -1.0 : 1.0) * now.direction(static_cast<int>((r + 2) % 3))[k];
        const PrincipalBasis next = principalBasis(cloud(8), 3, &before);
        for (int r = 0; r < 3; ++r)
            QVERIFY(dotOf(next.direction(r), before.direction(r)) > 0.95);
        QVERIFY(next.explained[0] < next.explained[1]);
        const PrincipalBasis rested = principalBasis(cloud(8), 3, &before, {}, /*orderSlack=*/1.0);
        QVERIFY(rested.explained[0] > rested.explained[1] && rested.explained[1] > rested.explained[2]);
        before.explained.pop_back(); // another rank: nothing to follow
        before.directions.resize(8);
        const PrincipalBasis fresh = principalBasis(cloud(8), 3, &before);
        QVERIFY(fresh.explained[0] > fresh.explained[1] && fresh.explained[1] > fresh.explained[2]);
    }

    void previous_sharesFarOutOfOrder_areSortedAgainWithItsSigns()
    {
        const PrincipalBasis now = principalBasis(axisCloud({3.0, 2.0, 1.0}, 0.0, 9), 2, nullptr);
        PrincipalBasis before = now;
        for (std::size_t k = 0; k < 3; ++k) {
            before.directions[k] = -now.direction(0)[k];
            before.directions[3 + k] = now.direction(1)[k];
        }
        const PrincipalBasis signs = principalBasis(axisCloud({3.0, 2.0, 1.0}, 0.0, 10), 2, &before);
        QVERIFY(dotOf(signs.direction(0), before.direction(0)) > 0.95 && dotOf(signs.direction(1), before.direction(1)) > 0.95);
        std::swap_ranges(before.directions.begin(), before.directions.begin() + 3, before.directions.begin() + 3);
        const PrincipalBasis sorted = principalBasis(axisCloud({3.0, 2.0, 1.0}, 0.0, 10), 2, &before);
        QVERIFY(sorted.explained[0] > 2.0 * sorted.explained[1]);
        QVERIFY(std::abs(sorted.direction(0)[0]) > 0.95);
    }

    void rank_aboveTheDimensions_isCut()
    {
        QCOMPARE(principalBasis(axisCloud({1.0, 2.0}, 0.0, 9), 3, nullptr).rank(), 2);
        const PrincipalBasis one = principalBasis(axisCloud({2.0}, 1.0, 9), 3, nullptr);
        QCOMPARE(one.rank(), 1);
        QCOMPARE(one.directions, std::vector<double>{1.0});
        QCOMPARE(one.explained, std::vector<double>{1.0});
    }

    void equalCodes_giveTheAxesAndNoShare()
    {
        for (const int latent : {3, 80}) {
            LatentFrame frame;
            frame.latent = latent;
            for (int i = 0; i < 1000; ++i) {
                frame.indices.push_back(i);
                frame.mu.insert(frame.mu.end(), static_cast<std::size_t>(latent), 0.1f); // no sum of it is exact
            }
            const PrincipalBasis basis = principalBasis(frame, 3, nullptr);
            for (int r = 0; r < 3; ++r) {
                QCOMPARE(basis.direction(r)[static_cast<std::size_t>(r)], 1.0);
                QCOMPARE(basis.explained[static_cast<std::size_t>(r)], 0.0);
            }
        }
    }

    void codesThatAreNotFinite_areLeftOut()
    {
        LatentFrame frame = axisCloud({1.0, 3.0, 2.0}, 1.0, 10, 300);
        const PrincipalBasis clean = principalBasis(frame, 2, nullptr);
        frame.indices.insert(frame.indices.end(), {300, 301});
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
        frame.mu.insert(frame.mu.end(), {nan, 0.0f, 0.0f, 1.0f, infinite, 1.0f});
        QVERIFY(principalBasis(frame, 2, nullptr) == clean);
    }

    void stop_requested_givesAnEmptyBasis()
    {
        std::stop_source stop;
        stop.request_stop();
        const PrincipalBasis basis = principalBasis(axisCloud({1.0, 3.0, 2.0}, 1.0, 10, 300), 2, nullptr, stop.get_token());
        QCOMPARE(basis.rank(), 0);
        QCOMPARE(basis.latent(), 0);
        QVERIFY(leadingEigen(randomSquare(80, 90, 1), 80, 3, stop.get_token()).values.empty());
    }
};

QTEST_APPLESS_MAIN(TestPrincipalBasis)
#include "tst_principal_basis.moc"
