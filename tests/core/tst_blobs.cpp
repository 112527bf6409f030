// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/blobs.h"
#include "core/data/count_rows.h"
#include "core/data/standardize.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

using namespace latentscape;

namespace {

constexpr std::size_t kColumns = 16;

std::shared_ptr<const Dataset> blobs(std::uint64_t seed = 1, std::size_t train = 2000, std::size_t test = 200)
{
    return makeBlobs(GeneratorRequest{seed, train, test, {}}).value();
}

std::shared_ptr<const Dataset> counts(std::uint64_t seed = 1, std::size_t train = 2000, std::size_t test = 200)
{
    return makeCountRows(GeneratorRequest{seed, train, test, {}}).value();
}

/// Share of the test part whose nearest training sample has the same label.
double nearestNeighbourAccuracy(const Dataset& set)
{
    std::vector<float> a(kColumns), b(kColumns);
    int right = 0;
    for (std::size_t t = 0; t < set.test().count; ++t) {
        set.copyFloats(set.test(), t, a);
        double least = std::numeric_limits<double>::max();
        std::int32_t label = -1;
        for (std::size_t i = 0; i < set.train().count; ++i) {
            set.copyFloats(set.train(), i, b);
            double distance = 0.0;
            for (std::size_t k = 0; k < kColumns; ++k)
                distance += double(a[k] - b[k]) * double(a[k] - b[k]);
            if (distance < least) {
                least = distance;
                label = set.train().labels[i];
            }
        }
        right += label == set.test().labels[t];
    }
    return right / double(set.test().count);
}

double original(const Dataset& set, const DataPart& part, std::size_t row, std::size_t column)
{
    const ColumnScale& scale = set.columns()[column];
    return double(part.floats()[row * kColumns + column]) * double(scale.scale) + double(scale.mean);
}

double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const double n = double(a.size());
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sa += a[i];
        sb += b[i];
        saa += a[i] * a[i];
        sbb += b[i] * b[i];
        sab += a[i] * b[i];
    }
    return (sab / n - sa / n * sb / n) / std::sqrt((saa / n - sa / n * sa / n) * (sbb / n - sb / n * sb / n));
}

} // namespace

class TestBlobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blobs_trainPart_isStandardised()
    {
        const auto set = blobs();
        QCOMPARE(set->shape(), (ItemShape{1, 1, 16}));
        QCOMPARE(set->classNames().size(), std::size_t{5});
        QVERIFY(set->isStandardized());
        QCOMPARE(set->columns().size(), kColumns);
        std::set<std::string> names;
        for (std::size_t k = 0; k < kColumns; ++k) {
            double sum = 0.0, squares = 0.0;
            for (std::size_t i = 0; i < set->train().count; ++i) {
                const double value = double(set->train().floats()[i * kColumns + k]);
                sum += value;
                squares += value * value;
            }
            QVERIFY(std::abs(sum / 2000.0) < 1e-3);
            QVERIFY(std::abs(squares / 2000.0 - 1.0) < 1e-3);
            QVERIFY(set->columns()[k].scale > 0.0f && std::isfinite(set->columns()[k].mean));
            names.insert(set->columns()[k].name);
        }
        QCOMPARE(names.size(), kColumns);
        QVERIFY(!names.contains(""));
    }

    void blobs_inTheirOwnUnits_dependOnSeedAndIndexOnly()
    {
        const auto small = blobs(3, 100, 20), large = blobs(3, 400, 40);
        QVERIFY(small->columns() != large->columns()); // standardised by the train part
        for (std::size_t k = 0; k < kColumns; ++k) {
            const double tolerance = 1e-5 * double(large->columns()[k].scale) + 2e-7 * std::abs(double(large->columns()[k].mean));
            for (std::size_t i = 0; i < 100; ++i)
                QVERIFY(std::abs(original(*small, small->train(), i, k) - original(*large, large->train(), i, k)) < 10.0 * tolerance);
            for (std::size_t i = 0; i < 20; ++i)
                QVERIFY(std::abs(original(*small, small->test(), i, k) - original(*large, large->test(), i, k)) < 10.0 * tolerance);
        }
        QCOMPARE(blobs(3, 100, 20)->provenance().sha256, small->provenance().sha256);
        QVERIFY(blobs(4, 100, 20)->provenance().sha256 != small->provenance().sha256);
    }

    void blobs_differInPlaceAndSpread()
    {
        const auto set = blobs();
        const double accuracy = nearestNeighbourAccuracy(*set);
        QVERIFY2(accuracy > 0.9, qPrintable(QString::number(accuracy)));
        // The total variance inside a class, which the classes do not share.
        std::array<double, 5> spread{};
        for (std::size_t k = 0; k < kColumns; ++k) {
            std::array<double, 5> sum{}, squares{};
            for (std::size_t i = 0; i < set->train().count; ++i) {
                const auto label = std::size_t(set->train().labels[i]);
                const double value = double(set->train().floats()[i * kColumns + k]);
                sum[label] += value;
                squares[label] += value * value;
            }
            for (std::size_t c = 0; c < 5; ++c)
                spread[c] += squares[c] / 400.0 - sum[c] / 400.0 * sum[c] / 400.0;
        }
        const auto [least, most] = std::minmax_element(spread.begin(), spread.end());
        QVERIFY2(*most > 1.3 * *least, qPrintable(QString("%1 … %2").arg(*least).arg(*most)));
    }

    void blobs_factors_showInTheColumns()
    {
        const auto set = blobs();
        QCOMPARE(set->train().factors.size(), std::size_t{2});
        for (std::int32_t label = 0; label < 5; ++label) {
            double strongest = 0.0;
            for (std::size_t k = 0; k < kColumns; ++k) {
                std::vector<double> growth, value;
                for (std::size_t i = 0; i < set->train().count; ++i)
                    if (set->train().labels[i] == label) {
                        growth.push_back(double(set->train().factors[0].values[i]));
                        value.push_back(double(set->train().floats()[i * kColumns + k]));
                    }
                strongest = std::max(strongest, std::abs(correlation(growth, value)));
            }
            QVERIFY2(strongest > 0.6, qPrintable(QString("class %1: %2").arg(label).arg(strongest)));
        }
    }

    void standardize_constantColumn_keepsTheScaleOne()
    {
        Dataset::Parts parts;
        parts.shape = ItemShape{1, 1, 2};
        parts.train.count = 3;
        parts.train.values = std::vector<float>{0.1f, 1.0f, 0.1f, 2.0f, 0.1f, 3.0f};
        parts.test.count = 1;
        parts.test.values = std::vector<float>{0.6f, 4.0f};
        const std::vector<std::string> names{"fixed", "free"};
        standardizeColumns(parts, names);
        QCOMPARE(parts.columns[0], (ColumnScale{"fixed", 0.1f, 1.0f}));
        QCOMPARE(parts.columns[1].mean, 2.0f);
        const float deviation = std::sqrt(2.0f / 3.0f);
        QCOMPARE(parts.columns[1].scale, deviation);
        QCOMPARE(parts.train.floats()[0], 0.0f);
        QCOMPARE(parts.train.floats()[5], 1.0f / deviation);
        QCOMPARE(parts.test.floats()[0], 0.5f);
        QCOMPARE(parts.test.floats()[1], 2.0f / deviation); // by the train part's numbers
    }

    void counts_areBytesOfFourProfiles()
    {
        const auto set = counts();
        QCOMPARE(set->shape(), (ItemShape{1, 1, 16}));
        QVERIFY(set->train().isBytes() && set->traits().counts && !set->isStandardized());
        QCOMPARE(set->classNames(), (std::vector<std::string>{"rising", "falling", "peak", "ends"}));
        const double accuracy = nearestNeighbourAccuracy(*set);
        QVERIFY2(accuracy > 0.97, qPrintable(QString::number(accuracy)));
        const auto again = counts(1, 300, 20);
        QVERIFY(std::equal(again->train().bytes().begin(), again->train().bytes().end(), set->train().bytes().begin()));
        QVERIFY(*std::max_element(set->train().bytes().begin(), set->train().bytes().end()) > 150);
        QVERIFY(std::ranges::count(set->train().bytes(), std::uint8_t{255}) == 0); // hardly ever cut
    }

    void counts_arePoissonDraws()
    {
        // Given exposure e and background b the rate is e (r + b) with an r of the class and column: once r is estimated, the squared
        // deviation over the rate is 1 on the average, and its third moment is that of a Poisson variable.
        const auto set = counts(7, 8000, 10);
        double chi = 0.0, skew = 0.0, number = 0.0;
        for (std::int32_t label = 0; label < 4; ++label)
            for (std::size_t k = 0; k < kColumns; ++k) {
                double sum = 0.0, exposures = 0.0;
                for (std::size_t i = 0; i < 8000; ++i)
                    if (set->train().labels[i] == label) {
                        const double e = double(set->train().factors[0].values[i]), b = double(set->train().factors[1].values[i]);
                        sum += set->train().bytes()[i * kColumns + k] - e * b;
                        exposures += e;
                    }
                for (std::size_t i = 0; i < 8000; ++i)
                    if (set->train().labels[i] == label) {
                        const double e = double(set->train().factors[0].values[i]), b = double(set->train().factors[1].values[i]);
                        const double rate = std::max(0.3, e * (sum / exposures + b)), off = set->train().bytes()[i * kColumns + k] - rate;
                        chi += off * off / rate;
                        skew += off * off * off / rate;
                        number += 1.0;
                    }
            }
        QVERIFY2(std::abs(chi / number - 1.0) < 0.02, qPrintable(QString::number(chi / number)));
        QVERIFY2(std::abs(skew / number - 1.0) < 0.35, qPrintable(QString::number(skew / number)));
    }

    void stop_andCounts_areMinded()
    {
        std::stop_source source;
        source.request_stop();
        QCOMPARE(makeBlobs(GeneratorRequest{1, 100, 10, {}}, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(makeBlobs(GeneratorRequest{1, 0, 10, {}}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(makeCountRows(GeneratorRequest{1, 100, 10, {}}, source.get_token()).error().code, ErrorCode::Cancelled);
        const auto one = makeBlobs(GeneratorRequest{1, 1, 1, {}});
        QVERIFY(one.ok());
        QCOMPARE(one.value()->columns()[3].scale, 1.0f);
        QVERIFY(std::ranges::all_of(one.value()->test().floats(), [](float value) { return std::isfinite(value); }));
    }
};

QTEST_APPLESS_MAIN(TestBlobs)
#include "tst_blobs.moc"
