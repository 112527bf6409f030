// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/aggregate_posterior.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace latentscape;

class TstAggregatePosterior : public QObject {
    Q_OBJECT

    static LatentFrame frameOf(int latent, std::size_t count, std::uint64_t seed)
    {
        RandomStream random(seed, StreamPurpose::Interface);
        LatentFrame frame;
        frame.latent = latent;
        for (std::size_t i = 0; i < count; ++i) {
            frame.indices.push_back(static_cast<std::int32_t>(i));
            for (int k = 0; k < latent; ++k) {
                frame.mu.push_back(static_cast<float>(random.normal()));
                frame.logvar.push_back(static_cast<float>(random.uniform(-4.0, -1.0)));
            }
        }
        return frame;
    }

private Q_SLOTS:
    void logDensity_ofAFewSamples_equalsTheDirectSum()
    {
        const LatentFrame frame = frameOf(3, 50, 7);
        const auto posterior = AggregatePosterior::create(frame);
        QVERIFY(posterior);
        std::vector<double> widening; // Scott's rule
        for (std::size_t k = 0; k < 3; ++k) {
            double mean = 0.0, squares = 0.0;
            for (std::size_t row = 0; row < frame.count(); ++row) {
                mean += double(frame.muOf(row)[k]) / double(frame.count());
                squares += double(frame.muOf(row)[k]) * double(frame.muOf(row)[k]) / double(frame.count());
            }
            widening.push_back((squares - mean * mean) * std::pow(std::pow(50.0, -1.0 / 7.0), 2));
        }
        RandomStream random(9, StreamPurpose::Interface);
        for (int n = 0; n < 40; ++n) {
            std::vector<float> z;
            for (int k = 0; k < 3; ++k)
                z.push_back(static_cast<float>(1.5 * random.normal()));
            double sum = 0.0;
            for (std::size_t row = 0; row < frame.count(); ++row) {
                double density = 1.0;
                for (std::size_t k = 0; k < 3; ++k) {
                    const double variance = std::exp(double(frame.logvarOf(row)[k])) + widening[k];
                    const double d = double(z[k]) - double(frame.muOf(row)[k]);
                    density *= std::exp(-d * d / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
                }
                sum += density / double(frame.count());
            }
            QVERIFY2(std::abs(posterior->logDensity(z) - std::log(sum)) < 1e-3 * (1 + std::abs(std::log(sum))), qPrintable(QString::number(std::log(sum))));
        }
    }

    void logDensity_integratesToOne()
    {
        const auto posterior = AggregatePosterior::create(frameOf(2, 300, 3));
        double mass = 0.0;
        const double step = 0.05;
        for (double x = -7; x < 7; x += step)
            for (double y = -7; y < 7; y += step)
                mass += std::exp(posterior->logDensity(std::vector<float>{float(x), float(y)})) * step * step;
        QVERIFY2(std::abs(mass - 1.0) < 0.01, qPrintable(QString::number(mass)));
    }

    void relativeLogDensity_nearAndFar_hasTheRightSign()
    {
        const LatentFrame frame = frameOf(2, 5000, 5);
        const auto posterior = AggregatePosterior::create(frame);
        QVERIFY(posterior->relativeLogDensity(std::vector<float>{0, 0}) > 0.0); // the middle of a normal cloud
        QVERIFY(posterior->relativeLogDensity(std::vector<float>{6, 6}) < -10.0);
        QVERIFY(posterior->relativeLogDensity(std::vector<float>{1e9f, 0}) < -1e6);
    }

    void relativeLogDensity_atASamplesOwnMean_isNotASpike()
    {
        for (const int latent : {2, 10, 20}) {
            const LatentFrame frame = frameOf(latent, 4000, 11);
            const auto posterior = AggregatePosterior::create(frame);
            std::vector<double> own;
            for (std::size_t row = 0; row < 200; ++row)
                own.push_back(posterior->relativeLogDensity(frame.muOf(row)));
            std::sort(own.begin(), own.end());
            QVERIFY2(own[100] > -0.5 && own[100] < 2.0, qPrintable(QString::number(own[100]))); // typical is about one
        }
    }

    void rareLogDensity_isReachedByNineteenOfTwenty()
    {
        for (const int latent : {1, 2, 10}) {
            const LatentFrame frame = frameOf(latent, 4000, 17);
            const auto posterior = AggregatePosterior::create(frame);
            QVERIFY(posterior->rareLogDensity() < 0.0);
            int below = 0;
            for (std::size_t row = 0; row < 2000; ++row)
                below += posterior->relativeLogDensity(frame.muOf(row)) < posterior->rareLogDensity();
            QVERIFY2(below > 40 && below < 200, qPrintable(QString::number(below))); // 100 but for the 256 samples that decide
        }
    }

    void rareLogDensity_ofCodesInOnePlace_isHalfTheTypicalDensity()
    {
        LatentFrame frame = frameOf(2, 4000, 23); // a model that has not learnt yet: its means differ by far less than their widths
        for (float& mu : frame.mu)
            mu *= 0.01f;
        std::fill(frame.logvar.begin(), frame.logvar.end(), 0.0f);
        const auto posterior = AggregatePosterior::create(frame);
        QCOMPARE(posterior->rareLogDensity(), std::log(0.5));
        for (std::size_t row = 0; row < frame.count(); ++row)
            QVERIFY(posterior->relativeLogDensity(frame.muOf(row)) > posterior->rareLogDensity());
        QVERIFY(posterior->relativeLogDensity(std::vector<float>{3, 0}) < posterior->rareLogDensity());
    }

    void create_withoutFiniteCodes_isNull()
    {
        QVERIFY(!AggregatePosterior::create(frameOf(2, 0, 1)));
        LatentFrame frame = frameOf(1, 2, 1);
        frame.mu = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
        QVERIFY(!AggregatePosterior::create(frame));
    }
};

QTEST_APPLESS_MAIN(TstAggregatePosterior)
#include "tst_aggregate_posterior.moc"
