// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

using namespace latentscape;

namespace {

std::vector<std::uint32_t> firstNumbers(RandomStream stream, int count)
{
    std::vector<std::uint32_t> numbers;
    for (int i = 0; i < count; ++i)
        numbers.push_back(stream.nextU32());
    return numbers;
}

double correlation(RandomStream a, RandomStream b, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; ++i)
        sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    return 12.0 * sum / count; // the variance of a uniform number is 1/12
}

} // namespace

class TestRandomStream : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sequence_sameArguments_isSame()
    {
        const RandomStream a(5, StreamPurpose::Shuffling, 3);
        QCOMPARE(firstNumbers(a, 100), firstNumbers(RandomStream(5, StreamPurpose::Shuffling, 3), 100));
    }

    void sequence_anyArgumentChanged_differs()
    {
        std::set<std::vector<std::uint32_t>> sequences;
        for (const std::uint64_t seed : {0ull, 1ull, 2ull, 1ull << 40})
            for (const StreamPurpose purpose : {StreamPurpose::Initialisation, StreamPurpose::Split, StreamPurpose::DataSet})
                for (const std::uint64_t substream : {0ull, 1ull, 1ull << 32, 1ull << 41})
                    sequences.insert(firstNumbers(RandomStream(seed, purpose, substream), 4));
        QCOMPARE(sequences.size(), std::size_t{4 * 3 * 4});
    }

    void substreams_areUncorrelated()
    {
        constexpr int kCount = 40000;
        const double limit = 5.0 / std::sqrt(double(kCount)); // five standard errors
        for (std::uint64_t i = 0; i < 8; ++i) {
            QVERIFY(std::abs(correlation(RandomStream(1, StreamPurpose::DataSet, i), RandomStream(1, StreamPurpose::DataSet, i + 1), kCount)) < limit);
            QVERIFY(std::abs(correlation(RandomStream(i, StreamPurpose::DataSet), RandomStream(i + 1, StreamPurpose::DataSet), kCount)) < limit);
        }
    }

    void nextU32_everyBit_isFair()
    {
        RandomStream stream(9, StreamPurpose::Evaluation);
        constexpr int kCount = 50000;
        std::array<int, 32> ones{};
        for (int i = 0; i < kCount; ++i) {
            const std::uint32_t number = stream.nextU32();
            for (std::size_t bit = 0; bit < 32; ++bit)
                ones[bit] += (number >> bit) & 1u;
        }
        for (const int count : ones)
            QVERIFY(std::abs(count - kCount / 2) < 5.0 * std::sqrt(kCount) / 2.0);
    }

    void uniform_momentsAndRange()
    {
        RandomStream stream(1, StreamPurpose::Interface);
        double sum = 0.0, squares = 0.0, low = 1.0, high = 0.0;
        constexpr int kCount = 200000;
        for (int i = 0; i < kCount; ++i) {
            const double u = stream.uniform();
            low = std::min(low, u);
            high = std::max(high, u);
            sum += u;
            squares += u * u;
        }
        QVERIFY(low >= 0.0 && low < 1e-3);
        QVERIFY(high < 1.0 && high > 1.0 - 1e-3);
        QVERIFY(std::abs(sum / kCount - 0.5) < 0.004);
        QVERIFY(std::abs(squares / kCount - 1.0 / 3.0) < 0.004);
        for (int i = 0; i < 1000; ++i) {
            const double v = stream.uniform(-2.0, 3.0);
            QVERIFY(v >= -2.0 && v < 3.0);
        }
    }

    void below_isUniformAndInRange_data()
    {
        QTest::addColumn<int>("bound");
        for (const int bound : {1, 2, 3, 10, 97})
            QTest::addRow("%d", bound) << bound;
    }
    void below_isUniformAndInRange()
    {
        QFETCH(int, bound);
        RandomStream stream(3, StreamPurpose::Shuffling, std::uint64_t(bound));
        constexpr int kEach = 2000;
        std::vector<int> counts(std::size_t(bound), 0);
        for (int i = 0; i < kEach * bound; ++i) {
            const std::uint64_t number = stream.below(std::uint64_t(bound));
            QVERIFY(number < std::uint64_t(bound));
            ++counts[number];
        }
        double chiSquare = 0.0;
        for (const int count : counts)
            chiSquare += double(count - kEach) * (count - kEach) / kEach;
        QVERIFY2(chiSquare < bound + 6.0 * std::sqrt(2.0 * bound), qPrintable(QString::number(chiSquare)));
    }

    void normal_moments_areStandard()
    {
        RandomStream stream(11, StreamPurpose::Reparameterisation);
        constexpr int kCount = 200000;
        double sum = 0.0, squares = 0.0, fourth = 0.0;
        for (int i = 0; i < kCount; ++i) {
            const double x = stream.normal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
        }
        QVERIFY(std::abs(sum / kCount) < 0.012);
        QVERIFY(std::abs(squares / kCount - 1.0) < 0.02);
        QVERIFY(std::abs(fourth / kCount - 3.0) < 0.15);
    }

    void fillNormal_moments_areStandardAndPairsUncorrelated()
    {
        RandomStream stream(12, StreamPurpose::Reparameterisation);
        std::vector<float> values(200000);
        stream.fillNormal(values);
        double sum = 0.0, squares = 0.0, neighbours = 0.0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            QVERIFY(std::isfinite(values[i]));
            sum += values[i];
            squares += double(values[i]) * values[i];
            if (i > 0)
                neighbours += double(values[i]) * values[i - 1];
        }
        const double count = double(values.size());
        QVERIFY(std::abs(sum / count) < 0.012);
        QVERIFY(std::abs(squares / count - 1.0) < 0.02);
        QVERIFY(std::abs(neighbours / count) < 0.012);
    }

    void fillNormal_oddLength_writesAllAndOnlyIts()
    {
        for (std::size_t length = 0; length < 10; ++length) {
            std::vector<float> values(length + 1, 1234.0f);
            RandomStream stream(1, StreamPurpose::Evaluation);
            stream.fillNormal(std::span(values).first(length));
            QCOMPARE(values[length], 1234.0f);
            for (std::size_t i = 0; i < length; ++i)
                QVERIFY(values[i] != 1234.0f);
        }
    }

    void shuffle_keepsElementsAndIsFair()
    {
        std::array<std::array<int, 4>, 4> placed{};
        constexpr int kRounds = 8000;
        for (int round = 0; round < kRounds; ++round) {
            RandomStream stream(2, StreamPurpose::Shuffling, std::uint64_t(round));
            std::array<std::int32_t, 4> values = {0, 1, 2, 3};
            stream.shuffle(values);
            for (std::size_t i = 0; i < 4; ++i)
                ++placed[i][std::size_t(values[i])];
            std::sort(values.begin(), values.end());
            QCOMPARE(values, (std::array<std::int32_t, 4>{0, 1, 2, 3}));
        }
        for (const auto& row : placed)
            for (const int count : row)
                QVERIFY(std::abs(count - kRounds / 4) < 250);
    }
};

QTEST_APPLESS_MAIN(TestRandomStream)
#include "tst_random_stream.moc"
