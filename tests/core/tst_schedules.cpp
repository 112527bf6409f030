// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedules.h"

#include "core/base/random_stream.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

using namespace latentscape;

namespace {

std::vector<std::int32_t> firstOf(int count)
{
    std::vector<std::int32_t> out(static_cast<std::size_t>(count));
    std::iota(out.begin(), out.end(), 0);
    return out;
}

std::map<std::int32_t, int> countsOf(const std::vector<std::int32_t>& values)
{
    std::map<std::int32_t, int> counts;
    for (const std::int32_t value : values)
        ++counts[value];
    return counts;
}

/// 63 samples: 50 of class 0, 10 of class 1, 3 of class 2, one after the other.
std::vector<std::int32_t> skewedLabels()
{
    std::vector<std::int32_t> labels(63, 0);
    std::fill(labels.begin() + 50, labels.begin() + 60, 1);
    std::fill(labels.begin() + 60, labels.end(), 2);
    return labels;
}

} // namespace

class TestSchedules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void beta_ofEachWarmUp_isTheHandComputedValue_data()
    {
        QTest::addColumn<ObjectiveKind>("kind");
        QTest::addColumn<Warmup>("warmup");
        QTest::addColumn<double>("period");
        QTest::addColumn<double>("gamma");
        QTest::addColumn<double>("epoch");
        QTest::addColumn<double>("expected");
        const auto row = [](const char* name, ObjectiveKind kind, Warmup warmup, double period, double gamma, double epoch, double expected) {
            QTest::newRow(name) << kind << warmup << period << gamma << epoch << expected;
        };
        using enum ObjectiveKind;
        row("autoencoder has none", Autoencoder, Warmup::Linear, 0.0, 0.0, 3.0, 0.0);
        row("no warm-up: full at once", Vae, Warmup::Linear, 0.0, 0.0, 0.0, 4.0);
        row("linear: 0 at the start", Vae, Warmup::Linear, 2.0, 0.0, 0.0, 0.0);
        row("linear: a quarter", Vae, Warmup::Linear, 2.0, 0.0, 0.5, 1.0);
        row("linear: full at T", Vae, Warmup::Linear, 2.0, 0.0, 2.0, 4.0);
        row("linear: full after T", Vae, Warmup::Linear, 2.0, 0.0, 7.3, 4.0);
        row("linear: of other objectives too", BetaTcVae, Warmup::Linear, 2.0, 0.0, 0.5, 1.0);
        row("cyclic: half of the rise", Vae, Warmup::Cyclic, 2.0, 0.0, 0.5, 2.0);
        row("cyclic: full in the middle", Vae, Warmup::Cyclic, 2.0, 0.0, 1.0, 4.0);
        row("cyclic: full in the second half", Vae, Warmup::Cyclic, 2.0, 0.0, 1.75, 4.0);
        row("cyclic: 0 again at T", Vae, Warmup::Cyclic, 2.0, 0.0, 2.0, 0.0);
        row("cyclic: rises again", Vae, Warmup::Cyclic, 2.0, 0.0, 4.25, 1.0);
        row("capacity: the warm-up is not of beta", Vae, Warmup::Linear, 2.0, 100.0, 0.5, 4.0);
    }

    void beta_ofEachWarmUp_isTheHandComputedValue()
    {
        QFETCH(ObjectiveKind, kind);
        QFETCH(Warmup, warmup);
        QFETCH(double, period);
        QFETCH(double, gamma);
        QFETCH(double, epoch);
        QFETCH(double, expected);
        ObjectiveConfig objective;
        objective.kind = kind;
        objective.beta = 4.0;
        objective.warmup = warmup;
        objective.warmupEpochs = period;
        objective.gamma = gamma;
        QVERIFY(std::abs(scheduledBeta(objective, epoch) - expected) < 1e-12);
    }

    void capacity_growsToC_overTheWarmUpOrTheRun()
    {
        ObjectiveConfig objective;
        objective.capacity = 25.0;
        objective.gamma = 1000.0;
        QCOMPARE(scheduledCapacity(objective, 0.0, 10), 0.0);
        QCOMPARE(scheduledCapacity(objective, 4.0, 10), 10.0);
        QCOMPARE(scheduledCapacity(objective, 10.0, 10), 25.0);
        QCOMPARE(scheduledCapacity(objective, 12.0, 10), 25.0);
        objective.warmupEpochs = 5.0;
        QCOMPARE(scheduledCapacity(objective, 1.0, 10), 5.0);
        QCOMPARE(scheduledCapacity(objective, 6.0, 10), 25.0);
    }

    void learningRate_ofEachSchedule_isPyTorchs_data()
    {
        QTest::addColumn<LearningRateSchedule>("schedule");
        QTest::addColumn<QList<double>>("expected");
        using enum LearningRateSchedule;
        QTest::newRow("constant") << Constant << QList<double>{0.1, 0.1, 0.1, 0.1};
        // Printed by PyTorch 2.13: optimizer.param_groups[0]["lr"] before each step, base 0.1.
        QTest::newRow("CosineAnnealingLR(T_max=10)")
            << Cosine
            << QList<double>{0.1, 0.09755282581475769, 0.09045084971874738, 0.07938926261462367, 0.06545084971874739, 0.05000000000000001,
                             0.03454915028125264, 0.020610737385376353, 0.009549150281252635, 0.002447174185242324};
        QTest::newRow("MultiStepLR(milestones=[4, 6])") << Step << QList<double>{0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001};
        QTest::newRow("OneCycleLR(max_lr=0.1, total_steps=20)")
            << OneCycle
            << QList<double>{0.004, 0.013167184270002533, 0.037167184270002526, 0.06683281572999747, 0.09083281572999748, 0.1, 0.09874640062350874,
                             0.09504846320134738, 0.089091617757105, 0.0811745653949763, 0.07169430017913009, 0.06112620219362893, 0.0500002,
                             0.03887419780637107, 0.028306099820869922, 0.0188258346050237, 0.010908782242895003, 0.004951936798652629,
                             0.0012539993764912555, 4e-07};
        QTest::newRow("OneCycleLR(max_lr=0.1, total_steps=3)") << OneCycle << QList<double>{0.09944154354509119, 0.046263710266697504, 4e-07};
        QTest::newRow("one-cycle of a single step") << OneCycle << QList<double>{4e-07};
        QTest::newRow("step of three") << Step << QList<double>{0.1, 0.1, 0.01}; // 1.5 and 2.25 steps: the first beyond each
    }

    void learningRate_ofEachSchedule_isPyTorchs()
    {
        QFETCH(LearningRateSchedule, schedule);
        QFETCH(QList<double>, expected);
        TrainConfig training;
        training.learningRate = 0.1;
        training.schedule = schedule;
        for (qsizetype step = 0; step < expected.size(); ++step) {
            const double rate = scheduledLearningRate(training, step, expected.size());
            QVERIFY2(std::abs(rate - expected[step]) < 1e-14, qPrintable(QString("step %1: %2").arg(step).arg(rate, 0, 'g', 17)));
            training.learningRate = 0.05; // the live value is the base: all of it scales
            QVERIFY(std::abs(scheduledLearningRate(training, step, expected.size()) - 0.5 * expected[step]) < 1e-14);
            training.learningRate = 0.1;
        }
    }

    void learningRate_pastTheEnd_staysThatOfTheLastStep()
    {
        TrainConfig training;
        for (const auto schedule : {LearningRateSchedule::Cosine, LearningRateSchedule::Step, LearningRateSchedule::OneCycle}) {
            training.schedule = schedule;
            QCOMPARE(scheduledLearningRate(training, 25, 20), scheduledLearningRate(training, 19, 20));
            QVERIFY(std::isfinite(scheduledLearningRate(training, 0, 0)));
        }
    }

    void order_unbalanced_isTheSeedsPermutation()
    {
        const std::vector<std::int32_t> training{3, 5, 8, 9, 20, 21, 40};
        std::vector<std::int32_t> expected = training;
        RandomStream(7, StreamPurpose::Shuffling, 2).shuffle(expected);
        QCOMPARE(epochOrder(training, skewedLabels(), /*balance=*/false, 7, 2), expected);
        QCOMPARE(epochOrder(training, {}, /*balance=*/true, 7, 2), expected); // nothing to balance
        QVERIFY(epochOrder(training, {}, false, 7, 3) != expected);
        QVERIFY(epochOrder(training, {}, false, 8, 2) != expected);
    }

    void order_balanced_drawsClassesAndTheirSamplesEquallyOften()
    {
        const std::vector<std::int32_t> labels = skewedLabels();
        for (int drop = 0; drop < 3; ++drop) { // 63, 62, 61 samples: shares of 21, or 20 and 21
            const std::vector<std::int32_t> training = firstOf(63 - drop);
            for (int epoch = 0; epoch < 20; ++epoch) {
                const auto order = epochOrder(training, labels, true, 1, epoch);
                QCOMPARE(order.size(), training.size());
                std::map<std::int32_t, int> perClass;
                std::map<std::int32_t, std::pair<int, int>> extremes;
                const auto counts = countsOf(order);
                for (const std::int32_t sample : training) {
                    const auto found = counts.find(sample);
                    const int count = found == counts.end() ? 0 : found->second;
                    const std::int32_t label = labels[static_cast<std::size_t>(sample)];
                    perClass[label] += count;
                    auto& [least, most] = extremes.try_emplace(label, count, count).first->second;
                    least = std::min(least, count);
                    most = std::max(most, count);
                }
                QCOMPARE(perClass.size(), std::size_t{3});
                for (const auto& [label, count] : perClass)
                    QVERIFY(count == static_cast<int>(training.size()) / 3 || count == static_cast<int>(training.size()) / 3 + 1);
                for (const auto& [label, range] : extremes)
                    QVERIFY(range.second - range.first <= 1);
            }
        }
    }

    void order_balancedOverManyEpochs_usesEverySampleAndEveryPlace()
    {
        const std::vector<std::int32_t> labels = skewedLabels();
        const std::vector<std::int32_t> training = firstOf(62);
        std::set<std::int32_t> seen;
        std::map<std::int32_t, int> larger, first;
        for (int epoch = 0; epoch < 300; ++epoch) {
            const auto order = epochOrder(training, labels, true, 5, epoch);
            seen.insert(order.begin(), order.end());
            ++first[labels[static_cast<std::size_t>(order.front())]];
            std::map<std::int32_t, int> perClass;
            for (const std::int32_t sample : order)
                ++perClass[labels[static_cast<std::size_t>(sample)]];
            for (const auto& [label, count] : perClass)
                if (count == 21)
                    ++larger[label];
        }
        QCOMPARE(seen.size(), std::size_t{62});
        for (int label = 0; label < 3; ++label) {
            QVERIFY(larger[label] > 150 && larger[label] < 250); // two of three classes get the odd draw: 200 ± 8
            QVERIFY(first[label] > 60 && first[label] < 140);    // the order is mixed: 100 ± 8
        }
        QCOMPARE(epochOrder(training, labels, true, 5, 9), epochOrder(training, labels, true, 5, 9));
        QVERIFY(epochOrder(training, labels, true, 5, 9) != epochOrder(training, labels, true, 6, 9));
    }

    void order_classesWithoutASample_takeNoShare()
    {
        const std::vector<std::int32_t> training{0, 1, 2, 3, 60, 61}; // classes 0 and 2
        const auto order = epochOrder(training, skewedLabels(), true, 1, 0);
        const auto low = std::count_if(order.begin(), order.end(), [](std::int32_t sample) { return sample < 50; });
        QCOMPARE(low, std::ptrdiff_t{3});
        const auto isTrained = [&](std::int32_t sample) { return std::find(training.begin(), training.end(), sample) != training.end(); };
        QVERIFY(std::all_of(order.begin(), order.end(), isTrained));
    }
};

QTEST_APPLESS_MAIN(TestSchedules)
#include "tst_schedules.moc"
