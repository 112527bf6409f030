// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/latent_density.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace latentscape;

namespace {

void addCode(LatentFrame& frame, const std::vector<double>& mu, const std::vector<double>& sigma)
{
    frame.indices.push_back(static_cast<std::int32_t>(frame.count()));
    for (std::size_t k = 0; k < mu.size(); ++k) {
        frame.mu.push_back(static_cast<float>(mu[k]));
        frame.logvar.push_back(static_cast<float>(2.0 * std::log(sigma[k])));
    }
}

LatentFrame randomFrame(int latent, std::size_t count)
{
    LatentFrame frame;
    frame.latent = latent;
    RandomStream random(5, StreamPurpose::Interface);
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<double> mu, sigma;
        for (int k = 0; k < latent; ++k) {
            mu.push_back(random.normal());
            sigma.push_back(random.uniform(0.2, 0.8));
        }
        addCode(frame, mu, sigma);
    }
    return frame;
}

/// Codes of which the aggregate posterior is the prior: μ ~ N(0, 1 − s²), σ = s.
LatentFrame healthyFrame(std::size_t count, double s)
{
    LatentFrame frame;
    frame.latent = 2;
    RandomStream random(6, StreamPurpose::Interface);
    const double spread = std::sqrt(1.0 - s * s);
    for (std::size_t i = 0; i < count; ++i)
        addCode(frame, {spread * random.normal(), spread * random.normal()}, {s, s});
    return frame;
}

Plane obliquePlane()
{
    return Plane::spanning(PlaneKind::Attribute, {0.3, -0.2, 0.1}, {1.0, 2.0, -1.0}, {0.5, -1.0, 2.0});
}

double sumOver(const std::vector<float>& density, const PlaneWindow& window)
{
    double sum = 0.0;
    for (const float value : density)
        sum += static_cast<double>(value);
    return sum * (window.right - window.left) / window.columns * (window.top - window.bottom) / window.rows;
}

/// Mean of the projected Gaussians at a point, from their covariance matrices.
double directDensity(const LatentFrame& frame, const Plane& plane, PlanePoint at)
{
    double sum = 0.0;
    for (std::size_t row = 0; row < frame.count(); ++row) {
        const PlanePoint centre = plane.project(frame.muOf(row));
        double uu = 0.0, vv = 0.0, uv = 0.0;
        for (std::size_t k = 0; k < plane.u().size(); ++k) {
            const double variance = std::exp(static_cast<double>(frame.logvarOf(row)[k]));
            uu += variance * plane.u()[k] * plane.u()[k];
            vv += variance * plane.v()[k] * plane.v()[k];
            uv += variance * plane.u()[k] * plane.v()[k];
        }
        const double determinant = uu * vv - uv * uv;
        const double dx = at.x - centre.x, dy = at.y - centre.y;
        const double form = (vv * dx * dx - 2.0 * uv * dx * dy + uu * dy * dy) / determinant;
        sum += std::exp(-0.5 * form) / (2.0 * std::numbers::pi * std::sqrt(determinant));
    }
    return sum / static_cast<double>(frame.count());
}

/// 20 000 codes as the prior has them, but those for whose means empty(mu [2]) holds; σ 0.05.
template <typename Empty>
LatentFrame healthyFrameWithout(Empty empty)
{
    const LatentFrame all = healthyFrame(20000, 0.05);
    LatentFrame frame;
    frame.latent = 2;
    for (std::size_t row = 0; row < all.count(); ++row)
        if (const auto mu = all.muOf(row); !empty(mu))
            addCode(frame, {static_cast<double>(mu[0]), static_cast<double>(mu[1])}, {0.05, 0.05});
    return frame;
}

} // namespace

