// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/grand_tour.h"
#include "support/latent_cloud.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace latentscape;
using namespace latentscape::tests;

namespace {

/// The larger principal angle between two planes: from the smaller singular value of the products of their directions.
double angleBetween(const Plane& a, const Plane& b)
{
    const double p = dotOf(a.u(), b.u()), q = dotOf(a.u(), b.v()), r = dotOf(a.v(), b.u()), s = dotOf(a.v(), b.v());
    const double sum = p * p + q * q + r * r + s * s, determinant = p * s - q * r;
    const double smaller = std::sqrt(std::max(0.0, 0.5 * (sum - std::sqrt(std::max(0.0, sum * sum - 4.0 * determinant * determinant)))));
    return std::acos(std::min(1.0, smaller));
}

double stepOf(std::span<const double> a, std::span<const double> b)
{
    double squared = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        squared += (a[k] - b[k]) * (a[k] - b[k]);
    return std::sqrt(squared);
}

} // namespace

class TestGrandTour : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStep_orthonormalContinuousAndOfOneSpeed_data()
    {
        QTest::addColumn<int>("latent");
        for (const int latent : {3, 4, 10, 64})
            QTest::addRow("%d", latent) << latent;
    }
    void everyStep_orthonormalContinuousAndOfOneSpeed()
    {
        QFETCH(int, latent);
        constexpr double kStep = 0.02;
        const std::vector<double> origin(static_cast<std::size_t>(latent), 0.5);
        GrandTour tour(latent, 3);
        Plane before = tour.plane(origin);
        int steady = 0;
        constexpr int kSteps = 2000;
        for (int i = 0; i < kSteps; ++i) {
            tour.advance(kStep);
            const Plane now = tour.plane(origin);
            QVERIFY(now.kind() == PlaneKind::Tour);
            QVERIFY(std::abs(dotOf(now.u(), now.u()) - 1.0) < 1e-12 && std::abs(dotOf(now.v(), now.v()) - 1.0) < 1e-12);
            QVERIFY(std::abs(dotOf(now.u(), now.v())) < 1e-12);
            QVERIFY(stepOf(before.u(), now.u()) <= kStep * (1.0 + 1e-9) && stepOf(before.v(), now.v()) <= kStep * (1.0 + 1e-9));
            // no spin inside the plane: what moves leaves it
            QVERIFY(std::abs(dotOf(before.v(), now.u()) - dotOf(before.u(), now.v())) < kStep * kStep);
            const double angle = angleBetween(before, now);
            QVERIFY(angle < kStep + 1e-7);
            steady += angle > kStep - 1e-7 ? 1 : 0;
            before = now;
        }
        QVERIFY(steady > kSteps * 95 / 100); // all but the steps around the corner of two legs
        QVERIFY(std::equal(before.origin().begin(), before.origin().end(), origin.begin()));
    }

    void sameSeed_sameWay_otherSeedAnother()
    {
        const std::vector<double> origin(6, 0.0);
        GrandTour a(6, 4), b(6, 4), other(6, 5);
        for (int i = 0; i < 200; ++i) {
            a.advance(0.1);
            b.advance(0.1);
            other.advance(0.1);
            QVERIFY(a.plane(origin) == b.plane(origin));
        }
        QVERIFY(!(a.plane(origin) == other.plane(origin)));
    }

    void arc_inOneOrManySteps_endsAtTheSamePlace()
    {
        const std::vector<double> origin(5, 0.0);
        GrandTour once(5, 6), often(5, 6);
        once.advance(20.0);
        for (int i = 0; i < 4000; ++i)
            often.advance(0.005);
        QVERIFY(angleBetween(once.plane(origin), often.plane(origin)) < 1e-6);
        QVERIFY(stepOf(once.plane(origin).u(), often.plane(origin).u()) < 1e-6);
    }

    void longWalk_looksAtEveryDimension()
    {
        const std::vector<double> origin(8, 0.0);
        GrandTour tour(8, 7);
        std::vector<double> share(8, 0.0);
        for (int i = 0; i < 3000; ++i) {
            tour.advance(0.1);
            const Plane plane = tour.plane(origin);
            for (std::size_t k = 0; k < 8; ++k)
                share[k] += (plane.u()[k] * plane.u()[k] + plane.v()[k] * plane.v()[k]) / 3000.0;
        }
        for (const double value : share)
            QVERIFY(value > 0.15 && value < 0.35); // a quarter each
    }

    void advance_noArc_standsStill()
    {
        const std::vector<double> origin(4, 0.0);
        GrandTour tour(4, 8);
        tour.advance(0.3);
        const Plane before = tour.plane(origin);
        for (const double arc : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
            tour.advance(arc);
        QVERIFY(tour.plane(origin) == before);
    }
};

QTEST_APPLESS_MAIN(TestGrandTour)
#include "tst_grand_tour.moc"
