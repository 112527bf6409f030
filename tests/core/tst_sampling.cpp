// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/sampling.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace latentscape;

class TestSampling : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplePrior_manyDraws_areStandardNormal()
    {
        RandomStream stream(1, StreamPurpose::Interface);
        const auto z = samplePrior(4, 20000, stream);
        QCOMPARE(z.size(), std::size_t{80000});
        double sum = 0.0, squares = 0.0;
        for (const float value : z) {
            sum += static_cast<double>(value);
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        QVERIFY(std::abs(sum / 80000) < 0.02);
        QVERIFY(std::abs(squares / 80000 - 1.0) < 0.03);
    }

    void sampleAggregate_twoPosteriors_mixesTheirMeansAndVariances()
    {
        LatentFrame frame;
        frame.latent = 2;
        frame.indices = {0, 1};
        frame.mu = {-3.0f, 10.0f, 3.0f, 10.0f};
        frame.logvar = {std::log(0.04f), -40.0f, std::log(0.25f), -40.0f};
        RandomStream stream(2, StreamPurpose::Interface);
        const auto z = sampleAggregate(frame, 20000, stream);
        double left = 0.0, leftSquares = 0.0, right = 0.0, rightSquares = 0.0;
        int leftCount = 0;
        for (std::size_t i = 0; i < 20000; ++i) {
            const double x = static_cast<double>(z[2 * i]);
            QVERIFY(std::abs(z[2 * i + 1] - 10.0f) < 1e-4f);
            if (x < 0.0) {
                ++leftCount;
                left += x;
                leftSquares += (x + 3.0) * (x + 3.0);
            } else {
                right += x;
                rightSquares += (x - 3.0) * (x - 3.0);
            }
        }
        const int rightCount = 20000 - leftCount;
        QVERIFY(std::abs(leftCount - 10000) < 400);
        QVERIFY(std::abs(left / leftCount + 3.0) < 0.02);
        QVERIFY(std::abs(right / rightCount - 3.0) < 0.03);
        QVERIFY(std::abs(leftSquares / leftCount - 0.04) < 0.004);
        QVERIFY(std::abs(rightSquares / rightCount - 0.25) < 0.02);
    }

    void temperature_scalesTheDrawsAboutTheirCentre()
    {
        LatentFrame frame;
        frame.latent = 2;
        frame.indices = {0, 1};
        frame.mu = {-3.0f, 1.0f, 3.0f, 10.0f};
        frame.logvar = {std::log(0.04f), 0.0f, std::log(0.25f), -2.0f};
        const auto draws = [&](double temperature) {
            RandomStream a(3, StreamPurpose::Interface), b(3, StreamPurpose::Interface), c(3, StreamPurpose::Interface);
            return std::array{samplePrior(2, 50, a, temperature), samplePosterior(frame, 1, 50, b, temperature), sampleAggregate(frame, 50, c, temperature)};
        };
        const auto whole = draws(1.0), half = draws(0.5), none = draws(0.0);
        for (std::size_t i = 0; i < 100; ++i) {
            const float centre = i % 2 == 0 ? 3.0f : 10.0f;
            QVERIFY(std::abs(half[0][i] - 0.5f * whole[0][i]) < 1e-6f && none[0][i] == 0.0f);
            QVERIFY(std::abs((half[1][i] - centre) - 0.5f * (whole[1][i] - centre)) < 1e-5f);
            QCOMPARE(none[1][i], centre);
            QVERIFY(none[2][i] == frame.mu[i % 2] || none[2][i] == frame.mu[2 + i % 2]);
        }
    }

    void samplePosterior_manyDraws_haveTheRowsMeanAndVariance()
    {
        LatentFrame frame;
        frame.latent = 1;
        frame.indices = {4, 9};
        frame.mu = {7.0f, -2.0f};
        frame.logvar = {0.0f, std::log(0.09f)};
        RandomStream stream(8, StreamPurpose::Interface);
        const auto z = samplePosterior(frame, 1, 20000, stream);
        QCOMPARE(z.size(), std::size_t{20000});
        double sum = 0.0, squares = 0.0;
        for (const float value : z) {
            sum += static_cast<double>(value) + 2.0;
            squares += std::pow(static_cast<double>(value) + 2.0, 2);
        }
        QVERIFY(std::abs(sum / 20000) < 0.01);
        QVERIFY(std::abs(squares / 20000 - 0.09) < 0.004);
    }

    void sameStream_sameDraws()
    {
        RandomStream a(7, StreamPurpose::Interface), b(7, StreamPurpose::Interface);
        QCOMPARE(samplePrior(3, 11, a), samplePrior(3, 11, b));
    }
};

QTEST_APPLESS_MAIN(TestSampling)
#include "tst_sampling.moc"