class TestLatentDensity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aggregateDensity_obliquePlane_isTheSumOfProjectedGaussians()
    {
        const LatentFrame frame = randomFrame(3, 20);
        const Plane plane = obliquePlane();
        const PlaneWindow window{-2.0, -3.0, 2.5, 3.0, 45, 60};
        const auto density = aggregateDensity(frame, plane, window);
        QCOMPARE(density.size(), std::size_t{45 * 60});
        double peak = 0.0;
        for (const float value : density)
            peak = std::max(peak, static_cast<double>(value));
        for (int row = 0; row < window.rows; ++row)
            for (int column = 0; column < window.columns; ++column) {
                const double expected = directDensity(frame, plane, window.centre(column, row));
                // 4σ cut off: less than e⁻⁸ of each splat's own peak is missing
                QVERIFY(std::abs(static_cast<double>(density[static_cast<std::size_t>(row * 45 + column)]) - expected) < 1e-3 * peak);
            }
    }

    void aggregateDensity_wideWindow_integratesToOne_data()
    {
        QTest::addColumn<int>("cells");
        QTest::newRow("fine") << 300;
        QTest::newRow("coarser than most posteriors") << 16;
    }
    void aggregateDensity_wideWindow_integratesToOne()
    {
        QFETCH(int, cells);
        const PlaneWindow window{-9.0, -9.0, 9.0, 9.0, cells, cells};
        const double mass = sumOver(aggregateDensity(randomFrame(3, 200), obliquePlane(), window), window);
        QVERIFY2(std::abs(mass - 1.0) < 0.02, qPrintable(QString::number(mass)));
        QVERIFY(std::abs(sumOver(priorDensity(obliquePlane(), window), window) - 1.0) < 0.02);
    }

    void aggregateDensity_thinObliquePosteriors_keepTheirMass()
    {
        LatentFrame frame;
        frame.latent = 2;
        RandomStream random(8, StreamPurpose::Interface);
        for (int i = 0; i < 40; ++i)
            addCode(frame, {random.normal(), random.normal()}, {1.0, 0.003});
        const Plane plane = Plane::spanning(PlaneKind::Rotation, {0.0, 0.0}, {1.0, 1.0}, {-1.0, 1.0});
        const PlaneWindow window{-8.0, -8.0, 8.0, 8.0, 64, 64};
        QVERIFY(std::abs(sumOver(aggregateDensity(frame, plane, window), window) - 1.0) < 0.02);
    }

    void aggregateDensity_notFiniteRows_areLeftOut()
    {
        LatentFrame frame = randomFrame(2, 10);
        const Plane plane = Plane::axes(2, 0, 1);
        const PlaneWindow window{-3.0, -3.0, 3.0, 3.0, 20, 20};
        const auto before = aggregateDensity(frame, plane, window);
        addCode(frame, {std::nan(""), 0.0}, {1.0, 1.0});
        addCode(frame, {1e30, 0.0}, {1.0, 1.0});
        frame.logvar[frame.logvar.size() - 4] = 0.0f;
        const auto after = aggregateDensity(frame, plane, window);
        for (std::size_t i = 0; i < before.size(); ++i)
            QVERIFY(std::abs(after[i] * 11.0f / 10.0f - before[i]) < 1e-5f); // the far one counts, the broken one does not
    }

    void oneDimension_everyRowIsTheDensityAlongIt()
    {
        LatentFrame frame;
        frame.latent = 1;
        addCode(frame, {-1.0}, {0.5});
        addCode(frame, {2.0}, {0.25});
        const Plane plane = Plane::axes(1, 0, 0);
        const PlaneWindow window{-4.0, -1.0, 4.0, 1.0, 80, 3};
        const auto density = aggregateDensity(frame, plane, window);
        const auto normal = [](double x, double mean, double sigma) {
            return std::exp(-0.5 * std::pow((x - mean) / sigma, 2)) / (sigma * std::sqrt(2.0 * std::numbers::pi));
        };
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 80; ++column) {
                const double x = window.centre(column, row).x;
                const double expected = 0.5 * (normal(x, -1.0, 0.5) + normal(x, 2.0, 0.25));
                QVERIFY(std::abs(static_cast<double>(density[static_cast<std::size_t>(row * 80 + column)]) - expected) < 1e-3);
            }
        const auto prior = priorDensity(plane, window);
        QVERIFY(std::abs(static_cast<double>(prior[0]) - normal(window.centre(0, 0).x, 0.0, 1.0)) < 1e-6);
        const PlaneEllipse ellipse = posteriorEllipse(frame, 0, plane);
        QVERIFY(std::abs(ellipse.major - 0.5) < 1e-6 && ellipse.minor == 0.0 && ellipse.angle == 0.0);
    }

    void priorDensity_planeAwayFromTheOrigin_peaksAtItsFoot()
    {
        const Plane plane = obliquePlane();
        const std::vector<float> zero(3, 0.0f);
        const PlanePoint foot = plane.project(zero);
        const PlaneWindow window{foot.x - 0.05, foot.y - 0.05, foot.x + 0.05, foot.y + 0.05, 1, 1};
        QVERIFY(std::abs(static_cast<double>(priorDensity(plane, window)[0]) - 1.0 / (2.0 * std::numbers::pi)) < 1e-6);
    }

    void priorHoles_healthyCodes_haveAlmostNone()
    {
        const PlaneWindow window{-4.0, -4.0, 4.0, 4.0, 64, 64};
        const PriorHoles holes = priorHoles(healthyFrame(20000, 0.3), Plane::axes(2, 0, 1), window);
        QVERIFY2(holes.emptyMass < 0.005, qPrintable(QString::number(holes.emptyMass)));
        double worst = 0.0;
        for (int row = 20; row < 44; ++row) // within 1.5 of the middle
            for (int column = 20; column < 44; ++column)
                worst = std::max(worst, std::abs(static_cast<double>(holes.logRatio[static_cast<std::size_t>(row * 64 + column)])));
        QVERIFY2(worst < 0.15, qPrintable(QString::number(worst)));
        QVERIFY(std::isnan(holes.logRatio[0])); // a corner: the prior is below 1 % of its peak
    }

    void priorHoles_plantedHole_isFoundAndMeasured()
    {
        const LatentFrame frame = healthyFrameWithout([](auto mu) { return std::hypot(mu[0] - 1.0f, mu[1]) <= 0.6f; });
        const PlaneWindow window{-4.0, -4.0, 4.0, 4.0, 80, 80};
        const PriorHoles holes = priorHoles(frame, Plane::axes(2, 0, 1), window);
        const auto at = [&](double x, double y) { // cells of 0.1
            return holes.logRatio[static_cast<std::size_t>((4.0 - y) / 0.1) * 80 + static_cast<std::size_t>((x + 4.0) / 0.1)];
        };
        QCOMPARE(at(1.01, 0.01), -2.0f);
        QVERIFY(at(-1.01, 0.01) > -0.5f);
        // The prior's mass in the disc, less a rim that the posteriors' σ fills: between the discs of 0.45 and 0.6 plus the empty tails.
        const auto massOfDisc = [](double radius) {
            double sum = 0.0;
            for (double y = -radius; y < radius; y += 0.01)
                for (double x = 1.0 - radius; x < 1.0 + radius; x += 0.01)
                    if (std::hypot(x - 1.0, y) < radius)
                        sum += std::exp(-0.5 * (x * x + y * y)) / (2.0 * std::numbers::pi) * 1e-4;
            return sum;
        };
        QVERIFY2(holes.emptyMass > massOfDisc(0.45) && holes.emptyMass < massOfDisc(0.6) + 0.02, qPrintable(QString::number(holes.emptyMass)));
    }

    void priorHoles_coarseCells_measureTheSameMass_data()
    {
        QTest::addColumn<double>("side");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("one cell") << 4.0 << 1 << 1;
        QTest::newRow("two by two") << 4.0 << 2 << 2;
        QTest::newRow("one by a thousand") << 4.0 << 1 << 1000;
        QTest::newRow("a window far larger than the prior") << 1000.0 << 50 << 50;
    }
    void priorHoles_coarseCells_measureTheSameMass()
    {
        QFETCH(double, side);
        QFETCH(int, columns);
        QFETCH(int, rows);
        const LatentFrame frame = healthyFrameWithout([](auto mu) { return mu[0] >= 0.5f; });
        const Plane plane = Plane::axes(2, 0, 1);
        const double fine = priorHoles(frame, plane, {-4.0, -4.0, 4.0, 4.0, 80, 80}).emptyMass;
        QVERIFY(fine > 0.2 && fine < 0.32); // the prior beyond ½ has 0.31
        const PriorHoles coarse = priorHoles(frame, plane, {-side, -side, side, side, columns, rows});
        QCOMPARE(coarse.logRatio.size(), static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
        QVERIFY2(std::abs(coarse.emptyMass - fine) < 0.01, qPrintable(QString("%1 against %2").arg(coarse.emptyMass).arg(fine)));
        QCOMPARE(priorHoles(frame, plane, {100.0, 100.0, 200.0, 200.0, 10, 10}).emptyMass, 0.0); // the prior is elsewhere
    }

    void priorHoles_oneDimension_coarseCells_measureTheSameMass()
    {
        LatentFrame frame;
        frame.latent = 1;
        for (int i = 0; i < 2000; ++i)
            addCode(frame, {-0.001 * i}, {0.05});
        const Plane plane = Plane::axes(1, 0, 0);
        const double fine = priorHoles(frame, plane, {-4.0, -1.0, 4.0, 1.0, 80, 3}).emptyMass;
        QVERIFY2(fine > 0.4 && fine < 0.55, qPrintable(QString::number(fine))); // above 0.1, and the lower tail that is shown
        QVERIFY(std::abs(priorHoles(frame, plane, {-4.0, -1.0, 4.0, 1.0, 2, 1}).emptyMass - fine) < 0.01);
    }

    void posteriorEllipse_obliquePlane_isTheCovarianceOfItsDraws()
    {
        LatentFrame frame;
        frame.latent = 3;
        addCode(frame, {0.4, -1.0, 2.0}, {1.2, 0.3, 0.7});
        const Plane plane = obliquePlane();
        const PlaneEllipse ellipse = posteriorEllipse(frame, 0, plane);
        const PlanePoint centre = plane.project(frame.muOf(0));
        QVERIFY(std::abs(ellipse.centre.x - centre.x) < 1e-9 && std::abs(ellipse.centre.y - centre.y) < 1e-9);
        RandomStream random(9, StreamPurpose::Interface);
        constexpr int kDraws = 200000;
        double along = 0.0, across = 0.0, cross = 0.0;
        for (int i = 0; i < kDraws; ++i) {
            const std::vector<float> z{static_cast<float>(0.4 + 1.2 * random.normal()), static_cast<float>(-1.0 + 0.3 * random.normal()),
                                       static_cast<float>(2.0 + 0.7 * random.normal())};
            const PlanePoint p = plane.project(z);
            const double dx = p.x - centre.x, dy = p.y - centre.y;
            const double a = dx * std::cos(ellipse.angle) + dy * std::sin(ellipse.angle), b = dy * std::cos(ellipse.angle) - dx * std::sin(ellipse.angle);
            along += a * a / kDraws;
            across += b * b / kDraws;
            cross += a * b / kDraws;
        }
        QVERIFY(std::abs(std::sqrt(along) - ellipse.major) < 0.01 * ellipse.major);
        QVERIFY(std::abs(std::sqrt(across) - ellipse.minor) < 0.01 * ellipse.minor);
        QVERIFY(std::abs(cross) < 0.01 * ellipse.major * ellipse.minor);
        QVERIFY(ellipse.major > ellipse.minor);
    }

    void stopped_isEmpty()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(aggregateDensity(randomFrame(2, 10), Plane::axes(2, 0, 1), {}, stop.get_token()).empty());
        QVERIFY(priorHoles(randomFrame(2, 10), Plane::axes(2, 0, 1), {}, stop.get_token()).logRatio.empty());
    }
};

QTEST_APPLESS_MAIN(TestLatentDensity)
#include "tst_latent_density.moc"
