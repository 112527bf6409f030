// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/explore/probes.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

using namespace latentscape;

namespace {

struct Cloud {
    int latent = 2;
    std::vector<float> mu;
    std::vector<std::int32_t> labels;
    [[nodiscard]] ProbeCodes codes() const { return {latent, mu}; }
};

/// Gaussian clouds around the corners of a regular polygon; the last dimensions are constant (unused).
Cloud clouds(std::size_t count, int classes, double radius, std::uint64_t seed, int unused = 0)
{
    RandomStream stream(seed, StreamPurpose::DataSet);
    Cloud cloud;
    cloud.latent = 2 + unused;
    for (std::size_t i = 0; i < count; ++i) {
        const int label = static_cast<int>(i) % classes;
        const double angle = 2.0 * std::numbers::pi * label / classes;
        cloud.mu.push_back(static_cast<float>(radius * std::cos(angle) + stream.normal()));
        cloud.mu.push_back(static_cast<float>(radius * std::sin(angle) + stream.normal()));
        cloud.mu.insert(cloud.mu.end(), static_cast<std::size_t>(unused), 0.125F);
        cloud.labels.push_back(label);
    }
    return cloud;
}

/// The definition, with a full sort: slow and plain.
double slowKnn(const Cloud& train, const Cloud& test, int k)
{
    const auto latent = static_cast<std::size_t>(train.latent);
    std::size_t correct = 0;
    for (std::size_t q = 0; q < test.labels.size(); ++q) {
        std::vector<std::pair<float, std::size_t>> all;
        for (std::size_t i = 0; i < train.labels.size(); ++i) {
            float far = 0.0F;
            for (std::size_t j = 0; j < latent; ++j)
                far += (train.mu[i * latent + j] - test.mu[q * latent + j]) * (train.mu[i * latent + j] - test.mu[q * latent + j]);
            all.emplace_back(far, i);
        }
        std::ranges::sort(all);
        std::vector<int> votes(64, 0);
        for (int n = 0; n < k; ++n)
            ++votes[static_cast<std::size_t>(train.labels[all[static_cast<std::size_t>(n)].second])];
        correct += std::ranges::max_element(votes) - votes.begin() == test.labels[q] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(test.labels.size());
}

} // namespace

class TestProbes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knn_overlappingClouds_equalsTheDefinition_data()
    {
        QTest::addColumn<int>("k");
        for (const int k : {1, 5, 10})
            QTest::addRow("k = %d", k) << k;
    }
    void knn_overlappingClouds_equalsTheDefinition()
    {
        QFETCH(int, k);
        const Cloud train = clouds(3000, 5, 1.5, 1), test = clouds(200, 5, 1.5, 2); // more rows than one block
        const auto accuracy = knnAccuracy(train.codes(), train.labels, test.codes(), test.labels, k);
        QVERIFY(accuracy.has_value());
        QCOMPARE(*accuracy, slowKnn(train, test, k));
        QVERIFY(*accuracy > 0.3 && *accuracy < 0.95);
    }

    void knn_moreNeighboursThanCodes_votesWithAll()
    {
        const Cloud train = clouds(4, 2, 10.0, 1), test = clouds(2, 2, 10.0, 2);
        QCOMPARE(*knnAccuracy(train.codes(), train.labels, test.codes(), test.labels, 10), 0.5); // a tie goes to the lower class
        QCOMPARE(*knnAccuracy(train.codes(), train.labels, test.codes(), test.labels, 1), 1.0);
    }

    void linear_separableClouds_isPerfect()
    {
        const Cloud train = clouds(600, 3, 12.0, 1, /*unused=*/2), test = clouds(300, 3, 12.0, 2, 2);
        QCOMPARE(*linearAccuracy(train.codes(), train.labels, test.codes(), test.labels), 1.0);
    }

