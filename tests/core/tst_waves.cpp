// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/waves.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace latentscape;

namespace {

constexpr std::size_t kSteps = 128;
constexpr std::size_t kCount = 1000;
constexpr double kPi = std::numbers::pi;
enum Column : std::size_t { Frequency, Phase, Amplitude, Noise };

std::shared_ptr<const Dataset> waves(std::uint64_t seed = 1, std::size_t train = kCount, std::size_t test = 100)
{
    return makeWaves(GeneratorRequest{seed, train, test, {}}).value();
}

double column(const Dataset& set, Column which, std::size_t index)
{
    return double(set.train().factors[which].values[index]);
}

/// The wave at a place counted in periods by other formulas than those it is made with; NaN within a step of a jump.
double formula(std::int32_t family, double periods, double periodsPerStep)
{
    const double angle = 2.0 * kPi * periods;
    const double toHalf = std::abs(periods - 0.5 * std::round(2.0 * periods));
    const double toMiddle = std::abs(periods - 0.5 - std::round(periods - 0.5));
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    switch (family) {
    case 1: return 2.0 / kPi * std::asin(std::sin(angle));
    case 2: return toHalf < periodsPerStep ? kUnknown : std::sin(angle) > 0.0 ? 1.0 : -1.0;
    case 3: return toMiddle < periodsPerStep ? kUnknown : 2.0 / kPi * std::atan(std::tan(angle / 2.0));
    default: return std::sin(angle);
    }
}

} // namespace

class TestWaves : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void set_hasShapeClassesAndRanges()
    {
        const auto set = waves();
        QCOMPARE(set->shape(), (ItemShape{1, 1, 128}));
        QCOMPARE(set->classNames(), (std::vector<std::string>{"sine", "triangle", "square", "sawtooth", "chirp"}));
        QVERIFY(!set->train().isBytes() && !set->isStandardized());
        const auto [low, high] = std::minmax_element(set->train().floats().begin(), set->train().floats().end());
        QVERIFY(*low >= 0.0f && *low < 0.1f && *high <= 1.0f && *high > 0.9f);
        const std::array<std::pair<double, double>, 4> ranges{{{1.0, 4.0}, {0.0, 360.0}, {0.2, 0.45}, {0.0, 0.03}}};
        for (std::size_t k = 0; k < 4; ++k) {
            const auto [least, most] = std::minmax_element(set->train().factors[k].values.begin(), set->train().factors[k].values.end());
            const double tenth = 0.1 * (ranges[k].second - ranges[k].first);
            QVERIFY(double(*least) >= ranges[k].first && double(*least) < ranges[k].first + tenth);
            QVERIFY(double(*most) <= ranges[k].second + 1e-6 && double(*most) > ranges[k].second - tenth);
        }
        std::array<int, 5> counts{};
        for (const std::int32_t label : set->train().labels)
            ++counts[std::size_t(label)];
        QCOMPARE(counts, (std::array<int, 5>{200, 200, 200, 200, 200}));
    }

    void sample_dependsOnSeedAndIndexOnly()
    {
        const auto small = waves(3, 90, 20), large = waves(3, 300, 40);
        QVERIFY(std::equal(small->train().floats().begin(), small->train().floats().end(), large->train().floats().begin()));
        QVERIFY(std::equal(small->test().floats().begin(), small->test().floats().end(), large->test().floats().begin()));
        QVERIFY(!std::equal(small->test().floats().begin(), small->test().floats().end(), small->train().floats().begin()));
        QCOMPARE(waves(3, 90, 20)->provenance().sha256, small->provenance().sha256);
        QVERIFY(waves(4, 90, 20)->provenance().sha256 != small->provenance().sha256);
    }

    void values_areTheFamilysFormulaPlusNoise()
    {
        const auto set = waves();
        double ratio = 0.0;
        int counted = 0;
        for (std::size_t i = 0; i < kCount; ++i) {
            const double frequency = column(*set, Frequency, i), amplitude = column(*set, Amplitude, i), noise = column(*set, Noise, i);
            const std::int32_t family = set->train().labels[i];
            double squares = 0.0, steps = 0.0;
            for (std::size_t step = 0; step < kSteps; ++step) {
                const double t = (double(step) + 0.5) / kSteps;
                const double periods = column(*set, Phase, i) / 360.0 + frequency * (family == 4 ? t + 0.5 * t * t : t);
                const double expected = 0.5 + amplitude * formula(family, periods, 2.0 * frequency / kSteps);
                if (std::isnan(expected))
                    continue;
                const double off = double(set->train().floats()[i * kSteps + step]) - expected;
                QVERIFY2(std::abs(off) < 5.0 * noise + 0.02, qPrintable(QString("%1 at %2: %3").arg(i).arg(step).arg(off)));
                squares += off * off;
                steps += 1.0;
            }
            if (noise > 0.01 && amplitude < 0.4) { // far from where it is cut
                ratio += squares / steps / (noise * noise);
                ++counted;
            }
        }
        QVERIFY(std::abs(ratio / counted - 1.0) < 0.05);
    }

    void chirp_endsAtTwiceItsFrequency()
    {
        const auto set = waves();
        for (std::size_t i = 0; i < kCount; ++i) {
            if (set->train().labels[i] != 4 || column(*set, Noise, i) > 0.004)
                continue;
            const auto sample = set->train().floats().subspan(i * kSteps, kSteps);
            int crossings = 0;
            for (std::size_t step = 1; step < kSteps; ++step)
                crossings += (sample[step] > 0.5f) != (sample[step - 1] > 0.5f);
            QVERIFY(std::abs(crossings - 3.0 * column(*set, Frequency, i)) <= 1.5); // half a period between two of them
        }
    }

    void stop_andCounts_areMinded()
    {
        std::stop_source source;
        source.request_stop();
        QCOMPARE(makeWaves(GeneratorRequest{1, 100, 10, {}}, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(makeWaves(GeneratorRequest{1, 100, 0, {}}).error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestWaves)
#include "tst_waves.moc"
