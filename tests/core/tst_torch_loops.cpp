// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/torch/compute_pool.h"
#include "core/torch/cpu_loops.h"
#include "core/torch/noise.h"
#include "core/model/parameter_layout.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <vector>

using namespace latentscape;

namespace {

void prepareNothing() {}

/// −200 … 200 in uneven steps, not a multiple of any vector width.
std::vector<float> manyLogits()
{
    std::vector<float> values;
    for (double o = -200.0; o <= 200.0; o += 0.37)
        values.push_back(static_cast<float>(o));
    for (const double tiny : {0.0, 1e-6, -1e-6, 1e-3, -1e-3, 1e-30})
        values.push_back(static_cast<float>(tiny));
    return values;
}

} // namespace

class TorchLoopsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bernoulliLoss_logits_matchLongDouble_data()
    {
        QTest::addColumn<float>("x");
        for (const float x : {0.0f, 0.25f, 1.0f})
            QTest::addRow("x %g", static_cast<double>(x)) << x;
    }

    void bernoulliLoss_logits_matchLongDouble()
    {
        QFETCH(float, x);
        const std::vector<float> logits = manyLogits();
        for (const float logit : logits) {
            constexpr std::size_t kColumns = 17; // a whole run of lanes and one value more
            std::vector<float> all(kColumns, logit - 0.5f);
            const std::vector<float> bias(kColumns, 0.5f), target(kColumns, x);
            float sum = 0.0f;
            loops::bernoulliLoss({all.data(), 1, kColumns, kColumns}, bias.data(), target.data(), /*scale=*/2.0f, &sum, nullptr);
            const float o = all.front(), loss = sum / kColumns;
            QVERIFY(std::ranges::all_of(all, [&](float each) { return std::abs(each - o) <= 3e-7f; }));
            const long double l = static_cast<long double>(logit - 0.5f + 0.5f);
            const long double softplus = (l > 0 ? l : 0) + std::log1p(std::exp(-std::fabs(l)));
            const long double expected = softplus - static_cast<long double>(x) * l;
            const long double slope = 2 * (1 / (1 + std::exp(-l)) - static_cast<long double>(x));
            QVERIFY2(std::fabs(static_cast<long double>(loss) - expected) <= 3e-7L * std::max(std::fabs(l), 1.0L) + 3e-7L * std::fabs(expected),
                     qPrintable(QString("logit %1: %2").arg(static_cast<double>(logit)).arg(static_cast<double>(loss))));
            QVERIFY(std::fabs(static_cast<long double>(o) - slope) <= 4e-7L);
        }
    }

    void bernoulliLoss_wrongSaturatedPixel_keepsItsGradient()
    {
        float o = -150.0f, loss = 0.0f;
        const float bias = 0.0f, x = 1.0f;
        loops::bernoulliLoss({&o, 1, 1, 1}, &bias, &x, 1.0f, &loss, nullptr);
        QCOMPARE(o, -1.0f);
        QCOMPARE(loss, 150.0f);
    }

    void bernoulliLoss_notANumber_reachesTheLoss()
    {
        for (const std::size_t at : {5, 18}) { // in the lanes, and behind them
            std::vector<float> o(20, 0.1f);
            o[at] = std::nanf("");
            const std::vector<float> bias(20, 0.0f), x(20, 0.5f);
            float loss = 0.0f;
            loops::bernoulliLoss({o.data(), 1, 20, 20}, bias.data(), x.data(), 1.0f, &loss, nullptr);
            QVERIFY(std::isnan(loss));
            for (std::size_t i = 0; i < o.size(); ++i)
                QCOMPARE(std::isnan(o[i]), i == at);
        }
    }

    void bernoulliLoss_tileOfAMatrix_leavesTheRestAlone()
    {
        constexpr std::size_t kRows = 3, kStride = 50, kColumns = 37, kFirst = 5;
        std::vector<float> o(kRows * kStride, 0.5f), x(kRows * kStride, 0.25f), bias(kColumns, 0.0f);
        std::array<float, kRows> loss{};
        for (std::size_t c = 0; c < kColumns; ++c)
            bias[c] = 0.01f * static_cast<float>(c % 3); // columns differ
        std::vector<float> sums(kColumns + 1, -7.0f);
        loops::bernoulliLoss({o.data() + kFirst, kRows, kColumns, kStride}, bias.data(), x.data() + kFirst, 1.0f, loss.data(), sums.data());
        for (std::size_t c = 0; c < kColumns; ++c)
            QVERIFY(std::abs(sums[c] - static_cast<float>(kRows) * o[kFirst + c]) < 1e-6f && (c % 3 == 0 || o[kFirst + c] > o[kFirst + c - 1]));
        QVERIFY(sums.back() == -7.0f);
        double row = 0.0;
        for (const double each : bias)
            row += std::log1p(std::exp(0.5 + each)) - 0.25 * (0.5 + each);
        for (std::size_t r = 0; r < kRows; ++r) {
            QVERIFY(std::abs(static_cast<double>(loss[r]) - row) < 1e-4);
            for (std::size_t c = 0; c < kStride; ++c)
                QCOMPARE(o[r * kStride + c] == 0.5f, c < kFirst || c >= kFirst + kColumns);
        }
    }

    void squaredErrorLoss_matchesClosedForm()
    {
        constexpr std::size_t kColumns = 29;
        std::vector<float> m(kColumns), x(kColumns), bias(kColumns);
        double expected = 0.0;
        for (std::size_t i = 0; i < kColumns; ++i) {
            m[i] = 0.1f * static_cast<float>(i);
            x[i] = 1.0f / static_cast<float>(i + 1);
            bias[i] = -0.03f * static_cast<float>(i);
            const double residual = static_cast<double>(m[i]) + static_cast<double>(bias[i]) - static_cast<double>(x[i]);
            expected += residual * residual;
        }
        const std::vector<float> before = m;
        float loss = 0.0f;
        loops::squaredErrorLoss({m.data(), 1, kColumns, kColumns}, bias.data(), x.data(), 3.0f, &loss, nullptr);
        QVERIFY(std::abs(static_cast<double>(loss) - expected) <= 1e-5 * expected);
        for (std::size_t i = 0; i < kColumns; ++i)
            QVERIFY(std::abs(m[i] - 3.0f * (before[i] + bias[i] - x[i])) < 1e-5f);
    }

    void activation_everyKind_matchesTheLibrary_data()
    {
        QTest::addColumn<int>("kind");
        for (const Activation kind : {Activation::Relu, Activation::Silu, Activation::Tanh})
            QTest::newRow(std::string(name(kind)).c_str()) << static_cast<int>(kind);
    }

    void activation_everyKind_matchesTheLibrary()
    {
        QFETCH(int, kind);
        const auto activation = static_cast<Activation>(kind);
        const auto exact = [&](double a) {
            switch (activation) {
            case Activation::Relu: return a > 0 ? a : 0.0;
            case Activation::Silu: return a / (1 + std::exp(-a));
            case Activation::Tanh: break;
            }
            return std::tanh(a);
        };
        std::vector<float> in;
        for (double a = -30.0; a < 30.0; a += 0.01)
            in.push_back(static_cast<float>(a));
        std::vector<float> y = in, pre(in.size()), bias(in.size(), 0.125f), plain = in;
        loops::biasActivation(activation, {y.data(), 1, y.size(), y.size()}, bias.data(), pre.data());
        loops::activate(activation, plain.data(), plain.size());
        std::vector<float> dy(in.size(), 1.0f);
        loops::activationBackward(activation, {dy.data(), 1, dy.size(), dy.size()}, y.data(), pre.data());
        for (std::size_t i = 0; i < in.size(); ++i) {
            const double a = static_cast<double>(in[i] + 0.125f);
            QVERIFY(std::abs(static_cast<double>(y[i]) - exact(a)) < 4e-7 * std::max(1.0, std::abs(a)));
            QVERIFY(std::abs(static_cast<double>(plain[i]) - exact(static_cast<double>(in[i]))) < 4e-7 * std::max(1.0, std::abs(a)));
            if (std::abs(a) < 1e-2 && activation == Activation::Relu)
                continue; // the kink
            const double slope = (exact(a + 1e-6) - exact(a - 1e-6)) / 2e-6;
            QVERIFY(std::abs(static_cast<double>(dy[i]) - slope) < 2e-6);
        }
    }

    void optimisers_severalSteps_followPyTorchsFormulas_data()
    {
        QTest::addColumn<int>("kind");
        for (const OptimizerKind kind : {OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::RmsProp, OptimizerKind::Sgd})
            QTest::newRow(std::string(name(kind)).c_str()) << static_cast<int>(kind);
    }

    void optimisers_severalSteps_followPyTorchsFormulas()
    {
        QFETCH(int, kind);
        constexpr std::size_t kCount = 37;
        constexpr double kRate = 0.01;
        std::vector<float> p(kCount, 0.5f), m(kCount), v(kCount), g(kCount);
        std::vector<double> P(kCount, 0.5), M(kCount), V(kCount);
        for (int step = 1; step <= 20; ++step) {
            for (std::size_t i = 0; i < kCount; ++i)
                g[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + step) * std::pow(10.0, static_cast<double>(i % 7) - 4.0));
            loops::AdamStep adam{.learningRate = static_cast<float>(kRate)};
            adam.correction1 = 1.0 - std::pow(0.9, step);
            adam.correction2 = 1.0 - std::pow(0.999, step);
            if (static_cast<OptimizerKind>(kind) == OptimizerKind::AdamW)
                adam.keep = static_cast<float>(1.0 - kRate * 0.1);
            switch (static_cast<OptimizerKind>(kind)) {
            case OptimizerKind::Adam:
            case OptimizerKind::AdamW: loops::adam(adam, p.data(), g.data(), m.data(), v.data(), kCount); break;
            case OptimizerKind::RmsProp: loops::rmsProp(static_cast<float>(kRate), p.data(), g.data(), v.data(), kCount); break;
            case OptimizerKind::Sgd: loops::sgd(static_cast<float>(kRate), 0.9f, p.data(), g.data(), m.data(), kCount); break;
            }
            for (std::size_t i = 0; i < kCount; ++i) {
                const double G = static_cast<double>(g[i]);
                switch (static_cast<OptimizerKind>(kind)) {
                case OptimizerKind::AdamW: P[i] *= 1.0 - kRate * 0.1; [[fallthrough]];
                case OptimizerKind::Adam:
                    M[i] = 0.9 * M[i] + 0.1 * G;
                    V[i] = 0.999 * V[i] + 0.001 * G * G;
                    P[i] -= kRate * (M[i] / adam.correction1) / (std::sqrt(V[i] / adam.correction2) + 1e-8);
                    break;
                case OptimizerKind::RmsProp:
                    V[i] = 0.99 * V[i] + 0.01 * G * G;
                    P[i] -= kRate * G / (std::sqrt(V[i]) + 1e-8);
                    break;
                case OptimizerKind::Sgd:
                    M[i] = 0.9 * M[i] + G;
                    P[i] -= kRate * M[i];
                    break;
                }
                QVERIFY2(std::abs(static_cast<double>(p[i]) - P[i]) < 2e-5 * std::max(1.0, std::abs(P[i])),
                         qPrintable(QString("step %1, %2: %3 for %4").arg(step).arg(i).arg(static_cast<double>(p[i])).arg(P[i])));
            }
        }
    }

    void squareSum_manyValues_matchesDouble()
    {
        for (const std::size_t count : {std::size_t{1}, std::size_t{17}, std::size_t{1024}, std::size_t{100'003}}) {
            std::vector<float> a(count);
            double expected = 0.0;
            for (std::size_t i = 0; i < count; ++i) {
                a[i] = std::sin(static_cast<float>(i)) * (i % 5 == 0 ? 100.0f : 0.01f);
                expected += static_cast<double>(a[i]) * static_cast<double>(a[i]);
            }
            QVERIFY(std::abs(loops::squareSum(a.data(), count) - expected) <= 1e-5 * expected);
        }
        const std::vector<float> huge(1'000'000, 1000.0f); // a single float sum would stop growing
        QVERIFY(std::abs(loops::squareSum(huge.data(), huge.size()) - 1e12) < 1e6);
    }

    void binarise_manyDraws_followTheirValues()
    {
        std::vector<float> values(1000);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(i) / 999.0f;
        std::vector<double> sums(values.size());
        std::vector<float> x(values.size());
        constexpr int kEpochs = 2000;
        for (int epoch = 0; epoch < kEpochs; ++epoch) {
            binariseTraining(/*seed=*/1, epoch, /*position=*/7, values, x);
            for (std::size_t i = 0; i < x.size(); ++i) {
                QVERIFY(x[i] == 0.0f || x[i] == 1.0f);
                sums[i] += static_cast<double>(x[i]) / kEpochs;
            }
        }
        QCOMPARE(sums.front(), 0.0);
        QVERIFY(sums.back() > 0.9999);
        for (std::size_t i = 0; i < x.size(); ++i)
            QVERIFY(std::abs(sums[i] - static_cast<double>(values[i])) < 5.0 * 0.5 / std::sqrt(kEpochs));
    }

    void binarise_otherPlaces_drawOtherNumbers()
    {
        const std::vector<float> values(300, 0.5f);
        const auto training = [&](std::uint64_t seed, int epoch, std::size_t position) {
            std::vector<float> x(values);
            binariseTraining(seed, epoch, position, x, x);
            return x;
        };
        const auto evaluation = [&](bool test, std::int32_t sample) {
            std::vector<float> x(values);
            binariseEvaluation(1, test, sample, x, x);
            return x;
        };
        QVERIFY(training(1, 0, 0) == training(1, 0, 0));
        QVERIFY(training(1, 0, 0) != training(2, 0, 0));
        QVERIFY(training(1, 0, 0) != training(1, 1, 0));
        QVERIFY(training(1, 0, 0) != training(1, 0, 1));
        QVERIFY(evaluation(false, 0) == evaluation(false, 0));
        QVERIFY(evaluation(false, 0) != evaluation(true, 0));
        QVERIFY(evaluation(false, 0) != evaluation(false, 1));
        QVERIFY(evaluation(false, 0) != training(1, 0, 0));
    }

    void binariseAtHalf_isOneFromHalfOn()
    {
        std::array<float, 4> x{0.0f, std::nextafter(0.5f, 0.0f), 0.5f, 1.0f};
        binariseAtHalf(x, x);
        QCOMPARE(x, (std::array<float, 4>{0.0f, 0.0f, 1.0f, 1.0f}));
    }

    void fillU32_equalsSingleNumbers()
    {
        for (const std::size_t count : {std::size_t{1}, std::size_t{4}, std::size_t{37}, std::size_t{256}}) {
            RandomStream one(5, StreamPurpose::Binarization, 9), many(5, StreamPurpose::Binarization, 9);
            std::vector<std::uint32_t> found(count);
            many.fillU32(found);
            for (const std::uint32_t number : found)
                QCOMPARE(number, one.nextU32());
            for (std::size_t rest = count; rest % 4 != 0; ++rest)
                (void)one.nextU32(); // whole blocks
            QCOMPARE(many.nextU32(), one.nextU32());
        }
    }

    void adam_untouchedGaps_stayZero()
    {
        float p = 0.0f, g = 0.0f, m = 0.0f, v = 0.0f;
        loops::adam({.correction1 = 0.1, .correction2 = 0.001}, &p, &g, &m, &v, 1);
        QCOMPARE(p, 0.0f);
    }

    void matrixVector_oddSizes_matchesDouble_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::newRow("1 x 1") << 1 << 1;
        QTest::newRow("7 x 2") << 7 << 2;
        QTest::newRow("13 x 41") << 13 << 41;
        QTest::newRow("64 x 400") << 64 << 400;
    }

    void matrixVector_oddSizes_matchesDouble()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        const auto m = static_cast<std::size_t>(rows), n = static_cast<std::size_t>(columns);
        std::vector<float> w(m * n), x(n), bias(m), y(m);
        for (std::size_t i = 0; i < w.size(); ++i)
            w[i] = std::sin(static_cast<float>(i));
        for (std::size_t i = 0; i < n; ++i)
            x[i] = std::cos(static_cast<float>(i));
        for (std::size_t i = 0; i < m; ++i)
            bias[i] = static_cast<float>(i);
        loops::matrixVector(w.data(), bias.data(), x.data(), y.data(), m, n);
        for (std::size_t r = 0; r < m; ++r) {
            double sum = static_cast<double>(bias[r]);
            for (std::size_t c = 0; c < n; ++c)
                sum += static_cast<double>(w[r * n + c]) * static_cast<double>(x[c]);
            QVERIFY(std::abs(static_cast<double>(y[r]) - sum) < 1e-4);
        }
    }

    void addColumnSums_tile_addsUpItsColumns()
    {
        const std::vector<float> a{1, 2, 3, 4, 5, 6};
        std::array<float, 2> sums{0.5f, 0.0f};
        loops::addColumnSums(a.data() + 1, /*rows=*/2, /*columns=*/2, /*stride=*/3, sums.data());
        QCOMPARE(sums[0], 7.5f);
        QCOMPARE(sums[1], 9.0f);
    }

    void softClippedLogSigma_neverFallsBelowItsFloor()
    {
        QVERIFY(softClippedLogSigma(-1000.0) >= -6.0);
        QVERIFY(std::abs(softClippedLogSigma(3.0) - 3.0) < 2e-4);
        QVERIFY(std::abs(softClippedLogSigma(-6.0) - (-6.0 + std::numbers::ln2)) < 1e-12);
        QVERIFY(std::abs(softClippedLogSigmaSlope(-6.0) - 0.5) < 1e-12);
    }

    void pool_manyRuns_callsEachTaskOnce()
    {
        ComputePool pool(/*threads=*/3, prepareNothing);
        QCOMPARE(pool.threads(), 3);
        for (int run = 0; run < 20000; ++run) {
            const int tasks = 1 + run % 7;
            std::array<std::atomic<int>, 7> calls{};
            pool.run(tasks, [&](int task) noexcept { calls[static_cast<std::size_t>(task)].fetch_add(1); });
            for (int task = 0; task < 7; ++task)
                QCOMPARE(calls[static_cast<std::size_t>(task)].load(), task < tasks ? 1 : 0);
        }
    }

    void pool_oneThread_runsOnTheCaller()
    {
        ComputePool pool(/*threads=*/1, prepareNothing);
        const std::thread::id caller = std::this_thread::get_id();
        int here = 0;
        pool.run(5, [&](int) noexcept { here += std::this_thread::get_id() == caller; });
        QCOMPARE(here, 5);
    }

    void pool_sleepingWorkers_wakeForTheNextRun()
    {
        ComputePool pool(/*threads=*/2, prepareNothing);
        std::atomic<int> meeting{0};
        for (int run = 0; run < 3; ++run) {
            QTest::qSleep(2); // far beyond the spinning time: the worker sleeps now
            meeting = 0;
            // Both tasks wait for each other: done only when two threads run them.
            pool.run(2, [&](int) noexcept {
                meeting.fetch_add(1);
                while (meeting.load() < 2)
                    std::this_thread::yield();
            });
            QCOMPARE(meeting.load(), 2);
        }
    }
};

QTEST_APPLESS_MAIN(TorchLoopsTest)
#include "tst_torch_loops.moc"