    void linear_twoGaussians_reachesTheBayesRate()
    {
        // Means ±1.5 with unit variance: the best possible accuracy is Φ(1.5) = 0.9332.
        const Cloud train = clouds(20000, 2, 1.5, 1), test = clouds(20000, 2, 1.5, 2);
        const double accuracy = *linearAccuracy(train.codes(), train.labels, test.codes(), test.labels);
        QVERIFY2(std::abs(accuracy - 0.9332) < 0.006, qPrintable(QString::number(accuracy)));
    }

    void linear_ringAroundACentre_cannotBeLearntButNeighboursCan()
    {
        const auto rings = [](std::uint64_t seed) {
            RandomStream stream(seed, StreamPurpose::DataSet);
            Cloud cloud;
            for (int i = 0; i < 1000; ++i) {
                const double angle = stream.uniform(0.0, 2.0 * std::numbers::pi), radius = (i % 2 == 0 ? 0.3 : 3.0) + 0.1 * stream.normal();
                cloud.mu.push_back(static_cast<float>(radius * std::cos(angle)));
                cloud.mu.push_back(static_cast<float>(radius * std::sin(angle)));
                cloud.labels.push_back(i % 2);
            }
            return cloud;
        };
        const Cloud train = rings(1), test = rings(2);
        QVERIFY(*linearAccuracy(train.codes(), train.labels, test.codes(), test.labels) < 0.75);
        QVERIFY(*knnAccuracy(train.codes(), train.labels, test.codes(), test.labels, 10) > 0.99);
    }

    void linear_repeated_isBitIdentical()
    {
        const Cloud train = clouds(500, 4, 1.5, 3), test = clouds(200, 4, 1.5, 4);
        const auto first = linearAccuracy(train.codes(), train.labels, test.codes(), test.labels);
        QCOMPARE(*linearAccuracy(train.codes(), train.labels, test.codes(), test.labels), *first);
    }

    void r2_linearColumn_isOneMinusTheNoiseShare()
    {
        const Cloud train = clouds(5000, 3, 2.0, 1, /*unused=*/1), test = clouds(5000, 3, 2.0, 2, 1);
        RandomStream stream(5, StreamPurpose::DataSet);
        const auto column = [&stream](const Cloud& cloud, double noise) {
            std::vector<float> values;
            for (std::size_t i = 0; i < cloud.labels.size(); ++i)
                values.push_back(static_cast<float>(7.0 + 2.0 * cloud.mu[3 * i] - cloud.mu[3 * i + 1] + noise * stream.normal()));
            return values;
        };
        const auto exactTrain = column(train, 0.0), exactTest = column(test, 0.0);
        QVERIFY(*linearR2(train.codes(), exactTrain, test.codes(), exactTest) > 0.9999);
        // Signal variance: (4 + 1)·(1 + 2²/2) = 15; noise variance 15 leaves R² = 1/2.
        const auto noisyTrain = column(train, std::sqrt(15.0)), noisyTest = column(test, std::sqrt(15.0));
        const double r2 = *linearR2(train.codes(), noisyTrain, test.codes(), noisyTest);
        QVERIFY2(std::abs(r2 - 0.5) < 0.04, qPrintable(QString::number(r2)));
    }

    void r2_constantColumn_hasNoAnswer()
    {
        const Cloud cloud = clouds(50, 2, 2.0, 1);
        const std::vector<float> constant(50, 3.0F);
        QVERIFY(!linearR2(cloud.codes(), constant, cloud.codes(), constant).has_value());
    }

    void probes_stopRequested_giveUp()
    {
        std::stop_source source;
        source.request_stop();
        const Cloud cloud = clouds(50, 2, 2.0, 1);
        QVERIFY(!knnAccuracy(cloud.codes(), cloud.labels, cloud.codes(), cloud.labels, 10, source.get_token()).has_value());
        QVERIFY(!linearAccuracy(cloud.codes(), cloud.labels, cloud.codes(), cloud.labels, source.get_token()).has_value());
    }
};

QTEST_APPLESS_MAIN(TestProbes)
#include "tst_probes.moc"
